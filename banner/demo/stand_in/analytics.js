// Google Analytics 4: its cookies, its hits, and when they leave.

const TWO_YEARS = 63072000;
// Google's own wait is up to 5 s: long enough to be overtaken by a withdrawal.
const QUEUE_MILLISECONDS = 2000;

const destinations = new Map();
let queue = [];
let queueTimer = 0;
const signalled = new Set();
let measuredAddress = location.href;

function measured() {
  return [...destinations.values()].filter(({ id }) => id.startsWith("G-"));
}

function isDisabled({ id }) {
  return window[`ga-disable-${id}`] === true;
}

function startMeasuring(destination) {
  remember(destination);
  if (destination.own.send_page_view === false) return;
  measure(destination, "page_view");
  flush();
}

// A hit carries the consent of the moment it was made, also when it leaves later.
function measure(destination, event, more = {}) {
  if (isDisabled(destination)) return;
  sendSignals(destination);
  rememberSession(destination);
  const parameters = {
    v: 2, tid: destination.id, cid: clientIdOf(destination), en: event,
    ...consentParameters(destination.own), dl: location.href,
    ...(destination.own.debug_mode && { _dbg: 1 }), ...more,
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

/** A property has Google signals turned on, unless the page says no: with the first hit of each. */
function sendSignals({ id, own }) {
  if (own.allow_google_signals === false || signalled.has(id)) return;
  signalled.add(id);
  const parameters = { tid: id, ...consentParameters(own), ...clickParameters(), dl: addressForAds() };
  if (!isGranted("ad_storage"))
    return request("pagead2.googlesyndication.com", "measurement/conversion", parameters);
  request("www.google.com", "measurement/conversion", parameters);
  request("stats.g.doubleclick.net", "g/collect", { v: 2, ...parameters });
  request(googleOfCountry(), "ads/ga-audiences", { v: 1, ...parameters });
}

function googleOfCountry() {
  const country = REGION.split("-")[0].toLowerCase();
  return `www.google.${{ id: "co.id", gb: "co.uk", us: "com" }[country] ?? country}`;
}

// --- What is measured without being asked for

/** A page that changes its address in place is a new page view, as enhanced measurement has it. */
function watchHistory() {
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function (...given) {
      original.apply(this, given);
      measureNewAddress();
    };
  }
  addEventListener("popstate", measureNewAddress);
}

function measureNewAddress() {
  const before = measuredAddress;
  measuredAddress = location.href;
  if (before.split("#")[0] === measuredAddress.split("#")[0]) return;
  measured().forEach((destination) => measure(destination, "page_view"));
}

function watchLeaving() {
  const engage = () => {
    measured().forEach((destination) => measure(destination, "user_engagement"));
    flush();
  };
  addEventListener("pagehide", engage);
  addEventListener("pageshow", ({ persisted }) => persisted && engage());
}

// --- Who is measured

function newClientId() {
  return clientIdFromLink() || `${randomNumber()}.${seconds()}`;
}

function cookieName({ own }, name) {
  return `${own.cookie_prefix ?? ""}${name}`;
}

function clientIdOf(destination) {
  if (!isGranted("analytics_storage")) return destination.clientId;
  const kept = readCookie(cookieName(destination, "_ga"));
  return kept ? kept.split(".").slice(-2).join(".") : destination.clientId;
}

function remember(destination) {
  if (!isGranted("analytics_storage") || isDisabled(destination)) return;
  const name = cookieName(destination, "_ga");
  const isDue = (destination.own.cookie_update ?? true) || readCookie(name) === undefined;
  if (isDue) writeCookie(name, `GA1.1.${clientIdOf(destination)}`, cookieOptions(destination));
  rememberSession(destination);
}

// Every hit writes it anew, for its whole life and whatever `cookie_update` says: it counts.
function rememberSession(destination) {
  if (!isGranted("analytics_storage")) return;
  const name = cookieName(destination, `_ga_${destination.id.replace("G-", "")}`);
  const started = /\.s(\d+)/.exec(readCookie(name) ?? "")?.[1] ?? seconds();
  writeCookie(name, `GS2.1.s${started}$o1$g1$t${seconds()}$j60$l0$h0`, cookieOptions(destination));
}

function cookieOptions({ own }) {
  return {
    domain: own.cookie_domain ?? "auto", path: own.cookie_path ?? "/",
    maxAge: own.cookie_expires ?? TWO_YEARS, flags: own.cookie_flags ?? "",
  };
}
