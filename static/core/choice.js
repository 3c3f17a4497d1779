// The choice as the cookie holds it. The page can read it; only the service can say it is genuine.

const cookieName =
  (location.protocol === "https:" ? (config.domain ? "__Secure-" : "__Host-") : "") +
  "izin-" +
  config.site;

/** The page's cookies as `name=value`; none where cookies are blocked. */
function cookies() {
  try {
    return document.cookie.split("; ");
  } catch {
    return []; // a sandboxed frame throws
  }
}

/**
 * The distinct values of our cookie. Two of them mean that somebody else wrote one, and then
 * neither counts.
 */
const presented = () => {
  const ours = cookies().filter((pair) => pair.startsWith(cookieName + "="));
  return [...new Set(ours.map((pair) => pair.slice(cookieName.length + 1)))];
};

/**
 * What a token says if it is for this site, this notice and this time; else undefined.
 * @returns {TokenFields | undefined}
 */
function readToken(text) {
  try {
    const fields = JSON.parse(atob(text.split(".")[0].replace(/-/g, "+").replace(/_/g, "/")));
    const age = Date.now() / 1000 - fields.issued;
    if (
      fields.v === 1 &&
      fields.site === config.site &&
      fields.notice === config.notice &&
      age > -9e4 && // a visitor's clock may be a day behind; the service judges by its own
      age < config.seconds
    )
      return fields;
  } catch {
    // Not a token at all.
  }
}

const grantedBy = (text) => (readToken(text)?.granted || "").split(" ");

/** @returns {IzinDecision} */
const decisionOf = (fields) => ({
  categories: chosen(asked.map(([id]) => id), fields),
  services: chosen(asked.flatMap(([, ids]) => ids), fields),
  notice: fields.notice,
  time: new Date(fields.issued * 1000).toISOString(),
  record: fields.record || null,
  pending: false,
});

/** Each optional category with its services. Not by `Object.keys`, which libraries have made their own. */
const asked = Object.entries(config.categories);

const grants = ({ granted }, id) => granted.split(" ").includes(id);

const chosen = (ids, fields) => Object.fromEntries(ids.map((id) => [id, grants(fields, id)]));

/**
 * Deletes a cookie on this host and every parent; what is too high up the browser refuses. A dot
 * before the domain makes no difference (RFC 6265, section 5.2.3).
 */
function expire(name, path) {
  const labels = location.hostname.split(".");
  const domains = labels.map((_, i) => "; domain=" + labels.slice(i).join("."));
  for (const domain of ["", ...domains]) writeCookie(name + "=; max-age=0", domain, path);
}

function writeCookie(pair, domain, path) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  try {
    document.cookie = pair + "; samesite=lax; path=" + (path || "/") + secure + domain;
  } catch {
    // Blocked: nothing is there to delete, and nothing can be remembered.
  }
}
