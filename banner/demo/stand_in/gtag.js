// The Google tag: gtag/js?id=G-…, DC-… or AW-…
//
// The first one in a page works for all; those after it only make their id known.

const GCD_ORDER = ["ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"];
const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const TWO_YEARS = 63072000;
const NINETY_DAYS = 7776000;
// Google's own wait is up to 5 s: long enough to be overtaken by a withdrawal.
const QUEUE_MILLISECONDS = 2000;
// Where this visitor is taken to be, for defaults that name a region.
const REGION = "ID";

const consent = { active: false, defaults: {}, regional: {}, updates: {} };
const settings = {};
const destinations = new Map();
const state = { usedDefault: false, wasSetLate: false, waitPeriodTimedOut: false };
let queue = [];
let queueTimer = 0;
let waiting = null;

const loaded = (window.google_tag_manager = window.google_tag_manager || {});
const data = (window.google_tag_data = window.google_tag_data || {});
loaded[source.searchParams.get("id")] = {};
if (!data.ics) {
  data.ics = state;
  listen(source.searchParams.get("l") || "dataLayer");
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
  addEventListener("pagehide", sayGoodbye);
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
  const before = { ads: isGranted("ad_storage"), analytics: isGranted("analytics_storage") };
  consent.active = true;
  if (kind === "update") {
    Object.assign(consent.updates, signals);
    consentChanged(before);
    // What has waited goes out now, once, with the choice it waited for.
    return stopWaiting();
  }
  state.usedDefault = true;
  state.wasSetLate ||= destinations.size > 0;
  if (!region) Object.assign(consent.defaults, signals);
  else if (region.includes(REGION)) Object.assign(consent.regional, signals);
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
  for (const destination of measured()) {
    // After a withdrawal the visitor is a new one. After a grant, the one of the pings so far.
    if (lost) destination.clientId = newClientId();
    if (gained || gainedAds) {
      remember(destination);
      measure(destination, "user_engagement", { gcu: 1, ...(gained && { gcut: 3 }) });
    }
  }
  flush();
}

function valueOf(signal, source) {
  return source === "update"
    ? consent.updates[signal]
    : (consent.regional[signal] ?? consent.defaults[signal]);
}

// Not said is not denied: a page that says nothing has everything granted.
function isGranted(signal) {
  return (valueOf(signal, "update") ?? valueOf(signal, "default")) !== "denied";
}

function isNonPersonalised(own = {}) {
  const allowed = own.allow_ad_personalization_signals ?? settings.allow_ad_personalization_signals;
  return !isGranted("ad_personalization") || allowed === false;
}

function gcs() {
  const letter = (signal) => {
    const said = valueOf(signal, "update") ?? valueOf(signal, "default");
    return { granted: "1", denied: "0" }[said] ?? "-";
  };
  return `G1${letter("ad_storage")}${letter("analytics_storage")}`;
}

function gcd() {
  const number = (said) => ({ denied: 2, granted: 3 })[said] ?? 1;
  const letters = GCD_ORDER.map((signal) => {
    const declared = 16;
    const code = declared | (number(valueOf(signal, "default")) << 2) | number(valueOf(signal, "update"));
    return `3${ALPHABET[code]}`;
  });
  const refused = settings.allow_ad_personalization_signals === false ? 3 : 1;
  return `1${letters.join("")}${ALPHABET[(consent.active ? 4 : 0) | refused]}l1`;
}

function consentParameters(own) {
  return {
    ...(consent.active && { gcs: gcs() }),
    gcd: gcd(),
    ...(isNonPersonalised(own) && { npa: 1 }),
  };
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
  if (id.startsWith("AW-")) return reportAds(id, "pagead/viewthroughconversion");
  startMeasuring(destination);
}

function startMeasuring(destination) {
  remember(destination);
  if (destination.own.send_page_view === false) return;
  measure(destination, "page_view");
  sendSignals(destination);
  flush();
}

function sendEvent(name, parameters) {
  const { send_to: sendTo, ...rest } = parameters;
  const targets = sendTo ? [sendTo].flat() : [...measured()].map(({ id }) => id);
  for (const target of targets) {
    if (target.startsWith("DC-")) reportFloodlight(target);
    else if (target.startsWith("AW-")) reportAds(target, "pagead/conversion");
    else if (destinations.has(target)) {
      remember(destinations.get(target));
      measure(destinations.get(target), name, named(rest));
    }
  }
}

function named(parameters) {
  const entries = Object.entries(parameters).map(([name, value]) => [`ep.${name}`, String(value)]);
  return Object.fromEntries(entries);
}

// --- Analytics

function measured() {
  return [...destinations.values()].filter(({ id }) => id.startsWith("G-"));
}

function isDisabled({ id }) {
  return window[`ga-disable-${id}`] === true;
}

// A hit carries the consent of the moment it was made, also when it leaves later.
function measure(destination, event, more = {}) {
  if (isDisabled(destination)) return;
  const parameters = {
    v: 2, tid: destination.id, cid: clientIdOf(destination), en: event,
    ...consentParameters(destination.own), dl: location.href, ...more,
  };
  queue.push(["www.google-analytics.com", "g/collect", parameters]);
  queueTimer ||= setTimeout(flush, QUEUE_MILLISECONDS);
}

function flush() {
  clearTimeout(queueTimer);
  queueTimer = 0;
  queue.forEach((hit) => request(...hit));
  queue = [];
}

// Writes no cookie: a page that has just deleted them would find them again.
function sayGoodbye() {
  measured().forEach((destination) => measure(destination, "user_engagement"));
  flush();
}

function sendSignals({ id, own }) {
  if (own.allow_google_signals === false) return;
  const parameters = { tid: id, ...consentParameters(own), dl: location.href };
  const withCookies = isGranted("ad_storage");
  const host = withCookies ? "www.google.com" : "pagead2.googlesyndication.com";
  request(host, "measurement/conversion", parameters);
  if (withCookies) request("stats.g.doubleclick.net", "g/collect", { v: 2, ...parameters });
}

function newClientId() {
  return `${randomNumber()}.${seconds()}`;
}

function cookieName({ own }, name) {
  return `${own.cookie_prefix ? own.cookie_prefix : ""}${name}`;
}

function clientIdOf(destination) {
  if (!isGranted("analytics_storage")) return destination.clientId;
  const kept = readCookie(cookieName(destination, "_ga"));
  return kept ? kept.split(".").slice(-2).join(".") : destination.clientId;
}

function remember(destination) {
  if (!isGranted("analytics_storage") || isDisabled(destination)) return;
  const { id, own } = destination;
  const now = seconds();
  const session = cookieName(destination, `_ga_${id.replace("G-", "")}`);
  const client = cookieName(destination, "_ga");
  const options = {
    domain: own.cookie_domain ?? "auto", path: own.cookie_path ?? "/",
    maxAge: own.cookie_expires ?? TWO_YEARS, flags: own.cookie_flags ?? "",
  };
  writeIfDue(client, `GA1.1.${clientIdOf(destination)}`, options, own);
  writeIfDue(session, `GS2.1.s${now}$o1$g0$t${now}$j60$l0$h0`, options, own);
}

function writeIfDue(name, value, options, { cookie_update: update = true }) {
  if (update || readCookie(name) === undefined) writeCookie(name, value, options);
}

// --- Advertising

function rememberClick() {
  if (readCookie("_gcl_au") !== undefined) return;
  writeCookie("_gcl_au", `1.1.${randomNumber()}.${seconds()}`, { maxAge: NINETY_DAYS });
  localStorage.setItem("_gcl_ls", JSON.stringify({ schema: "gcl", version: 1 }));
}

function clickId() {
  return isGranted("ad_storage") ? (readCookie("_gcl_au") ?? "").split(".").slice(2).join(".") : "";
}

/** @param {string} target `DC-<id>`, or `DC-<id>/<group>/<activity>+standard` */
function reportFloodlight(target) {
  const [id, group = "", activity = ""] = target.split("/");
  const fields = {
    src: id.replace("DC-", ""), type: group, cat: activity.split("+")[0], ord: randomNumber(),
    auiddc: clickId(), ...consentParameters(),
  };
  const pairs = Object.entries(fields).filter(([, value]) => value !== "");
  const path = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join(";");
  if (isGranted("ad_storage")) request("ad.doubleclick.net", `activity;${path}`);
  else request("ade.googlesyndication.com", `ddm/activity/${path}`);
}

function reportAds(target, path) {
  const number = target.split("/")[0].replace("AW-", "");
  const host = path.endsWith("viewthroughconversion") ? "googleads.g.doubleclick.net" : "www.googleadservices.com";
  const granted = isGranted("ad_storage");
  const parameters = { auid: clickId(), ...consentParameters(), url: location.href };
  request(granted ? host : "pagead2.googlesyndication.com", `${path}/${number}/`, parameters);
}
