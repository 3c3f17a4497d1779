// A decision takes effect here first where it refuses, and at the service first where it grants.

/** @type {IzinDecision | null} */
let decision = null;
let retryIn = 2000;
let sending;

/**
 * What has been asked for as a whole: a value for every category and every service. What `choice`
 * does not name is refused.
 */
function complete(choice) {
  choice = { __proto__: null, ...choice }; // a polluted Object.prototype must not choose
  /** @type {Choice} */
  const categories = {};
  /** @type {Choice} */
  const services = {};
  for (const [category, ids] of Object.entries(config.categories)) {
    const on = !!(choice[category] ?? ids.some((id) => choice[id]));
    categories[category] = on;
    for (const id of ids) services[id] = on && !!(choice[id] ?? choice[category]);
  }
  return { categories, services };
}

/**
 * @param {Choice} choice
 * @param {string} surface
 */
function decide(choice, surface) {
  load();
  const { categories, services } = complete(choice);
  /** @type {DecisionEvent} */
  const event = {
    event: uuid(),
    notice: config.notice,
    locale: language,
    surface,
    categories,
    services,
    signals: { gpc: navigator.globalPrivacyControl === true },
    client_time: new Date().toISOString(),
  };
  const choices = { ...categories, ...services };
  // Another page of this browser may have been granted what this one knows nothing of.
  const elsewhere = presented().flatMap(grantedBy);
  const narrower = [...released, ...ran, ...elsewhere].some((id) => id && !choices[id]);
  const mustReload = [...ran].some((id) => !choices[id]);
  const [previous, ...others] = presented();
  // What cannot be a token is no part of a decision: the service would refuse the whole.
  if (previous && !others.length && /^[\w.-]{1,2048}$/.test(previous)) event.previous = previous;
  // The newest is never dropped; the oldest of too many is.
  kept.pending = [...kept.pending, event].slice(-8);
  if (narrower) {
    released = new Set([...released].filter((id) => choices[id]));
    kept.token = kept.release = undefined;
    expire(cookieName);
  }
  const willLast = save();
  clean(services);
  settle(unrecorded(event));
  const sent = send(surface === "api" ? 0 : 2);
  if (mustReload) {
    // A tag that has run stops only with its page. What storage does not keep is sent first.
    // Without a network the page would not come back, and the tag reaches nobody.
    const reload = () =>
      navigator.onLine ? location.reload() : window.addEventListener("online", reload);
    Promise.race([sent, wait(willLast ? 0 : 2000)]).then(reload);
  }
  return sent;
}

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
  while (kept.pending.length) {
    const event = kept.pending[0];
    if (kept.last) event.previous = kept.last; // what was acknowledged a moment ago
    save();
    let response, answer;
    try {
      response = await ask("/decisions", { method: "POST", keepalive: true, body: JSON.stringify(event) }, "content-type", "application/json");
      if (response.ok) answer = await response.json();
      else if (response.status >= 500 || response.status === 429) throw 0;
    } catch {
      later(() => send(speak && 1));
      if (speak > 1) say("error.save");
      return decision;
    }
    load(); // another tab may have decided meanwhile, or heard the answer to this one
    const before = kept.pending.length;
    kept.pending = kept.pending.filter((other) => other.event !== event.event);
    if (kept.token && kept.pending.length === before) answer = kept;
    kept.last = answer?.token;
    save();
    if (kept.pending.length) {
      expire(cookieName); // the answer's cookie may grant what the next one takes back
      continue;
    }
    if (answer) adopt(answer, speak);
    else refused(response);
  }
  return decision;
}

/** The service did not take the decision: most likely this script is older than its notice. */
function refused(response) {
  if (response.status === 409) fetch(script.src, { cache: "reload" }).catch(() => {});
  settle(null);
  say("error.refused");
}

/** A committed, signed answer: keep it, and open only what will be remembered. */
function adopt({ token, release }, speak) {
  kept = { token, release, pending: kept.pending };
  const stored = save();
  if (presented().join() !== token) {
    expire(cookieName);
    writeCookie(cookieName + "=" + token + "; max-age=" + config.seconds, config.domain ? "; domain=" + config.domain : "");
  }
  const fields = readToken(token);
  if (fields) clean(decisionOf(fields).services);
  // For a refusal the page's storage is enough (see `start`).
  const remembered = presented().join() === token || (stored && fields && !fields.granted);
  if (fields && remembered) openGate(fields, release);
  if (fields) settle(decisionOf(fields));
  if (speak) say(remembered ? "saved" : "error.storage");
}

const ask = (path, options, header, value) =>
  fetch(base + path, {
    ...options,
    credentials: config.domain ? "include" : "same-origin",
    headers: { [header]: value },
  });

function later(then) {
  setTimeout(then, retryIn);
  retryIn = Math.min(retryIn * 2, 60000);
  window.addEventListener("online", then, { once: true });
}

/** Deletes what the refused services may have left in this browser, from now or from before. */
function clean(services) {
  const stored = lazy().stored;
  for (const id of Object.keys(services)) {
    if (services[id]) continue;
    for (const pair of cookies()) {
      const name = pair.split("=")[0];
      if (matches(stored[id].cookies, name)) expire(name);
    }
    try {
      for (const key of Object.keys(localStorage))
        if (matches(stored[id].storage, key)) localStorage.removeItem(key);
    } catch {
      // Storage is blocked: nothing of theirs is in it either.
    }
  }
}

const matches = (patterns, name) =>
  patterns.some((pattern) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );

/** `crypto.randomUUID` is missing on plain http pages. */
const uuid = () =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (+digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+digit / 4)))).toString(16),
  );
