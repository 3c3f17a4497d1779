// A decision takes effect here first where it refuses, and at the service first where it grants.

/** @type {IzinDecision | null} */
let decision = null;
let retryIn = 2000;
let sending;
/** @type {RequestCredentials | undefined} how cookies are sent, if not as usual */
let credentials;

/** Global Privacy Control by the W3C draft's property; the service looks at its header too. */
const gpc = () => navigator.globalPrivacyControl === true;

/**
 * What has been asked for as a whole: a value for every category and every service. What `choice`
 * does not name is refused, and what the browser's signal refuses cannot be granted.
 */
function complete(choice) {
  choice = { __proto__: null, ...choice }; // a polluted Object.prototype must not choose
  /** @type {Choice} */
  const categories = {};
  /** @type {Choice} */
  const services = {};
  for (const [category, ids] of asked) {
    const on =
      !!(choice[category] ?? ids.some((id) => choice[id])) &&
      !(gpc() && category === "advertising");
    categories[category] = on;
    for (const id of ids) services[id] = on && !!(choice[id] ?? choice[category]);
  }
  return { categories, services };
}

/**
 * @param {Choice} choice
 * @param {string} surface
 * @returns {DecisionEvent}
 */
const eventOf = (choice, surface) => ({
  event: uuid(),
  notice: config.notice,
  locale: language,
  surface,
  ...complete(choice),
  signals: { gpc: gpc() },
  client_time: new Date().toISOString(),
  script: config.version,
});

/**
 * @param {Choice} choice
 * @param {string} surface
 */
function decide(choice, surface) {
  load();
  const event = eventOf(choice, surface);
  const choices = { ...event.categories, ...event.services };
  // Another page of this browser may have been granted what this one knows nothing of.
  const elsewhere = presented().flatMap(grantedBy);
  const narrower = [...released, ...ran, ...elsewhere].some((id) => id && !choices[id]);
  const [previous, ...others] = presented();
  // What cannot be a token is no part of a decision: the service would refuse the whole.
  if (previous && !others.length && /^[\w.-]{1,2048}$/.test(previous)) event.previous = previous;
  // The newest is never dropped; the oldest of too many is.
  kept.pending = [...kept.pending, event].slice(-8);
  if (narrower) {
    released = new Set([...released].filter((id) => choices[id]));
    kept.token = undefined;
    expire(cookieName);
  }
  const willLast = save();
  const mustReload = silence((id) => choices[id]);
  clean(event.services);
  settle(unrecorded(event));
  // Where nothing can be lost, the page that comes back hears the answer, and tells the visitor.
  const tell = () => send(isByHand(surface) ? 2 : 0);
  const sent = mustReload && willLast && !kept.pending[1] ? submit(event).catch(tell) : tell();
  // What storage does not keep is sent before the page goes.
  if (mustReload) Promise.race([sent, wait(willLast ? 0 : 2000)]).then(reload);
  return sent;
}

/**
 * A tag that has run stops only with its page. Without a network the page would not come back, and
 * the tag reaches nobody.
 */
function reload() {
  if (!navigator.onLine) return addEventListener("online", reload);
  history.replaceState(history.state, ""); // or the answer to a form would send the form again
  location.reload();
  // A page may ask its visitor whether to leave, and they may stay, cut off from everything.
  wait(3000).then(() => say("told.cut"));
}

/** Did the visitor press something of ours, and wait to hear how it went? */
const isByHand = (surface) => !/api|signal/.test(surface);

/** A decision that holds here and waits for its record. */
const unrecorded = ({ categories, services, notice, client_time: time }) => ({
  categories,
  services,
  notice,
  time,
  record: null,
  pending: true,
});

const wait = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

/**
 * Sends what is not acknowledged, oldest first; the same event is safe to send again.
 * @param {number} speak how much the visitor is told: 0 nothing, 1 success alone, 2 everything
 */
function send(speak) {
  return (sending = sending || attempt(speak).finally(() => (sending = undefined)));
}

async function attempt(speak) {
  for (let event; (event = kept.pending[0]); ) {
    if (kept.last) {
      event.previous = kept.last; // what was acknowledged a moment ago
      save();
    }
    let answer;
    try {
      answer = await submit(event);
    } catch {
      later(() => send(speak && 1));
      if (speak > 1) say("error.save");
      part("fault", speak);
      return decision;
    }
    load(); // another tab may have decided meanwhile, or heard the answer to this one
    const before = kept.pending.length;
    kept.pending = kept.pending.filter((other) => other.event !== event.event);
    if (kept.token && kept.pending.length === before) answer = kept;
    kept.last = answer?.token;
    save();
    if (kept.pending.length) expire(cookieName); // the answer's cookie may grant what the next one takes back
    else if (answer) adopt(answer, speak);
    else {
      settle(null);
      say("error.refused");
    }
  }
  return decision;
}

/** A committed, signed answer: keep it, and open only what will be remembered. */
function adopt({ token, release, clock }, speak) {
  const fields = readToken(token);
  const { pending } = kept;
  kept = /** @type {any} */ ({ __proto__: null, token, release, clock, version: config.version, pending });
  kept.decision = fields && decisionOf(fields);
  const stored = save();
  if (presented().join() !== token) {
    expire(cookieName);
    writeCookie(cookieName + "=" + token + "; max-age=" + config.seconds, config.domain ? "; domain=" + config.domain : "");
  }
  if (fields && heedSignal(fields)) return;
  // For a refusal the page's storage is enough (see `start`).
  const remembered = presented().join() === token || (stored && fields && !fields.granted);
  if (fields) apply(fields, remembered && release);
  if (speak) say(remembered ? "saved" : "error.storage");
}

/** @param {TokenFields} fields @param {Release | false} release what it opens */
function apply(fields, release) {
  // Nothing runs in a page that nobody has seen. By then there may be another choice.
  if (document.prerendering) return document.addEventListener("prerenderingchange", start, { once: true });
  if (release) openGate(fields, release);
  clean(kept.decision.services);
  settle(kept.decision);
}

let submit = (event) =>
  ask(
    "/decisions",
    { method: "POST", keepalive: true, body: jsonOf(event) },
    "content-type",
    "application/json",
  );

/**
 * The service's answer; nothing where it refuses. Throws where it is worth asking again: what is no
 * JSON is a proxy's word.
 */
async function ask(path, options, header, value) {
  const response = await fetch(base + path, {
    __proto__: null, // a polluted Object.prototype is no option
    ...options,
    credentials: credentials || (config.domain ? "include" : "same-origin"),
    headers: { [header]: value },
  });
  const answer = await response.json();
  const clock = (Date.parse(response.headers.get("izin-time")) - Date.now()) / 1000;
  if (response.ok) return { ...answer, clock };
  // Later: 429 and 5xx, and 403 for a decision, where no token is judged: the site's file does not
  // name this page.
  if (response.status > 428 || (response.status === 403 && options.method)) throw 0;
}

function later(then) {
  setTimeout(then, retryIn);
  retryIn = Math.min(retryIn * 2, 60000);
  addEventListener("online", then, { once: true });
}

/**
 * Deletes what the refused services may have left in this browser, from now or from before, by the
 * facts that came with the last release. Returns the names of the cookies that are still there.
 */
const clean = (services) => (Object.values(services).includes(false) ? sweep(services) : []);

function sweep(services) {
  const left = Object.entries(kept.release?.left || {});
  const owner = (kind, name, on) =>
    left
      .filter(([id]) => !!services[id] === on)
      .flatMap(([, facts]) => facts[kind])
      .find((item) => matches([].concat(item)[0], name));
  const refused = (kind, name) => !owner(kind, name, true) && owner(kind, name, false);
  const names = () => cookies().map((pair) => pair.split("=")[0]);
  for (const name of names()) {
    const item = refused("cookies", name);
    if (item) expire(name, item[1]);
  }
  try {
    for (const storage of [localStorage, sessionStorage])
      for (const key of Object.keys(storage))
        if (refused("storage", key)) storage.removeItem(key);
  } catch {
    // Storage is blocked: nothing of theirs is in it either.
  }
  return names().filter((name) => refused("cookies", name));
}

const matches = (pattern, name) =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** `crypto.randomUUID` is missing on plain http pages; an object's address ends in one too. */
const uuid = () => webkitURL.createObjectURL(new Blob()).slice(-36);
