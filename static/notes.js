// Messages that few visitors ever need.

/** @param {Record<string, string>} texts */
function notes(texts) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  core.notes = (key) => {
    core.tell(texts[key]);
    // Most likely this script is older than the notice: the next page is to have today's.
    if (key === "error.refused") fetch(core.base + ".js", { cache: "reload" }).catch(() => {});
  };
}
