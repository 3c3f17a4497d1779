// The choice as the cookie holds it. The page can read it; only the service can say it is genuine.

/** A frame may have no address of its own (`srcdoc`, `about:blank`, a blob): only http has no prefix. */
const prefix = location.protocol === "http:" ? "" : config.domain ? "__Secure-" : "__Host-";
const cookieName = prefix + "izin-" + config.site;

/** The page's cookies as `name=value`; none where cookies are blocked. */
function cookies() {
  try {
    return document.cookie.split("; ");
  } catch {
    return []; // a sandboxed frame throws
  }
}

/**
 * The distinct values of a cookie. Two of ours mean that somebody else wrote one, and then neither
 * counts.
 */
const presented = (name = cookieName) => {
  const named = cookies().filter((pair) => pair.startsWith(name + "="));
  return [...new Set(named.map((pair) => pair.slice(name.length + 1)))];
};

/**
 * What a token says if it is for this site and this notice; else undefined.
 * @returns {TokenFields | undefined}
 */
function readToken(text) {
  try {
    const fields = JSON.parse(atob(text.split(".")[0].replace(/-/g, "+").replace(/_/g, "/")));
    if (fields.v === 1 && fields.site === config.site && fields.notice === config.notice)
      return fields;
  } catch {
    // Not a token at all.
  }
}

/**
 * Seconds since 1970 by the service's clock, as far as its last answer has told. A visitor's own may
 * be years off, and be set right between two pages.
 */
const now = () => Date.now() / 1000 + (kept.clock || 0);

/**
 * Is it from the time in which a choice counts, and has what it released not to be asked for again?
 * Where that seems not so, the service must say it.
 */
const isTimely = ({ issued }) =>
  now() > issued - 300 && now() < issued + config.seconds && !(now() > kept.release?.until);

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
 * Deletes a cookie on this host and every parent, until it is gone: a browser complains of what is
 * too high up, and of a domain for a name that cannot have one. A dot before the domain makes no
 * difference (RFC 6265, section 5.2.3).
 */
function expire(name, path) {
  const labels = location.hostname.split(".");
  const domains = labels.map((_, i) => "; domain=" + labels.slice(i).join("."));
  for (const domain of ["", ...domains])
    if (presented(name).length) writeCookie(name + "=; max-age=0", domain, path);
}

function writeCookie(pair, domain, path) {
  const secure = prefix ? "; secure" : "";
  try {
    document.cookie = pair + "; samesite=lax; path=" + (path || "/") + secure + domain;
  } catch {
    // Blocked: nothing is there to delete, and nothing can be remembered.
  }
}
