// The small control that reopens the settings; owners may place their own instead.

/** @param {{language: string, control: string}} text @param {string} css */
function button(text, css) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const control = document.createElement("button");
  host.className = "izin-button";
  control.lang = text.language;
  control.textContent = text.control;
  control.onclick = () => core.part("dialog");
  try {
    root.adoptedStyleSheets = [new CSSStyleSheet()];
    root.adoptedStyleSheets[0].replaceSync(css);
  } catch {
    core.dress(root, css); // for browsers without constructed sheets
  }
  root.append(control);
  core.button = (focused) => {
    if (!host.isConnected) document.body.append(host);
    if (focused && document.activeElement === document.body) control.focus();
  };
}
