// The small control that reopens the settings; owners may place their own instead.

/** @param {{language: string, control: string}} text @param {string} css */
function button(text, css) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  const points = [4, 22, 40]; // of its 44 pixels in height, and four times as much across
  let host;
  let control;
  let due;

  core.button = (focused) => {
    if (!host?.isConnected) {
      host = core.standing.button = document.createElement("div");
      const root = host.attachShadow({ mode: "open" });
      control = document.createElement("button");
      host.className = "izin-button";
      host.popover = "manual"; // in the top layer, where no other bar lies over it
      host.dataset.nosnippet = "";
      control.lang = text.language;
      control.textContent = text.control;
      control.onclick = () => core.part("dialog");
      core.dress(root, css);
      root.append(control);
      document.body.after(host); // no child of the body: docs/adr/0026
      host.showPopover?.();
      look();
    }
    if (focused && document.activeElement === document.body) control.focus();
  };

  /** What must not lie under it is a part's work, and so is a window that is seen in part. */
  const look = (core.look = () => {
    due ||= setTimeout(() => {
      due = 0;
      const { x, y } = control.getBoundingClientRect();
      /** Can something there be pressed, or is it fixed? */
      const isOver = (across) =>
        points.some((down) =>
          document.elementsFromPoint(x + across * 4, y + down).some(
            (/** @type {any} */ one) => one.tabIndex >= 0 || (one !== host && /fix|sticky/.test(getComputedStyle(one).position)),
          ),
        );
      if (core.aside || innerWidth > screen.width || points.some(isOver)) core.part("aside");
    }, 99);
  });

  for (const name of ["scroll", "resize", "focusin"]) addEventListener(name, look, true);
}
