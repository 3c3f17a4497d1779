// Google Publisher Tag (Ad Manager), as much of it as a page needs to show one slot.
// Like AdSense it never looks at consent, only at its own privacy settings.

const THIRTEEN_MONTHS = 33696000;
const SIX_MONTHS = 15552000;

const slots = new Map();
const shown = new Set();
const privacy = {};
const options = { disableInitialLoad: false, enabled: false };

// Limited ads exist only for the script of this host; from another the setting is ignored.
const servesLimitedAds = source.href.includes("pagead2.googlesyndication.com/tag/js/");

const service = {
  enableSingleRequest: () => true,
  disableInitialLoad: () => void (options.disableInitialLoad = true),
  setPrivacySettings(given) {
    if (given.limitedAds && !servesLimitedAds) console.warn("limitedAds is ignored: wrong host");
    Object.assign(privacy, given);
    return service;
  },
  setRequestNonPersonalizedAds(value) {
    privacy.nonPersonalizedAds = value === 1;
    return service;
  },
  refresh: (given) => (given ?? [...slots.values()]).forEach(requestAd),
  setTargeting: () => service,
  collapseEmptyDivs: () => true,
  enableLazyLoad: () => {},
  addEventListener: () => service,
};

function defineSlot(unit, size, id) {
  const slot = {
    addService: () => slot,
    setTargeting: () => slot,
    setConfig: () => slot,
    defineSizeMapping: () => slot,
    setCollapseEmptyDiv: () => slot,
    getAdUnitPath: () => unit,
    getSlotElementId: () => id,
  };
  slots.set(id, slot);
  return slot;
}

function display(target) {
  const id = typeof target === "string" ? target : (target.getSlotElementId?.() ?? target.id);
  shown.add(id);
  requestShown();
}

function enableServices() {
  options.enabled = true;
  requestShown();
}

function setConfig(given) {
  if ("disableInitialLoad" in given) options.disableInitialLoad = given.disableInitialLoad === true;
  const treatments = given.privacyTreatments?.treatments;
  if (treatments) privacy.nonPersonalizedAds = treatments.includes("disablePersonalization");
}

function requestShown() {
  if (!options.enabled || options.disableInitialLoad) return;
  for (const id of shown) {
    shown.delete(id);
    if (slots.has(id)) requestAd(slots.get(id));
  }
}

function requestAd(slot) {
  const limited = privacy.limitedAds === true && servesLimitedAds;
  const host = servesLimitedAds ? "pagead2.googlesyndication.com" : "securepubads.g.doubleclick.net";
  request(host, "gampad/ads", {
    iu: slot.getAdUnitPath(), url: location.href,
    ...(limited ? { ltd: 1 } : { cookie_enabled: 1, cookie: readCookie("__gads") ?? "" }),
    ...(privacy.nonPersonalizedAds && { npa: 1 }),
    ...(privacy.restrictDataProcessing && { rdp: 1 }),
  });
  fill(document.getElementById(slot.getSlotElementId()), host);
  if (!limited) writeCookies();
}

function fill(element, host) {
  if (!element) return;
  const box = document.createElement("div");
  box.style.cssText =
    "box-sizing: border-box; min-height: 90px; padding: 0.5rem; display: grid; place-content: center;" +
    "text-align: center; font: 0.9375rem/1.4 system-ui, sans-serif; color: #5c2c06; background: #ffecd0;";
  const title = document.createElement("strong");
  title.textContent = "Stand-in ad";
  const origin = document.createElement("small");
  origin.textContent = privacy.nonPersonalizedAds ? `${host}, npa=1` : host;
  box.append(title, origin);
  element.replaceChildren(box);
}

function writeCookies() {
  const value = `ID=${randomNumber().toString(16)}:T=${seconds()}:RT=${seconds()}:S=ALNI_stand_in`;
  writeCookie("__gads", value, { maxAge: THIRTEEN_MONTHS });
  writeCookie("__gpi", `UID=${value}`, { maxAge: THIRTEEN_MONTHS });
  writeCookie("__eoi", value, { maxAge: SIX_MONTHS });
}

const googletag = (window.googletag = window.googletag || {});
if (!googletag.apiReady) {
  const earlier = googletag.cmd ?? [];
  Object.assign(googletag, {
    apiReady: true, pubadsReady: true, pubads: () => service, defineSlot, display, enableServices, setConfig,
    destroySlots: () => (slots.clear(), true),
    cmd: { push: (...commands) => commands.forEach((command) => command()) },
  });
  earlier.forEach((command) => command());
}
