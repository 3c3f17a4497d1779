// Messages that few visitors ever need.

/** @param {Record<string, string>} texts */
function notes(texts) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  core.notes = (key) => core.tell(texts[key]);
}
