// What the page's owner has marked up: scripts, frames and images that wait for their release. They
// are the page's own nodes, perhaps a framework's: each stays the same object in the same place.

function marked() {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  const run = place(core);
  const names = ["src", "srcset"];
  const trees = roots(["data-izin", ...names.flatMap((name) => [name, "data-" + name, "data-izin-" + name])]);
  let walking;
  let again;

  /**
   * What has been released, by element. Of a script that it has run; of a frame or an image what it
   * was shown for: one that the page uses for the next video is due again.
   */
  const released = new WeakMap();

  /** Releases marked-up elements: scripts one after the other in document order, the others at once. */
  const walk = async () => {
    again = true;
    each(trees.marked(), guard);
    each(trees.marked().filter((element) => !isScript(element) && isDue(element)), reveal);
    if (trees.marked().some(isHeldFrame)) core.part("embeds");
    if (walking) return;
    walking = true;
    while (again) {
      again = false;
      const due = trees.marked().filter((element) => isScript(element) && isDue(element));
      each(due, fetchEarly);
      for (const script of due) {
        // A script's text may still be on its way: what follows it in the page is the proof.
        if (document.readyState === "loading" && !script.nextSibling) break;
        if (script.isConnected && isDue(script)) await activate(script);
      }
    }
    walking = false;
  };

  /** Every element is a case of its own: the trouble of one is told, and stops no other. */
  const each = (elements, act) => {
    for (const element of elements) {
      try {
        act(element);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
  };

  const isScript = (element) => element.localName === "script";
  const isFrame = (element) => element.localName === "iframe";
  const idOf = (element) => element.getAttribute("data-izin");
  const purposeOf = (element) =>
    isScript(element) ||
    [idOf(element), heldFor(element), element.getAttribute("data-izin-srcset")].join("\n");
  const isReleased = (element) => released.get(element) === purposeOf(element);
  const isDue = (element) => core.has(idOf(element)) && !isReleased(element) && isTheOwners(element);
  /**
   * Under a policy by nonce the page's own markup bears it. What somebody has smuggled into the page
   * does not, and must not get it from us. What the browser has run as it stands is run by nobody
   * again.
   */
  const isTheOwners = (element) =>
    !isScript(element) ||
    (!runs(element) && (!core.script.nonce || element.nonce === core.script.nonce));
  const isHeldFrame = (element) =>
    isFrame(element) &&
    heldFor(element) &&
    !core.has(idOf(element)) &&
    !isReleased(element);
  const heldFor = (element) => core.addressOf?.(element) || element.getAttribute("data-izin-src");
  const sourceOf = (script) =>
    script.getAttribute("src") ||
    script.getAttribute("data-izin-src") ||
    script.getAttribute("data-src");

  // --- scripts ---

  /** What is on its way, with the time that it has. */
  const fetched = new WeakMap();
  const threeSeconds = () => new Promise((go) => setTimeout(go, 3000));

  /** All downloads start at once, though the scripts run one by one; modules are left out. */
  const fetchEarly = (element) => {
    const source = sourceOf(element);
    if (!source || element.matches("[data-type],[nomodule]") || fetched.has(element)) return;
    fetched.set(element, threeSeconds());
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "script";
    link.nonce = core.script.nonce;
    if (element.crossOrigin !== null) link.crossOrigin = element.crossOrigin;
    link.referrerPolicy = element.referrerPolicy;
    link.href = source;
    link.onload = link.onerror = () => {
      fetched.set(element, undefined); // it is here: its turn is its own
      link.remove();
    };
    (document.head || document.documentElement).append(link);
  };

  /**
   * Runs a script; its end, or that of three seconds. Those that do not come have the same three,
   * so that many of them hold up the others no longer than one.
   */
  const activate = (script) => {
    let done;
    each([script], () => {
      released.set(script, true);
      done = run(script, sourceOf(script));
      if (done) core.ran.add(idOf(script));
      else released.delete(script); // the page's Trusted Types do not let it: the browser has said why
    });
    if (!done || script.hasAttribute("async")) return;
    return Promise.race([done, fetched.get(script) || threeSeconds()]);
  };

  // --- frames and images ---

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

  const urlOf = (address) => {
    try {
      return new webkitURL(address, document.baseURI); // `URL` by the name that no page takes
    } catch {
      // `https://`, a port of 99999: no address at all.
    }
  };

  /** An address that is a script would run in the page itself. */
  const isAddress = (src) => src && /^https?:$/.test(urlOf(src)?.protocol);

  const reveal = (element) => {
    core.ran.add(idOf(element));
    show(element);
  };

  const show = (element) => {
    released.set(element, purposeOf(element));
    if (core.clear) core.clear(element);
    const src = element.getAttribute("data-izin-src");
    const srcset = element.getAttribute("data-izin-srcset");
    if (!src && !srcset) return; // what it shows is the owner's
    if (element.matches("[src]") && element.getAttribute("src") === src) return; // somebody was earlier
    if (isFrame(element) && !renewed.has(element)) core.renew(element);
    if (srcset) element.setAttribute("srcset", srcset);
    if (isAddress(src)) element.setAttribute("src", src);
    else if (src) console.warn(`Izin: “${src}” is no address, so this stays empty:`, element);
  };

  /** A frame or an image is held again, and empty. */
  const empty = (element) => {
    released.delete(element);
    element.removeAttribute("src");
    element.removeAttribute("srcset");
    if (isFrame(element)) core.renew(element);
  };

  // --- what others take ---

  /** How often somebody has given an address to an element that was held. */
  const taken = new WeakMap();
  const waiting = new Set();
  let isTold;

  /** Keeps a held frame or image empty, whoever else lays hands on it. */
  const guard = (element) => {
    if (isScript(element)) return;
    for (const name of names) {
      const address = element.getAttribute("data-" + name);
      if (address === null) continue;
      // Every lazy loader knows `data-src`, and none this: it goes where nobody looks for it.
      element.setAttribute("data-izin-" + name, address);
      element.removeAttribute("data-" + name);
    }
    // A library that makes the page as the server sent it takes it away: a frame goes on, a picture
    // does not.
    const isLost = !isFrame(element) && isReleased(element) && !element.hasAttribute("src");
    if (isLost && isAddress(element.getAttribute("data-izin-src"))) show(element);
    if (core.has(idOf(element)) || isReleased(element)) return;
    if (released.has(element)) return empty(element); // it was shown for something else
    if (!heldFor(element) && !element.hasAttribute("data-izin-srcset")) names.forEach(holdShown(element));
    if (!names.some((name) => isItsOwn(element, name))) return;
    const times = (taken.get(element) || 0) + 1;
    taken.set(element, times);
    if (!isTold)
      console.warn(
        "Izin: a script of this page, perhaps a lazy loader, has given this element its address " +
          "before the visitor's choice. It is emptied again. Write data-izin-src, which no loader knows:",
        element,
      );
    isTold = true;
    // Two who disagree take turns, and do not stop the page.
    if (times < 4) return empty(element);
    if (waiting.has(element)) return;
    waiting.add(element);
    setTimeout(() => {
      waiting.delete(element);
      if (!isReleased(element)) empty(element);
    }, 50);
  };

  /**
   * Loaders have many names for an address, and some take away what they have read. Where none is
   * left for us, another host's that it shows is the one to hold.
   */
  const holdShown = (element) => (name) => {
    const address = element.getAttribute(name);
    const host = firstOf(address)?.host;
    if (host && host !== location.host) element.setAttribute("data-izin-" + name, address);
  };

  /**
   * Has it got the address that is held? What the owner shows meanwhile, such as a picture of the
   * map, is the owner's; loaders add to an address, so another path of a foreign host counts.
   */
  const isItsOwn = (element, name) => {
    const url = firstOf(element.getAttribute(name));
    const held = [heldFor(element), element.getAttribute("data-izin-srcset")].map(firstOf);
    return held.some(
      (other) =>
        url?.host &&
        url.host === other?.host &&
        (url.pathname === other.pathname || url.host !== location.host),
    );
  };

  const firstOf = (addresses) => addresses && urlOf(addresses.trim().split(/,?\s/)[0]);

  /** What is withdrawn ends until the reload. The core takes frames out, and sees no shadow tree. */
  const isWithdrawn = (element) =>
    isFrame(element) &&
    element.getRootNode() !== window.document &&
    isReleased(element) &&
    core.ran.has(idOf(element)) &&
    !core.has(idOf(element));

  document.addEventListener("izin:change", () => each(trees.marked().filter(isWithdrawn), empty));

  core.load = show;
  core.hold = empty;
  core.eachHeldFrame = (act) => each(trees.marked().filter(isHeldFrame), act);
  core.held = () => trees.marked().filter((element) => !isReleased(element));
  core.isReleased = isReleased;
  core.isTaken = (element) => taken.has(element);
  core.marked = walk;
  trees.watch(walk);
  document.addEventListener("DOMContentLoaded", walk);
}
