// Floodlight (DC-…) and Google Ads (AW-…): what is reported, and to which host.

/** @param {string} target `DC-<id>`, or `DC-<id>/<group>/<activity>+standard` */
function reportFloodlight(target, { allow_custom_scripts: isFrame = false } = {}) {
  const [id, group = "", activity = ""] = target.split("/");
  const number = id.replace("DC-", "");
  const fields = {
    src: number, type: group, cat: activity.split("+")[0], ord: randomNumber(),
    auiddc: advertisingId, ...clickParameters(), ...consentParameters(), "~oref": addressForAds(),
  };
  const pairs = Object.entries(fields).filter(([, value]) => value !== "");
  const path = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join(";");
  if (!isGranted("ad_storage")) return request("ade.googlesyndication.com", `ddm/activity/${path}`);
  request("ad.doubleclick.net", `activity;${path}`);
  if (isFrame) loadHiddenFrame(`${number}.fls.doubleclick.net`, `activityi;${path}`);
}

const ADS_HOSTS = {
  "ccm/collect": "www.google.com",
  "pagead/viewthroughconversion": "googleads.g.doubleclick.net",
  "pagead/conversion": "www.googleadservices.com",
};

/** @param {string} target `AW-<id>`, or `AW-<id>/<label>` */
function reportAds(target, ...paths) {
  const number = target.split("/")[0].replace("AW-", "");
  const parameters = {
    ...(advertisingId && { auid: advertisingId }), ...clickParameters(), ...consentParameters(),
    url: addressForAds(),
  };
  for (const path of paths) {
    const host = isGranted("ad_storage") ? ADS_HOSTS[path] : "pagead2.googlesyndication.com";
    request(host, path === "ccm/collect" ? path : `${path}/${number}/`, parameters);
  }
}

/** Ads ids bring a service worker's frame with them, in every state of consent. */
function loadWorkerFrame() {
  const origin = { origin: location.origin };
  loadHiddenFrame("www.googletagmanager.com", "static/service_worker/6410/sw_iframe.html", origin);
}
