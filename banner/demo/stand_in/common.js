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

function load(host, path, parameters) {
  const added = document.createElement("script");
  added.async = true;
  added.src = address(host, path, parameters);
  document.head.append(added);
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

/** Writes on the highest domain that the browser accepts, as Google's scripts do. */
function writeCookie(name, value, { domain = "auto", path = "/", maxAge = 0, flags = "" }) {
  const life = maxAge ? `; max-age=${maxAge}` : "";
  const more = flags ? `; ${flags}` : "";
  for (const candidate of domainsToTry(domain)) {
    const at = candidate ? `; domain=${candidate}` : "";
    document.cookie = `${name}=${value}; path=${path}${at}${life}${more}`;
    if (document.cookie.split("; ").includes(`${name}=${value}`)) return;
  }
}

function domainsToTry(wanted) {
  if (wanted === "none") return [""];
  if (wanted !== "auto") return [wanted];
  const host = location.hostname;
  if (!host.includes(".") || /^[\d.]+$/.test(host)) return [""];
  const labels = host.split(".");
  const domains = labels.slice(1).map((_, index) => labels.slice(-2 - index).join("."));
  return [...domains, ""];
}
