// Google Publisher Tag (Ad Manager), as much of it as a page needs to show a few slots.
// Like AdSense it never looks at consent, only at its own privacy settings.

const SECURE = "securepubads.g.doubleclick.net";
const LIMITED = "pagead2.googlesyndication.com";

const slots = new Map();
const shown = new Set();
const due = new Set();
const privacy = {};
const options = { disableInitialLoad: false, enabled: false, collapse: false };
let implementation;
let requests = 0;

// Limited ads exist only for the script of this host; from another the setting is ignored.
const isLimitedHost = source.href.includes(`${LIMITED}/tag/js/`);
const host = isLimitedHost ? LIMITED : SECURE;

const service = {
  enableSingleRequest: () => true,
  disableInitialLoad: () => void (options.disableInitialLoad = true),
  setPrivacySettings(given) {
    if (given.limitedAds && !isLimitedHost) console.warn("limitedAds is ignored: wrong host");
    Object.assign(privacy, given);
    return service;
  },
  setRequestNonPersonalizedAds(value) {
    privacy.nonPersonalizedAds = value === 1;
    return service;
  },
  refresh: (given) => (given ?? [...slots.values()]).filter(isShown).forEach(requestAd),
  setTargeting: () => service,
  collapseEmptyDivs: () => (options.collapse = true),
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
    getSize: () => [size].flat(2),
  };
  slots.set(id, slot);
  return slot;
}

function display(target) {
  const id = typeof target === "string" ? target : (target.getSlotElementId?.() ?? target.id);
  shown.add(id);
  due.add(id);
  requestDue();
}

function isShown(slot) {
  return shown.has(slot.getSlotElementId());
}

function enableServices() {
  options.enabled = true;
  requestDue();
}

function setConfig(given) {
  if ("disableInitialLoad" in given) options.disableInitialLoad = given.disableInitialLoad === true;
  if (given.collapseDiv) options.collapse = given.collapseDiv !== "DISABLED";
  const treatments = given.privacyTreatments?.treatments;
  if (treatments) privacy.nonPersonalizedAds = treatments.includes("disablePersonalization");
}

function requestDue() {
  if (!options.enabled || options.disableInitialLoad) return;
  for (const id of due) {
    due.delete(id);
    if (slots.has(id)) requestAd(slots.get(id));
  }
}

async function requestAd(slot) {
  await implementation;
  const platform = await transparency();
  if (!requests++) request("ep1.adtrafficquality.google", "getconfig/sodar", { sv: 200, tid: "gpt" });
  const usesCookies = !isLimitedHost && !platform.refuses;
  request(platform.refuses ? LIMITED : host, "gampad/ads", {
    iu: slot.getAdUnitPath(), url: location.href,
    ...(isLimitedHost && privacy.limitedAds === true && { ltd: 1 }),
    ...(platform.refuses && { gdpr: 1, gdpr_consent: platform.text }),
    ...(usesCookies && cookieParameters()),
    ...(privacy.nonPersonalizedAds && { npa: 1 }),
    ...(privacy.restrictDataProcessing && { rdp: 1 }),
    ...(privacy.childDirectedTreatment && { tfcd: 1 }),
    ...(privacy.underAgeOfConsent && { tfua: 1 }),
  });
  fill(slot);
  if (usesCookies) writeAdCookies();
}

function cookieParameters() {
  const [cookie, gpic, eo] = ["__gads", "__gpi", "__eoi"].map((name) => readCookie(name) ?? "");
  return { cookie_enabled: 1, cookie, gpic, eo_id_str: eo };
}

/** A unit whose name ends in `empty` gets no ad. */
function fill(slot) {
  const element = document.getElementById(slot.getSlotElementId());
  if (!element) return;
  if (slot.getAdUnitPath().endsWith("empty")) {
    if (options.collapse) element.style.display = "none";
    return;
  }
  const [width, height] = slot.getSize();
  const frame = document.createElement("iframe");
  frame.title = "Stand-in ad";
  frame.style.cssText = `border: 0; display: block; width: ${width}px; max-width: 100%; height: ${height}px;`;
  const npa = privacy.nonPersonalizedAds ? { npa: 1 } : {};
  const path = "safeframe/1-0-45/html/container.html";
  frame.src = address("5ab1e0f2.safeframe.googlesyndication.com", path, npa);
  element.replaceChildren(frame);
}

const googletag = (window.googletag = window.googletag || {});
if (!googletag.apiReady) {
  const earlier = googletag.cmd ?? [];
  const managed = "pagead/managed";
  implementation = load(host, `${managed}/js/gpt/m202604010101/pubads_impl.js`);
  request(host, "pagead/ppub_config", { ippd: location.hostname });
  request(host, `${managed}/dict/m202604010101/gpt`);
  reportLeaving("gpt", () => requests > 0);
  Object.assign(googletag, {
    apiReady: true, pubadsReady: true, pubads: () => service, defineSlot, display, enableServices, setConfig,
    destroySlots: () => (slots.clear(), true),
    cmd: { push: (...commands) => commands.forEach((command) => command()) },
  });
  earlier.forEach((command) => command());
}
