// Google Tag Manager: an empty container, which asks for nothing but its own diagnostics.
// Those leave in every state of consent, as the real ones do.

const id = source.searchParams.get("id");
const layerName = source.searchParams.get("l") || "dataLayer";
const layer = (window[layerName] = window[layerName] || []);
const events = [];
const push = layer.push;

function keep(item) {
  if (item && typeof item.event === "string") events.push(item);
}

const earlier = [...layer];
layer.push = function (...items) {
  const length = push.apply(layer, items);
  items.forEach(keep);
  return length;
};
earlier.forEach(keep);

window.google_tag_manager = window.google_tag_manager || {};
window.google_tag_manager[id] = { events };
request("www.googletagmanager.com", "a", { id, v: 3, t: "t" });
