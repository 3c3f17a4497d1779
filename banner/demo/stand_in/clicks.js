// Which ad brought the visitor here: click ids in the address, in cookies, and in the links out.

const NINETY_DAYS = 7776000;

const arrival = new URLSearchParams(location.search);
// Once read, the advertising id stays here: a denial in the same page does not reach it.
let advertisingId = "";

function clickCookie(name) {
  return `${settings.conversion_cookie_prefix ?? "_gcl"}_${name}`;
}

/** Only called while ad_storage is granted. They live as long as their tag's `cookie_expires` says. */
function rememberClick({ cookie_expires: maxAge = NINETY_DAYS }) {
  if (readCookie(clickCookie("au")) === undefined)
    writeCookie(clickCookie("au"), `1.1.${randomNumber()}.${seconds()}`, { maxAge });
  advertisingId = readCookie(clickCookie("au"))?.split(".").slice(2).join(".") ?? "";
  for (const [name, id] of [["aw", arrival.get("gclid")], ["dc", arrival.get("dclid")]])
    if (id) writeCookie(clickCookie(name), `GCL.${seconds()}.${id}`, { maxAge });
  localStorage.setItem("_gcl_ls", JSON.stringify({ schema: "gcl", version: 1 }));
}

/** Denied, cookies are not read, and what stands in the address is sent all the same. */
function clickParameters() {
  if (isRedacting()) return { gclaw: 0, gcldc: 0 };
  const kept = (name) => isGranted("ad_storage") && readCookie(clickCookie(name))?.split(".")[2];
  const gclaw = arrival.get("gclid") || kept("aw");
  const gcldc = arrival.get("dclid") || kept("dc");
  return { ...(gclaw && { gclaw }), ...(gcldc && { gcldc }) };
}

function isRedacting() {
  return settings.ads_data_redaction === true && !isGranted("ad_storage");
}

/** The page's address as the advertising hits tell it; those of Analytics are never redacted. */
function addressForAds() {
  const told = new URL(location.href);
  if (isRedacting())
    for (const name of ["gclid", "dclid"])
      if (told.searchParams.has(name)) told.searchParams.set(name, "0");
  return told.href;
}

// --- url_passthrough: what storage may not keep travels in the site's own links

/** @param {() => {id: string, clientId: string}[]} measured */
function passThroughLinks(measured) {
  addEventListener("click", ({ target }) => decorate(target, measured()), true);
}

function decorate(target, measured) {
  const link = target instanceof Element && /** @type {HTMLAnchorElement?} */ (target.closest("a[href]"));
  if (!link || settings.url_passthrough !== true || link.hostname !== location.hostname) return;
  const told = new URL(link.href);
  const gclid = arrival.get("gclid");
  if (gclid && !isGranted("ad_storage")) told.searchParams.set("gclid", gclid);
  if (measured.length && !isGranted("analytics_storage")) {
    const pairs = measured.flatMap(({ id }) => [id.replace("G-", "_ga_"), wrapped(`${seconds()}`)]);
    const parts = ["1", "stand-in", "_up", "MQ..", "_ga", wrapped(measured[0].clientId), ...pairs];
    told.searchParams.set("_gl", parts.join("*"));
  }
  link.href = told.href;
}

function clientIdFromLink() {
  const parts = (arrival.get("_gl") ?? "").split("*");
  const at = parts.indexOf("_ga");
  return at < 0 ? "" : atob(parts[at + 1].replaceAll(".", "="));
}

function wrapped(text) {
  return btoa(text).replaceAll("=", ".");
}
