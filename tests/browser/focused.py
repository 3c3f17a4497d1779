"""Where the keyboard is: through shadow trees and frames, with its name and its ring."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

PAGES_OWN = "Tautan"
"""The link of the page itself in these tests."""

FOCUSED = """() => {
  let on = document.activeElement;
  for (let next = on; next; ) {
    on = next;
    const inner = on.tagName === "IFRAME" && on.contentDocument?.activeElement;
    next = on.shadowRoot?.activeElement || (inner && inner !== inner.ownerDocument.body && inner);
  }
  const label = on.labels?.[0];
  const named = on.getAttribute("aria-label") || label?.firstElementChild?.textContent
    || label?.textContent || on.textContent;
  const view = on.ownerDocument.defaultView;
  const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = view.getComputedStyle(on);

  // The colour behind the ring: the element's own where the ring lies inside it.
  const up = (one) => one.assignedSlot || one.parentElement || one.getRootNode().host;
  let behind = parseFloat(outlineOffset) < 0 ? on : up(on);
  const colour = (one) => view.getComputedStyle(one).backgroundColor;
  while (behind && / 0\\)$/.test(colour(behind))) behind = up(behind);
  const probe = on.ownerDocument.createElement("b");
  probe.style.cssText = "background:Canvas;position:absolute";
  on.ownerDocument.documentElement.append(probe);
  const canvas = colour(probe);
  probe.remove();

  const light = (text) => text.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255)
    .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, i) => sum + each * [0.2126, 0.7152, 0.0722][i], 0);
  const [less, more] = [light(outlineColor), light(behind ? colour(behind) : canvas)]
    .sort((one, other) => one - other);
  return {
    name: named.trim().replace(/\\s+/g, " "),
    tag: on.tagName,
    width: outlineStyle === "solid" ? parseFloat(outlineWidth) : 0,
    contrast: (more + 0.05) / (less + 0.05),
  };
}"""


@dataclass(frozen=True, slots=True)
class Focus:
    name: str
    tag: str
    width: float
    """Of the ring, in pixels; 0 for one that is not ours."""
    contrast: float
    """Of the ring to what lies around it."""

    @property
    def is_seen(self) -> bool:
        """WCAG 2.4.7 and 1.4.11, with the 2 px of 2.4.13."""
        return self.width >= 2 and self.contrast >= 3


def focus_of(page: Page) -> Focus:
    return Focus(**page.evaluate(FOCUSED))


def tab_to(page: Page, name: str, *, key: str = "Tab", most: int = 60) -> list[Focus]:
    """Press the key until what begins with that name has the focus; all that had it on the way."""
    way: list[Focus] = []
    for _ in range(most):
        page.keyboard.press(key)
        way.append(focus_of(page))
        if way[-1].name.startswith(name) and way[-1].tag != "BODY":
            return way
    raise AssertionError(f"{key} does not lead to {name!r}: {[each.name for each in way]}")


def without_a_ring(way: list[Focus]) -> list[Focus]:
    """Of ours. The body is no control: past its last one a modal dialog gives the browser's bar its
    turn."""
    ours = [each for each in way if each.tag != "BODY" and each.name != PAGES_OWN]
    return [each for each in ours if not each.is_seen]
