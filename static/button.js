// The small control that reopens the settings; owners may place their own instead.

/** @param {{language: string, control: string}} text @param {string} css */
function button(text, css) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  core.button = (focused) => {
    if (!core.standing.button?.isConnected) draw();
    if (focused && document.activeElement === document.body)
      core.standing.button.shadowRoot.querySelector("button").focus();
  };

  const draw = () => {
    const host = (core.standing.button = document.createElement("div"));
    const root = host.attachShadow({ mode: "open" });
    const control = document.createElement("button");
    host.className = "izin-button";
    host.setAttribute("popover", "manual"); // in the top layer, where no other bar lies over it
    control.lang = text.language;
    control.textContent = text.control;
    control.onclick = () => core.part("dialog");
    core.dress(root, css);
    root.append(control);
    document.body.append(host);
    if (host.showPopover) host.showPopover();
  };
}
