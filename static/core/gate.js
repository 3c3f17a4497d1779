// The gate: what is released runs here, and nothing else does. It only ever adds elements and data.

/** The categories and services that are released on this page now. */
let released = new Set();

/** What has run here: only a new page can take it back. */
const ran = new Set();

/** What quiets a service that runs, by service. */
const stops = {};

/**
 * Opens for what the token grants, with the release that the service gave for that very token.
 * @param {TokenFields} fields
 * @param {Release} release
 */
function openGate(fields, release) {
  released = new Set(fields.granted.split(" ").filter((id) => id && !release.held[id]));
  release = timed(release, fields.issued);
  Object.assign(stops, release.stop);
  setUp(release); // of a refusal too: in advanced mode it has to be told
  for (const [id, steps] of Object.entries(release.services)) {
    if (ran.has(id)) continue;
    ran.add(id);
    steps.forEach(run);
  }
  walk();
}

/**
 * Fills in what only this page knows: `$now`, in milliseconds, and `$left`, the seconds that are
 * left of the consent, or the figure behind it where that is less.
 */
function timed(release, issued) {
  const left = Math.floor(issued + config.seconds - now());
  /** @type {any} a number becomes text by itself */
  const fill = (_, name, most) => (name === "now" ? Date.now() : Math.min(left, most || left));
  return JSON.parse(jsonOf(release).replace(/"\$(left|now):?(\d*)"/g, fill));
}

/**
 * Consent Mode. What the page itself has pushed so far comes after the defaults: to a tag that is
 * configured before them, nothing is denied.
 */
function setUp({ first, update }) {
  if (!first[0] && !update[0]) return;
  const layer = at("dataLayer");
  // Where a tag of Google's runs already, its queue has been read: it would be read twice.
  const earlier = layer.izin || window.google_tag_manager ? [] : layer.splice(0);
  if (!layer.izin) first.forEach(perform);
  if (first[0]) layer.izin = true; // a first release may have had nothing to set up
  update.forEach(perform);
  layer.push(...earlier);
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

/** gtag.js acts on `arguments` objects alone and silently ignores arrays. */
function gtag() {
  at("dataLayer").push(arguments);
}

/** What each kind of step does. `core/call.js` has one more, for the sites that need it. */
const kinds = {
  gtag(...words) {
    if (typeof window.gtag !== "function") window.gtag = gtag;
    gtag(...words.map((word) => (word === "$date" ? new Date() : word)));
  },
  push: (name, value) => at(name).push(value),
  set(name, value, property) {
    if (property) at(name)[property] = value;
    else window[name] = value;
  },
  script(address, properties, key, after) {
    if (loaded[key]) return;
    const tag = Object.assign(makeScript(), properties);
    loaded[key] = new Promise((go) => (tag.onload = go));
    setSource(tag, address);
    const add = () => document.head.append(tag);
    // Without what it has to come after, such as a certified platform, it does not come.
    if (after) loaded[after].then(add);
    else add();
  },
};

const loaded = {};

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
  const global = /** @type {Record<string, any>} */ (window);
  if (typeof global[name]?.push !== "function") global[name] = [];
  return global[name];
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
  looking ||= setTimeout(() => {
    looking = 0;
    walk();
    if (spoken !== (spoken = wished())) part("follow", spoken);
    shared?.look?.();
    if (Object.entries(standing).some(([, host]) => host?.isConnected === false))
      part("mend", { listen, calls });
  }, 50);
}
