// AdSense. It never looks at consent: only the two switches on its own queue matter to it.

const earlier = Array.isArray(window.adsbygoogle) ? window.adsbygoogle : [];
let isPaused = earlier.pauseAdRequests === 1;
let postponed = [];
let implementation;
let pageIsAsked = false;
let requests = 0;

const ads = {
  loaded: true,
  requestNonPersonalizedAds: earlier.requestNonPersonalizedAds,
  get pauseAdRequests() {
    return isPaused ? 1 : 0;
  },
  set pauseAdRequests(value) {
    isPaused = value === 1;
    if (!isPaused) postponed.splice(0).forEach(askFor);
  },
  push(item) {
    if (isPaused) postponed.push(item);
    else askFor(item);
  },
};

// A second copy of the script in a page finds the first at work.
if (!window.adsbygoogle?.loaded) {
  window.adsbygoogle = ads;
  const path = "pagead/managed/js/adsense/m202604010101/show_ads_impl.js";
  implementation = load("pagead2.googlesyndication.com", path);
  const client = source.searchParams.get("client");
  // With the account in its address the script asks for the page's automatic ads by itself.
  if (client) ads.push({ google_ad_client: client, enable_page_level_ads: true });
  earlier.forEach((item) => ads.push(item));
  reportLeaving("adsense", () => requests > 0);
}

/** Waits for the second script, and for a TCF platform to allow purpose 1 where there is one. */
async function askFor(item) {
  const slot = item?.enable_page_level_ads ? null : (item?.element ?? nextSlot());
  if (slot) slot.dataset.adsbygoogleStatus = "reserved";
  else if (!item?.enable_page_level_ads || pageIsAsked) return;
  else pageIsAsked = true;
  await implementation;
  if ((await transparency()).refuses) return;
  if (!requests++) lookUp();
  if (slot) fill(slot);
  else fillPage(item.google_ad_client);
}

function lookUp() {
  loadHiddenFrame("googleads.g.doubleclick.net", "pagead/html/r20260401/r20190131/zrt_lookup.html");
  request("ep1.adtrafficquality.google", "getconfig/sodar", { sv: 200, tid: "gda" });
}

function nextSlot() {
  return document.querySelector("ins.adsbygoogle:not([data-adsbygoogle-status])");
}

function fill(slot) {
  slot.dataset.adsbygoogleStatus = "done";
  const frame = document.createElement("iframe");
  frame.title = "Stand-in ad";
  frame.style.cssText = "border: 0; display: block; width: 100%; height: 100%;";
  frame.addEventListener("load", () => filled(slot));
  const { adClient, adSlot, tagForChildDirectedTreatment, restrictDataProcessing } = slot.dataset;
  const parameters = parametersOf(adClient ?? source.searchParams.get("client") ?? "", {
    slotname: adSlot ?? "",
    ...(tagForChildDirectedTreatment === "1" && { tfcd: 1 }),
    ...(restrictDataProcessing === "1" && { rdp: 1 }),
  });
  frame.src = address("googleads.g.doubleclick.net", "pagead/ads", parameters);
  slot.append(frame);
}

/** Automatic ads: they need no slot, so a page without any asks for ads as well. */
function fillPage(client) {
  request("googleads.g.doubleclick.net", "pagead/ads", parametersOf(client, { plat: "1:1" }));
  localStorage.setItem("google_ama_config", JSON.stringify({ stand_in: seconds() }));
  writeAdCookies();
}

function parametersOf(client, more) {
  return {
    client, ...more, url: location.href, cookie_enabled: 1,
    cookie: readCookie("__gads") ?? "", gpic: readCookie("__gpi") ?? "", eo_id_str: readCookie("__eoi") ?? "",
    ...(ads.requestNonPersonalizedAds === 1 && { npa: 1 }),
  };
}

function filled(slot) {
  slot.dataset.adStatus = "filled";
  localStorage.setItem("google_auto_fc_cmp_setting", "stand-in");
  writeAdCookies();
}
