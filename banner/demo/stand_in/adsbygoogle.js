// AdSense. It never looks at consent: only the two switches on its own queue matter to it.

const THIRTEEN_MONTHS = 33696000;
const SIX_MONTHS = 15552000;

const earlier = Array.isArray(window.adsbygoogle) ? window.adsbygoogle : [];
let isPaused = earlier.pauseAdRequests === 1;
let postponed = [];

const ads = {
  loaded: true,
  requestNonPersonalizedAds: earlier.requestNonPersonalizedAds,
  get pauseAdRequests() {
    return isPaused ? 1 : 0;
  },
  set pauseAdRequests(value) {
    isPaused = value === 1;
    if (!isPaused) postponed.splice(0).forEach(fill);
  },
  push(item) {
    if (isPaused) postponed.push(item);
    else fill(item);
  },
};

// A second copy of the script in a page finds the first at work.
if (!window.adsbygoogle?.loaded) {
  window.adsbygoogle = ads;
  earlier.forEach((item) => ads.push(item));
}

function fill(item) {
  const slot = item?.element ?? nextSlot();
  if (!slot) return;
  slot.dataset.adsbygoogleStatus = "done";
  const frame = document.createElement("iframe");
  frame.title = "Stand-in ad";
  frame.style.cssText = "border: 0; display: block; width: 100%; height: 100%;";
  frame.addEventListener("load", () => filled(slot));
  frame.src = address("googleads.g.doubleclick.net", "pagead/ads", parametersOf(slot));
  slot.append(frame);
}

function nextSlot() {
  return document.querySelector("ins.adsbygoogle:not([data-adsbygoogle-status])");
}

function parametersOf(slot) {
  const client = slot.dataset.adClient ?? source.searchParams.get("client") ?? "";
  return {
    client, slotname: slot.dataset.adSlot ?? "", url: location.href, cookie_enabled: 1,
    gpic: readCookie("__gpi") ?? "",
    ...(ads.requestNonPersonalizedAds === 1 && { npa: 1 }),
  };
}

// Google's answer brings these, and the script writes them on the site's own domain. Asking for
// ads that are not personalised does not keep them away.
function filled(slot) {
  slot.dataset.adStatus = "filled";
  const value = `ID=${randomNumber().toString(16)}:T=${seconds()}:RT=${seconds()}:S=ALNI_stand_in`;
  writeCookie("__gads", value, { maxAge: THIRTEEN_MONTHS });
  writeCookie("__gpi", `UID=${value}`, { maxAge: THIRTEEN_MONTHS });
  writeCookie("__eoi", value, { maxAge: SIX_MONTHS });
}
