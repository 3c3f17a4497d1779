// The gate: what is released runs here, and nothing else does. It only ever adds elements and data.

/** The categories and services that are released on this page now. */
let released = new Set();

/** What has run here: only a new page can take it back. */
const ran = new Set();

const once = new Set();

/**
 * Opens for what the token grants, with the release that the service gave for that very token.
 * @param {TokenFields} fields
 * @param {Release} release
 */
function openGate(fields, release) {
  released = new Set(fields.granted.split(" ").filter(Boolean));
  if (!released.size) return;
  if (!once.has(gtag)) release.first.forEach(run);
  if (release.first.length) once.add(gtag); // a first release may have had nothing to set up
  release.update.forEach(run);
  for (const [id, steps] of Object.entries(release.services)) {
    if (ran.has(id) || !steps.length) continue;
    ran.add(id);
    steps.forEach(run);
  }
  walk();
}

// --- the steps of a release ---

/** gtag.js acts on `arguments` objects alone and silently ignores arrays. */
function gtag() {
  at("dataLayer").push(arguments);
}

function run([kind, name, value, key]) {
  try {
    if (kind === "gtag") {
      window.gtag = window.gtag || gtag;
      gtag(...arguments[0].slice(1).map(now));
    } else if (kind === "push") {
      at(name).push(Object.fromEntries(Object.entries(value).map(([k, v]) => [k, now(v)])));
    } else if (kind === "set") {
      window[name] = value;
    } else if (!once.has(key)) {
      once.add(key);
      const tag = makeScript();
      for (const attribute in value) tag.setAttribute(attribute, value[attribute]);
      tag.src = trusted("createScriptURL", name);
      document.head.append(tag);
    }
  } catch (error) {
    setTimeout(() => {
      throw error; // one broken tag is reported and does not stop the others
    });
  }
}

const now = (value) => (value === "$now" ? new Date() : value);

/** The array of that name, made if it is missing, or if an element's name stands in its place. */
function at(name) {
  const global = /** @type {Record<string, any>} */ (window);
  if (!global[name] || !global[name].push) global[name] = [];
  return global[name];
}

// --- what the page's owner has marked up ---

let walking;
let again;

new MutationObserver(walk).observe(document, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", walk);

/** Releases marked-up elements, one after the other in document order. */
async function walk() {
  again = true;
  if (walking || !released.size) return;
  walking = true;
  while (again) {
    again = false;
    const due = [...document.querySelectorAll("[data-izin]")].filter(isDue);
    due.forEach(fetchEarly);
    for (const element of due) {
      // A script's text may still be on its way: what follows it in the page is the proof.
      if (isScript(element) && document.readyState === "loading" && !element.nextSibling) break;
      if (element.isConnected && isDue(element)) await activate(element);
    }
  }
  walking = false;
}

const isScript = (element) => element.localName === "script";
const isDue = (element) => released.has(element.dataset.izin);
const sourceOf = (element) => element.getAttribute("src") || element.dataset.src;

/** All downloads start at once, though the scripts run one by one; modules are left out. */
function fetchEarly(element) {
  const source = isScript(element) && sourceOf(element);
  if (!source || element.dataset.type || once.has(element)) return;
  once.add(element);
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = "script";
  link.nonce = script.nonce;
  if (element.crossOrigin !== null) link.crossOrigin = element.crossOrigin;
  link.href = source;
  document.head.append(link);
}

/** Makes a held element real; waits for a script at most three seconds. */
function activate(element) {
  ran.add(element.dataset.izin);
  if (!isScript(element)) {
    element.removeAttribute("data-izin");
    if (element.dataset.src) element.src = element.dataset.src;
    return;
  }
  const source = sourceOf(element);
  const fresh = makeScript();
  for (const { name, value } of [...element.attributes])
    if (!/^(type|src|nonce|data-(izin|type|src))$/.test(name)) fresh.setAttribute(name, value);
  if (element.nonce) fresh.nonce = element.nonce;
  if (element.dataset.type) fresh.type = element.dataset.type;
  if (source) fresh.src = trusted("createScriptURL", source);
  else fresh.text = trusted("createScript", element.text);
  const done =
    source &&
    !element.hasAttribute("async") &&
    new Promise((go) => {
      fresh.onload = fresh.onerror = go;
      setTimeout(go, 3000);
    });
  element.replaceWith(fresh);
  return done;
}
