// Why a decision does not come through, as far as the service itself can be asked.

/** @param {Record<string, string>} texts */
function fault(texts) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;

  /** The page does not ask again by itself; the next one does. */
  const NEVER = 2 ** 31 - 1;

  /** From here on a page's cookies may be more than a proxy reads: nginx stops at 8 KB by itself. */
  const MANY = 4000;

  let isBare = false;
  let faults = 0;

  /** The service's answer to whether the page is one of the site's; nothing where it is away. */
  const ask = async () => {
    try {
      // By POST, because a browser names the page's origin in every one.
      return await fetch(core.base + "/origin", { method: "POST", credentials: "omit" });
    } catch {
      return undefined;
    }
  };

  /** Gives up for this page, and says why. */
  const give = (speak, reason, key) => {
    core.retry(NEVER);
    console.error(reason);
    if (speak > 1) core.tell(texts[key]);
    if (speak > 1 && key === "error.browser") link();
  };

  /** Where the same choice can be made without this page's scripts. */
  const link = () => {
    const page = document.createElement("a");
    page.href = core.base + "/preferences?lang=" + core.language();
    page.textContent = texts.control;
    core.standing.banner.append(page);
  };

  core.fault = async (speak) => {
    faults += 1;
    if (typeof window.fetch !== "function")
      return give(speak, "izin: this page has no fetch(), so that no choice can be recorded here.", "error.browser");
    const answer = await ask();
    if (answer?.status === 403) {
      const { error } = await answer.json();
      return give(speak, error.message, "error.origin");
    }
    // The service is there. If what does not come through are the page's cookies, it goes without.
    if (!answer?.ok || isBare || (document.cookie.length < MANY && faults < 3)) return;
    isBare = true;
    core.retry(2000, "omit");
    core.send(speak);
  };
}
