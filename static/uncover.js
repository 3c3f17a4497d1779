// What has the focus is never hidden behind the banner (WCAG 2.4.11).

/**
 * The page scrolls, and where it cannot, at its end, the banner goes to the other edge. The browser's
 * own scrolling comes after `focusin`, and may take a frame or two.
 */
function uncover() {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  core.uncover = () =>
    setTimeout(() => {
      for (const moved of [false, true]) {
        const host = core.standing.banner;
        const focused = document.activeElement;
        const { x, y } = focused.getBoundingClientRect();
        // Once the banner has gone, nothing lies behind it.
        if (!host || focused === document.body || host.contains(focused)) return;
        if (!host.contains(document.elementFromPoint(x + 9, y + 4))) return;
        host.classList.toggle("izin-top", moved);
        focused.scrollIntoView(host.offsetTop > 20); // to the edge where the banner is not
      }
    }, 99);
}
