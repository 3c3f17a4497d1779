// What the page's owner sees of it, and how a page starts.

let firstDecision;
const ready = new Promise((resolve) => (firstDecision = resolve));

/** @type {Izin} */
const api = {
  site: config.site,
  get decision() {
    return decision;
  },
  has: (id) => released.has(id),
  ready,
  accept: () => decide(everything(), "api"),
  refuse: () => decide({}, "api"),
  withdraw: () => decide({}, "api"),
  choose: (choice) => decide(choice, "api"),
  open: () => part("dialog"),
  explain: () => new Promise((done) => part("explain", done)),
  push: (then) => typeof then === "function" && then(api),
};

const everything = () => Object.fromEntries(asked.map(([id]) => [id, true]));

/**
 * What the parts get: here only what the small button needs, which stands on most pages.
 * @type {any}
 */
const shared = { part, dress, standing };

/**
 * All that banner and dialog get: the same acts, with the surface that the record names. Made when
 * the first of them is.
 * @type {() => Inside}
 */
const inside = () =>
  Object.assign(shared, {
    config,
    base,
    lazy,
    decide,
    eventOf,
    submit,
    everything,
    script,
    trusted,
    ran,
    clean,
    silence,
    reload,
    save,
    gpc,
    has: api.has,
    kinds,
    tell: (text) => show(!decision, text),
    calls,
    send,
    retry: (milliseconds, mode) => ((retryIn = milliseconds), (credentials = mode || credentials)),
    kept: () => kept,
    decision: () => decision,
    language: (chosen) => (language = chosen || language),
  });

/** @type {Record<string, any[]>} */
const calls = {};

/** Calls a part of this script that is loaded only once somebody needs it. */
function part(name, given) {
  const core = name === "button" ? shared : inside();
  if (core[name]) return core[name](given);
  if (calls[name]) return given && calls[name].push(given); // on its way
  calls[name] = [given];
  const tag = makeScript(name);
  tag.izin = core;
  tag.crossOrigin = ""; // without the page's cookies, of which there may be too many
  tag.onload = () => calls[name].forEach(core[name]);
  /** @type {any} */
  const lost = (tag.onerror = (event) => {
    // What the page does not allow (then there is no event) it will not allow later either.
    const due = calls[name];
    const again = () => {
      calls[name] = undefined;
      due.forEach((given) => part(name, given));
    };
    // The next fault asks for this one again.
    if (!/dialog|fault/.test(name)) return event && later(again);
    calls[name] = undefined;
    // Who cannot get the dialog can still refuse, and so withdraw, in the banner.
    if (name === "dialog") show(true, "error.load");
  });
  if (setSource(tag, `${base}/${config.version}/${name}.${language}.js`)) document.head.append(tag);
  else lost();
}

/** Tells the page. `null` means undecided: then, and only then, the visitor is asked. */
function settle(next) {
  refused = decision && window[config.layer]?.length;
  decision = next;
  if (next) {
    if (!next.pending) firstDecision(next);
    if (shared.asks) shared.close();
    if (config.button) withBody(() => part("button"));
  } else {
    show(true);
    if (gpc() && config.categories.advertising) say("told.gpc");
  }
  document.dispatchEvent(new CustomEvent("izin:change", { detail: decision }));
}

/** Shows the banner: the question if it `asks`, and what there is to say. */
function show(asks, key) {
  withBody(() => {
    if (!inside().show) banner(inside());
    inside().show(asks, key);
  });
}

/** The messages that nearly every visitor may need are here; the others are a part. */
const say = (key) => (typeof key === "string" ? part("notes", key) : show(!decision, key));

/** Styles by a constructed sheet, which every content security policy allows. */
function dress(root, css) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement("style");
    style.nonce = script.nonce;
    style.textContent = css;
    root.append(style);
  }
}

/** Asks the service whether an unknown token is genuine; until it says so, everything is held. */
async function verify(text) {
  const before = presented().join();
  let answer;
  try {
    answer = await ask("/release", {}, "authorization", "Izin " + text);
  } catch {
    part("fault", 0);
    return later(() => verify(text));
  }
  if (presented().join() !== before) return start(); // decided meanwhile, here or elsewhere
  if (answer) return adopt({ ...answer, token: text });
  expire(cookieName);
  settle(null);
}

/** What was granted before the browser sent its signal, the signal takes back. */
function heedSignal(fields) {
  const isOverruled = gpc() && grants(fields, "advertising");
  if (isOverruled) {
    const { categories, services } = decisionOf(fields);
    decide({ ...categories, ...services }, "signal");
    say("told.gpc");
  }
  return isOverruled;
}

function start() {
  load();
  const [text = kept.token, another] = presented();
  const waiting = kept.pending.at(-1);
  let fields = !another && readToken(text);
  if (fields?.granted && !presented()[0]) fields = undefined; // storage may keep a refusal, never a grant
  if (fields && heedSignal(fields)) return;
  // What was released under other settings of the owner's is asked for anew.
  if (fields && kept.token === text && kept.version === config.version && isTimely(fields))
    apply(fields, kept.release);
  else if (!waiting) {
    if (fields) verify(text);
    else settle(null);
  }
  if (waiting) {
    settle(unrecorded(waiting));
    send(isByHand(waiting.surface) ? 1 : 0);
  }
}

/** Ends this page if another one has taken back what runs here; says whether it has. */
function isOver() {
  load();
  // Another host's choice is in the cookie alone. Where it is gone, storage may know of a new one.
  const texts = presented();
  const granted = (texts[0] ? texts : [kept.token]).flatMap(grantedBy);
  if ([...ran].every((id) => granted.includes(id))) return false;
  silence((id) => granted.includes(id));
  reload();
  return true;
}

/**
 * Another tab has decided, or the page is seen again, perhaps from the browser's memory; or a link
 * to the settings has been followed.
 */
function catchUp({ key, persisted }) {
  if (persisted === false || isOver()) return;
  if (/#izin\b/.test(location.hash)) part("reached");
  if (persisted || key === storageKey) {
    released = new Set();
    start();
  }
}

/** In the capture phase, and by the whole path: a menu may stop it, a link may be in a shadow tree. */
function onClick(event) {
  // Where a `<base>` is another host's, the browser would leave the page for the older name, too.
  const older = (/** @type {any} */ { host }) => (host && host !== location.host ? ',a[href="#izin"]' : "");
  // The form's own field may be called `matches`.
  const opener = event.composedPath().find(
    (at) =>
      at instanceof Element &&
      Element.prototype.matches.call(at, '[data-izin-open],a[href="#izin-open"]' + older(at)),
  );
  // With a key held, a link is the browser's: another tab, or a file.
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  api.open();
}

/** Safe to call again: a listener that is there is not added twice. */
function listen() {
  window.addEventListener("click", onClick, true);
  // A page that comes back from memory hears the middle two first, and so do the tags on it.
  for (const name of ["hashchange", "storage", "resume", "visibilitychange", "pageshow"])
    addEventListener(name, /** @type {any} */ (catchUp), true);
}

let beginning = start;
