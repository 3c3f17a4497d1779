// The Google tag: gtag/js?id=G-…, DC-… or AW-…
//
// The first one in a page works for all; those after it only make their id known.

const state = { usedDefault: false, wasSetLate: false, waitPeriodTimedOut: false };
let waiting = null;

const loaded = (window.google_tag_manager = window.google_tag_manager || {});
const data = (window.google_tag_data = window.google_tag_data || {});
loaded[source.searchParams.get("id")] = {};
if (!data.ics) {
  data.ics = state;
  data.take = take;
  listen(source.searchParams.get("l") || "dataLayer");
  watchHistory();
  watchLeaving();
  passThroughLinks(measured);
}

function listen(name) {
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
  if (gainedAds && destinations.size) rememberClick();
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

function configure(id, own) {
  const known = destinations.get(id);
  const destination = { id, own: { ...settings, ...own }, clientId: known?.clientId ?? newClientId() };
  destinations.set(id, destination);
  // Whatever id is configured, Google's script fetches it: one released tag can bring another.
  if (!(id in loaded)) load("www.googletagmanager.com", "gtag/destination", { id });
  if (isDisabled(destination)) return;
  if (isGranted("ad_storage")) rememberClick();
  if (id.startsWith("DC-")) return reportFloodlight(id);
  if (id.startsWith("AW-")) {
    loadWorkerFrame();
    return reportAds(id, "ccm/collect", "pagead/viewthroughconversion");
  }
  startMeasuring(destination);
}

function sendEvent(name, parameters) {
  const { send_to: sendTo, ...rest } = parameters;
  const targets = sendTo ? [sendTo].flat() : measured().map(({ id }) => id);
  for (const target of targets) {
    if (target.startsWith("DC-")) reportFloodlight(target, rest);
    else if (target.startsWith("AW-")) reportAds(target, "pagead/conversion");
    else if (destinations.has(target)) measure(destinations.get(target), name, named(rest));
  }
}

function named(parameters) {
  const entries = Object.entries(parameters).map(([name, value]) => [`ep.${name}`, String(value)]);
  return Object.fromEntries(entries);
}
