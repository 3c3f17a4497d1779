// What the page's owner has marked up: scripts, frames and images that wait for their release.

function marked() {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  const fetched = new Set();
  let walking;
  let again;

  /** Releases marked-up elements, one after the other in document order. */
  const walk = async () => {
    again = true;
    if (all().some(isHeldFrame)) core.part("embeds");
    if (walking) return;
    walking = true;
    while (again) {
      again = false;
      const due = all().filter(isDue);
      due.forEach(fetchEarly);
      for (const element of due) {
        // A script's text may still be on its way: what follows it in the page is the proof.
        if (isScript(element) && document.readyState === "loading" && !element.nextSibling) break;
        if (element.isConnected && isDue(element)) await activate(element);
      }
    }
    walking = false;
  };

  const all = () => [...document.querySelectorAll("[data-izin]")];
  const isScript = (element) => element.localName === "script";
  const isDue = (element) => core.has(element.dataset.izin) && isTheOwners(element);
  // Under a policy by nonce the page's own markup bears it. What somebody has smuggled into the page
  // does not, and must not get it from us.
  const isTheOwners = (element) =>
    !isScript(element) || !core.script.nonce || element.nonce === core.script.nonce;
  const isHeldFrame = (element) =>
    element.localName === "iframe" && element.dataset.src && !isDue(element);
  const sourceOf = (element) => element.getAttribute("src") || element.dataset.src;

  /** All downloads start at once, though the scripts run one by one; modules are left out. */
  const fetchEarly = (element) => {
    const source = isScript(element) && sourceOf(element);
    if (!source || element.dataset.type || fetched.has(element)) return;
    fetched.add(element);
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "script";
    link.nonce = core.script.nonce;
    if (element.crossOrigin !== null) link.crossOrigin = element.crossOrigin;
    link.href = source;
    document.head.append(link);
  };

  /** Makes a held element real; waits for a script at most three seconds. */
  const activate = (element) => {
    if (!isScript(element)) {
      core.ran.add(element.dataset.izin);
      return show(element);
    }
    const source = sourceOf(element);
    const fresh = document.createElement("script");
    try {
      for (const { name, value } of [...element.attributes])
        if (!/^(type|src|nonce|data-(izin|type|src))$/.test(name)) fresh.setAttribute(name, value);
      fresh.nonce = element.nonce;
      if (element.dataset.type) fresh.type = element.dataset.type;
      if (source) fresh.src = core.trusted("createScriptURL", source);
      else fresh.text = core.trusted("createScript", element.text);
    } catch {
      return; // the page's Trusted Types do not let it: it stays held, and the browser has said why
    }
    core.ran.add(element.dataset.izin);
    const done =
      source &&
      !element.hasAttribute("async") &&
      new Promise((go) => {
        fresh.onload = fresh.onerror = go;
        setTimeout(go, 3000);
      });
    element.replaceWith(fresh);
    return done;
  };

  const renewed = new WeakSet();

  /**
   * Puts a frame into its place anew. To one that the page's parser made, a browser gives its last
   * address back when the visitor returns to the page, whatever is granted by then.
   */
  core.renew = (frame) => {
    const { parentNode, nextSibling } = frame;
    renewed.add(frame);
    frame.remove();
    parentNode.insertBefore(frame, nextSibling);
  };

  /** A frame or an image. */
  const show = (element) => {
    if (core.clear) core.clear(element);
    if (element.localName === "iframe" && !renewed.has(element)) core.renew(element);
    element.removeAttribute("data-izin");
    const { src, srcset } = element.dataset;
    if (srcset) element.srcset = srcset;
    // An address that is a script would run in the page itself.
    if (src && /^https?:/.test(new URL(src, document.baseURI).protocol)) element.src = src;
  };

  core.load = show;
  core.marked = walk;
  document.addEventListener("DOMContentLoaded", walk);
}
