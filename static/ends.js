// Cookies that nobody but their tag writes, and that would outlive the consent: they are given its end.

function ends() {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;

  /** @type {Record<string, { path: string, until: number, value?: string }>} by cookie */
  const seen = { __proto__: /** @type {any} */ (null) };

  /** @type {[string, string, number][]} name, path and end (seconds) */
  const rules = [];

  const matches = (pattern, name) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

  const read = () => {
    try {
      return document.cookie.split("; ").map((pair) => /** @type {[string, string]} */ ([
        pair.split("=")[0],
        pair.slice(pair.indexOf("=") + 1),
      ]));
    } catch {
      return []; // a sandboxed frame throws
    }
  };

  const has = (name) => read().some(([other]) => other === name);

  /** A cookie does not say where it belongs: it is where it is gone from. */
  function shorten(name, value, path, until) {
    const labels = location.hostname.split(".");
    const domains = labels.map((_, place) => "; domain=" + labels.slice(place).join("."));
    const rest = "; path=" + path + "; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
    const left = Math.max(0, Math.floor(until - Date.now() / 1000));
    for (const domain of [...domains.reverse(), ""]) {
      document.cookie = name + "=; max-age=0" + rest + domain;
      if (has(name)) continue;
      document.cookie = name + "=" + value + "; max-age=" + left + rest + domain;
      return;
    }
  }

  /** Each value once: a tag that writes the cookie again writes another, for its whole life. */
  function look() {
    for (const [name, value] of read()) {
      const [, path, until] = rules.find(([pattern]) => matches(pattern, name)) || [];
      if (!until || seen[name]?.value === value) continue;
      seen[name] = { path, until, value };
      shorten(name, value, path, until);
    }
  }

  core.ends = ([names, seconds]) => {
    const until = Date.now() / 1000 + seconds;
    for (const [name, path] of names) rules.push([name, path, until]);
    look();
  };

  const { cookieStore } = window;
  if (cookieStore?.addEventListener) cookieStore.addEventListener("change", look);
  else setInterval(look, 1000); // Firefox and Safari have told of changes only since 2025
  // Behind what the tags write as the page is left.
  window.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", look);
}
