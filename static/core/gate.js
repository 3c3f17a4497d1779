// The gate: what is released runs here, and nothing else does. It only ever adds elements and data.

/** The categories and services that are released on this page now. */
let released = new Set();

/** What has run here: only a new page can take it back. */
const ran = new Set();

/** The scripts that were added, each once, by key. */
const once = {};

/** What quiets a service that runs, by service. */
const stops = {};

/**
 * Opens for what the token grants, with the release that the service gave for that very token.
 * @param {TokenFields} fields
 * @param {Release} release
 */
function openGate(fields, release) {
  const open = (released = new Set(
    fields.granted.split(" ").filter((id) => !release.held[id]),
  ));
  release = timed(release, fields.issued);
  Object.assign(stops, release.stop);
  const go = () => {
    if (released !== open) return; // decided anew while a part was on its way
    if (release.update[0]) {
      // Consent Mode, of a refusal too: in advanced mode it has to be told.
      layer.izin ||= !(/** @type {any} */ (release.first.forEach(perform))); // once
      release.update.forEach(perform);
    }
    for (const [id, steps] of Object.entries(release.services))
      if (!ran.has(id) && ran.add(id)) steps.forEach(run);
  };
  try {
    if (release.update[0]) behind(go);
    else go();
  } catch (error) {
    // Consent Mode could not be set up, so that nothing that reads it may run.
    released.clear();
    report(error);
  }
  walk();
}

/** Fills in for `$left` the seconds that are left of the consent, or the figure behind it if less. */
function timed(release, issued) {
  const left = (issued + config.seconds - now()) | 0; // whole seconds
  return JSON.parse(
    jsonOf(release).replace(
      /"\$left:?(\d*)"/g,
      (_, /** @type {any} */ most) => /** @type {any} */ (Math.min(left, most || left)),
    ),
  );
}

/**
 * Quiets what is granted no more, and says whether something of it has run. Then it is cut off: from
 * now on nothing leaves this page but to us, whatever a tag still has queued or keeps for its
 * unload. Telling it is not enough: AdSense and Ad Manager see no signal, and Analytics answers one
 * with a ping.
 */
function silence(granted) {
  const hasRun = [...ran].some((id) => !granted(id));
  if (hasRun) cutOff(window.document);
  for (const [id, steps] of Object.entries(stops)) if (!granted(id)) steps.forEach(run);
  return hasRun;
}

/** A frame has a policy of its own: those of this origin are given ours, and then all are taken out. */
function cutOff(page) {
  try {
    page = unhidden(page);
    const policy = page.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "default-src 'unsafe-inline' 'unsafe-eval' " + base + "/";
    // Only in a head it counts.
    (page.head || page.documentElement.appendChild(page.createElement("head"))).append(policy);
    for (const frame of page.querySelectorAll("iframe")) {
      cutOff(frame.contentDocument);
      frame.remove();
    }
  } catch {
    // Another origin's frame, or a page that stands in the way: the reload ends it.
  }
}

// --- the steps of a release ---

/** What each kind of step does. Some sites need more: `core/call.js`, `container.js`, `after.js`. */
const kinds = {
  /** gtag.js acts on `arguments` objects alone and silently ignores arrays. @type {any} */
  gtag() {
    arguments[1] ||= new Date(); // `js` wants one, and the release has a nought in its place
    onward(arguments);
  },
  push: (_, value) => onward(value),
  set(name, value, property) {
    if (property) at(name)[property] = value;
    else window[name] = value;
  },
  /** @type {(address: string, properties: any, key: string, after?: string) => any} */
  script(address, properties, key) {
    if (once[key]) return;
    const tag = (once[key] = Object.assign(makeScript(), properties));
    setSource(tag, address);
    document.head.append(tag);
  },
};

const perform = ([kind, ...given]) => kinds[kind](...given);

/** One broken tag is reported and does not stop the others. */
function run(step) {
  try {
    perform(step);
  } catch (error) {
    report(error);
  }
}

function report(error) {
  setTimeout(() => {
    throw error;
  });
}

/** The array of that name, made if it is missing, or if an element's name stands in its place. */
function at(name) {
  // A field of a form may be called `push`; it cannot be called.
  return window[name]?.push?.call ? window[name] : (/** @type {any} */ (window)[name] = []);
}

// --- what the page's owner has marked up ---

/**
 * Held elements are a part's work: most pages have none. They may be in an open shadow tree, which
 * nothing tells of, or in one that an element of the page's own kind gets later.
 */
const walk = () =>
  [...document.all].some(
    (/** @type {any} */ at) =>
      at.dataset?.izin ||
      (at.shadowRoot ? !/^izin/.test(at.className) : /-/.test(at.localName)),
  ) && part("marked");

/**
 * What stands in the page, and would stand there again.
 * @type {Record<string, HTMLElement>}
 */
const standing = {};
let looking;

/** A while after each change, so that two scripts cannot loop forever. */
function tend() {
  // A tag of Google's that the page has beside us is told the choice, before it has loaded if it can be.
  if (!onward && config.layer && (window.google_tag_manager || document.querySelector("[src*=googletagm]")))
    behind(undefined);
  looking ||= setTimeout(() => {
    looking = 0;
    walk();
    if (spoken !== (spoken = wished())) part("follow", spoken);
    shared?.look?.();
    if (Object.entries(standing).some(([, host]) => host?.isConnected === false))
      part("mend", { listen, calls });
  }, 50);
}
