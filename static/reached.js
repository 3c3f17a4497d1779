// What a page shows that was reached by an address of ours: the settings, or the report.

function reached() {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  let isReported;

  // Whether a place is the page's own, only the whole page says.
  const whenParsed = (then) =>
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", then) : then();

  const openSettings = () => {
    const { hash, href } = location;
    // `izin` is a word of the language: a page may well have such a place. The other is ours alone.
    const isOurs = hash === "#izin" && !document.querySelector('[id="izin"],a[name="izin"]');
    if (!isOurs && hash !== "#izin-open") return;
    // A reload, such as the one after a withdrawal, is not to open them again.
    history.replaceState(history.state, "", href.split("#")[0]);
    core.part("dialog");
  };

  core.reached = () => {
    // It shows, and changes nothing.
    if (!isReported && /[?&]izin-debug\b/.test(location.search)) core.part("explain");
    isReported = true;
    whenParsed(openSettings);
  };
}
