// The Google tag: gtag/js?id=G-…, DC-… or AW-…
//
// The first one in a page works for all; those after it only make their id known. What it does with
// each command was seen with Google's own scripts (builds of November 2025 and July 2026) on a page
// without Izin; nothing of their code is here.

const state = { usedDefault: false, wasSetLate: false, waitPeriodTimedOut: false };
let waiting = null;
// Named by `send_to` an id is reached without a `config` too, with no settings but those of `set`.
const reached = new Map();

const queueName = source.searchParams.get("l");
const inQueue = queueName && { l: queueName };
const loaded = (window.google_tag_manager = window.google_tag_manager || {});
const data = (window.google_tag_data = window.google_tag_data || {});
loaded[source.searchParams.get("id")] = {};
if (!data.ics) {
  data.ics = state;
  data.take = take;
  data.configure = configure;
  data.queues = [];
  watchHistory();
  watchLeaving();
  passThroughLinks(measured);
}
data.listen ??= listen;
data.listen(queueName || "dataLayer");

function listen(name) {
  if (data.queues.includes(name)) return;
  data.queues.push(name);
  const layer = (window[name] = window[name] || []);
  const push = layer.push;
  const earlier = [...layer];
  layer.push = function (...items) {
    const length = push.apply(layer, items);
    items.forEach(take);
    return length;
  };
  earlier.forEach(take);
}

// Only what `gtag()` pushes counts. An array with the same words is ignored, and with it a
// refusal pushed as one.
function take(item) {
  if (Object.prototype.toString.call(item) !== "[object Arguments]") return;
  const [command, ...rest] = item;
  if (command === "consent") return setConsent(rest[0], rest[1] || {});
  if (command === "set") return set(rest[0], rest[1]);
  if (waiting) return void waiting.push(item);
  if (command === "config") configure(rest[0], rest[1] || {});
  if (command === "event") sendEvent(rest[0], rest[1] || {});
}

function set(name, value) {
  Object.assign(settings, typeof name === "object" ? name : { [name]: value });
}

// --- Consent

function setConsent(kind, given) {
  const { region, wait_for_update: wait, ...signals } = given;
  if (kind === "update") {
    const before = { ads: isGranted("ad_storage"), analytics: isGranted("analytics_storage") };
    setUpdate(signals);
    consentChanged(before);
    // What has waited goes out now, once, with the choice it waited for.
    return stopWaiting();
  }
  if (!setDefault(signals, region)) return;
  state.usedDefault = true;
  state.wasSetLate ||= destinations.size > 0;
  if (wait > 0) startWaiting(wait);
}

function startWaiting(milliseconds) {
  waiting ??= [];
  setTimeout(() => {
    state.waitPeriodTimedOut = waiting !== null;
    stopWaiting();
  }, milliseconds);
}

function stopWaiting() {
  const held = waiting || [];
  waiting = null;
  held.forEach(take);
}

function consentChanged(before) {
  const gained = !before.analytics && isGranted("analytics_storage");
  const lost = before.analytics && !isGranted("analytics_storage");
  const gainedAds = !before.ads && isGranted("ad_storage");
  if (gainedAds && destinations.size) rememberClick([...destinations.values()][0].own);
  for (const destination of measured()) {
    // After a withdrawal the visitor is a new one. After a grant, the one of the pings so far.
    if (lost) destination.clientId = newClientId();
    if (gained || gainedAds) {
      remember(destination);
      measure(destination, "user_engagement", { gcu: 1, ...(gained && { gcut: 3 }) });
    }
  }
  // What was queued before a denial is not flushed by it: it leaves in its own time.
  if (gained || gainedAds) flush();
}

// --- Commands

/** What `set` said counts for everything behind it too, and what is said more closely comes first. */
function madeOf(id, given, heeds = true) {
  const clientId = destinations.get(id)?.clientId ?? reached.get(id)?.clientId ?? newClientId();
  return {
    id, given, clientId,
    get own() {
      return { ...(heeds && settings), ...this.given };
    },
  };
}

/** @param {boolean} [heeds] a container's own tags take no notice of the page's `set` */
function configure(id, given, heeds) {
  const destination = madeOf(id, given, heeds);
  destinations.set(id, destination);
  // Whatever id is configured, Google's script fetches it: one released tag can bring another.
  fetchDestination(id);
  if (isDisabled(destination)) return;
  if (isGranted("ad_storage")) rememberClick(destination.own);
  if (id.startsWith("DC-")) return reportFloodlight(id);
  if (id.startsWith("AW-")) {
    loadWorkerFrame();
    return reportAds(id, "ccm/collect", "pagead/viewthroughconversion");
  }
  startMeasuring(destination);
}

function fetchDestination(id) {
  if (id in loaded) return;
  loaded[id] = {};
  load("www.googletagmanager.com", "gtag/destination", { id, ...inQueue });
}

/** Without `send_to` for all that is configured by now; where nothing is, it is dropped. */
function sendEvent(name, parameters) {
  const { send_to: sendTo, ...rest } = parameters;
  const targets = sendTo ? [sendTo].flat() : [...destinations.keys()].filter((id) => !id.startsWith("DC-"));
  for (const target of targets) {
    fetchDestination(target.split("/")[0]);
    if (target.startsWith("DC-")) reportFloodlight(target, rest);
    else if (target.startsWith("AW-")) reportAds(target, sendTo ? "pagead/conversion" : "pagead/viewthroughconversion");
    else measure(told(target, rest), name, named(rest));
  }
}

function told(id, parameters) {
  const known = destinations.get(id) ?? reached.get(id) ?? madeOf(id, {});
  if (!destinations.has(id) && !reached.has(id)) remember(known);
  if (!destinations.has(id)) reached.set(id, known);
  const settled = ["allow_google_signals", "allow_ad_personalization_signals", "cookie_expires"];
  const said = Object.entries(parameters).filter(([setting]) => settled.includes(setting));
  return said.length ? { ...known, own: { ...known.own, ...Object.fromEntries(said) } } : known;
}

function named(parameters) {
  const entries = Object.entries(parameters).map(([name, value]) => [`ep.${name}`, String(value)]);
  return Object.fromEntries(entries);
}
