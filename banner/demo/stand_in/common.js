// Where the stand-ins send requests and how they write cookies. `answer()` puts this in front of
// each of them, inside one function.

const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const source = new URL(script.src);
const servedByDemo = source.pathname.startsWith("/stand-in/");

/** The address of a path on one of Google's hosts: in the demo, one of our own. */
function address(host, path, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  const base = servedByDemo ? `${source.origin}/stand-in/` : "https://";
  return `${base}${host}/${path}${query && `?${query}`}`;
}

function request(host, path, parameters) {
  const options = { mode: "no-cors", credentials: "include", keepalive: true };
  // Chromium lists a request among the page's resources only when its body has been read.
  // A blocked one is the page's decision: Google's scripts do not complain of it either.
  fetch(address(host, path, parameters), /** @type {RequestInit} */ (options))
    .then((answer) => answer.blob())
    .catch(() => {});
}

/** Fetches a further script; the promise is kept once it has run, and never if it does not. */
function load(host, path, parameters) {
  const added = document.createElement("script");
  added.async = true;
  added.src = address(host, path, parameters);
  const loaded = new Promise((resolve) => (added.onload = resolve));
  document.head.append(added);
  return loaded;
}

function loadHiddenFrame(host, path, parameters) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = address(host, path, parameters);
  (document.body ?? document.documentElement).append(frame);
}

function randomNumber() {
  return Math.floor(Math.random() * 0x7fffffff);
}

function seconds() {
  return Math.floor(Date.now() / 1000);
}

function readCookie(name) {
  const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return pair && pair.slice(name.length + 1);
}

function writeCookie(name, value, { domain = "auto", path = "/", maxAge = 0, flags = "" }) {
  const wanted = domain === "auto" ? highestDomain() : domain;
  const at = wanted && wanted !== "none" ? `; domain=${wanted}` : "";
  const life = maxAge ? `; max-age=${maxAge}` : "";
  const more = flags ? `; ${flags}` : "";
  document.cookie = `${name}=${value}; path=${path}${at}${life}${more}`;
}

/** The highest one that the browser accepts, found by trying, as Google's scripts find it. */
function highestDomain() {
  const host = location.hostname;
  if (!host.includes(".") || /^[\d.]+$/.test(host)) return "";
  const labels = host.split(".");
  const parents = labels.slice(1).map((_, index) => labels.slice(-2 - index).join("."));
  return parents.find(acceptsCookies) ?? "";
}

function acceptsCookies(domain) {
  document.cookie = `stand_in=1; domain=${domain}`;
  const isThere = readCookie("stand_in") !== undefined;
  document.cookie = `stand_in=; domain=${domain}; max-age=0`;
  return isThere;
}
