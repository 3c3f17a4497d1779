// How one layer of Izin is drawn, as the visitor's browser has it. Nothing is pressed, and the page is
// left as it was: scrolled where it was, with the focus that it had.
(layer) => {
  const host = document.querySelector(
    layer === "banner" ? "section.izin[popover='manual']" : ".izin-dialog",
  );
  const root = host.shadowRoot;
  const surface = layer === "banner" ? host : root.querySelector("dialog");
  const buttons = layer === "banner" ? [...host.children] : [...root.querySelectorAll(".bottom button")];
  const [refuse, accept, third] = buttons;

  // What must not differ between two answers, as it is computed.
  const ALIKE = [
    "font-family", "font-size", "font-weight", "font-style", "font-stretch", "line-height",
    "letter-spacing", "word-spacing", "text-align", "text-transform", "text-decoration-line",
    "text-shadow", "color", "background-color", "background-image", "opacity", "filter", "transform",
    "box-shadow", "cursor", "visibility", "pointer-events", "z-index", "animation-name",
    ...["top", "right", "bottom", "left"].flatMap((side) => [
      "padding-" + side, "margin-" + side,
      ...["width", "style", "color"].map((what) => `border-${side}-${what}`),
    ]),
    ...["top-left", "top-right", "bottom-left", "bottom-right"].map((at) => `border-${at}-radius`),
  ];

  const above = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host;

  // [red, green, blue, alpha], whatever way of writing a colour the browser has.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };

  // The first colour behind an element that lets nothing through.
  const behind = (node) => {
    for (let at = node; at; at = above(at)) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };

  // Does it lie where the visitor sees and presses it, all of it?
  const isShown = (control) => {
    const { left, right, top, bottom } = control.getBoundingClientRect();
    const tree = /** @type {any} */ (control.getRootNode());
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const points = [[x, y], [left + 3, y], [right - 3, y], [x, top + 3], [x, bottom - 3]];
    return (
      left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1 &&
      control.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      points.every(([x, y]) => control.contains(tree.elementFromPoint(x, y)))
    );
  };

  const scrolled = () => [...function* () {
    for (let at = accept; at; at = above(at)) yield [at, at.scrollLeft, at.scrollTop];
  }()];
  const putBack = (places) => places.forEach(([one, x, y]) => one.scrollTo({ left: x, top: y, behavior: "instant" }));

  const measured = (control) => {
    const style = getComputedStyle(control);
    const { width, height } = control.getBoundingClientRect();
    const isInView = isShown(control);
    const before = [scrollX, scrollY];
    const places = scrolled();
    control.scrollIntoView({ block: "nearest", behavior: "instant" });
    const canBeReached = isShown(control);
    control.focus({ preventScroll: true });
    const ring = {
      width: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
      color: rgba(style.outlineColor),
    };
    putBack(places);
    scrollTo({ left: before[0], top: before[1], behavior: "instant" });
    return {
      text: control.textContent.trim(),
      width, height, isInView, canBeReached, ring,
      style: Object.fromEntries(ALIKE.map((name) => [name, style.getPropertyValue(name)])),
      ink: rgba(style.color),
      fill: behind(control),
      edge: parseFloat(style.borderTopWidth) && style.borderTopStyle !== "none" ? rgba(style.borderTopColor) : behind(control),
      paper: behind(above(control)),
    };
  };

  // Can the page behind the banner still be scrolled?
  const locksScrolling = () => {
    const { scrollHeight, clientHeight } = document.documentElement;
    if (layer !== "banner" || scrollHeight < clientHeight + 40) return false;
    // The window takes the body's overflow where the root element has none of its own.
    const [whole, body] = [document.documentElement, document.body].map(
      (one) => getComputedStyle(one).overflowY,
    );
    return ["hidden", "clip"].includes(whole === "visible" ? body : whole);
  };

  const focused = /** @type {HTMLElement} */ (root.activeElement || document.activeElement);
  const { top, height } = surface.getBoundingClientRect();
  const answers = { refuse: measured(refuse), accept: measured(accept) };
  if (layer === "dialog") answers.save = measured(third);
  const words = root.querySelector(layer === "banner" ? "h2 + p" : ".body p");
  const found = {
    language: host.lang || surface.lang,
    answers,
    words: { ink: rgba(getComputedStyle(words).color), paper: behind(words) },
    on: [...root.querySelectorAll("input")].filter((one) => one.checked).map((one) => one.id),
    switches: root.querySelectorAll("input").length,
    locksScrolling: locksScrolling(),
    top, height,
  };
  if (focused === document.body) /** @type {HTMLElement} */ (root.activeElement || document.activeElement).blur();
  else focused.focus({ preventScroll: true });
  return found;
}
