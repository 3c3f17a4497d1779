// Google Tag Manager with a small container, after the Google tag that every container carries.
//
// Its tags wait for Izin's event and look at the category in it, as the recipe in the docs has
// it; the container `GTM-PLAIN` has Google's tag as it comes, on all pages. The diagnostics and the
// destination leave in every state of consent, as the real ones do. What the page says by `set` is
// nothing to a container's tags: each has its own settings, here Google's defaults.

const ALL_PAGES = [{ on: "gtm.js", when: () => true, run: ["G-CONTAINER"] }];
const BY_THE_RECIPE = [
  { on: "izin_consent", when: ({ izin }) => izin?.analytics === true, run: ["G-CONTAINER"] },
  { on: "izin_consent", when: ({ izin }) => izin?.advertising === true, run: ["DC-8765432"] },
];

const containerId = source.searchParams.get("id");
const isPlain = containerId === "GTM-PLAIN";
const layerName = source.searchParams.get("l") || "dataLayer";
const events = [];
const model = {};
const fired = new Set();

loaded[containerId] = { events };
request("www.googletagmanager.com", "a", { id: containerId, v: 3, t: "t" });
if (!isPlain) load("www.googletagmanager.com", "gtag/destination", { id: "DC-8765432", ...inQueue });
readMessages();

function readMessages() {
  const layer = (window[layerName] = window[layerName] || []);
  const push = layer.push;
  const earlier = [...layer];
  layer.push = function (...items) {
    const length = push.apply(layer, items);
    items.forEach(readMessage);
    return length;
  };
  earlier.forEach(readMessage);
}

function readMessage(item) {
  if (Object.prototype.toString.call(item) !== "[object Object]") return;
  Object.assign(model, item);
  if (typeof item.event !== "string") return;
  events.push({ ...model });
  for (const tag of isPlain ? ALL_PAGES : BY_THE_RECIPE) {
    if (tag.on !== item.event || !tag.when(model) || fired.has(tag)) continue;
    fired.add(tag);
    data.configure(tag.run[0], {}, false);
  }
}
