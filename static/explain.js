// Why each tag was held or released: the report. It reads, and decides, sends and stores nothing.

/** @param {any} text what banner/script/explain.py gives */
function explain(text) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  const { config } = core;
  const { words } = text;
  const serviceOf = (id) => text.services.find((service) => service.id === id);
  const nameOf = (id) => text.categories[id] || serviceOf(id)?.name || id;
  const sentence = (key, of) => words[key].replaceAll("{of}", of);
  const moment = (seconds) => {
    const date = new Date(seconds * 1000);
    return isNaN(+date) ? null : date.toISOString();
  };
  /** What a page may forbid: its cookies and its storage. */
  const allowed = (read, otherwise) => {
    try {
      return read();
    } catch {
      return otherwise;
    }
  };

  // --- the choice ---

  /** The service's clock, as its last answer told it. */
  const now = () => Date.now() / 1000 + (core.kept().clock || 0);

  const prefix = location.protocol === "http:" ? "" : config.domain ? "__Secure-" : "__Host-";
  const cookieName = `${prefix}izin-${config.site}`;
  const cookies = () => allowed(() => document.cookie.split("; "), []);
  const readToken = (token) =>
    allowed(() => JSON.parse(atob(token.split(".")[0].replace(/-/g, "+").replace(/_/g, "/"))));

  /** @returns {IzinReport["cookie"]} */
  const cookie = () => {
    const ours = cookies().filter((pair) => pair.startsWith(cookieName + "="));
    const values = [...new Set(ours)].map((pair) => pair.slice(cookieName.length + 1));
    const fields = values.length === 1 ? readToken(values[0]) : undefined;
    const state = stateOfToken(values, fields);
    return {
      name: cookieName,
      state,
      text: words["cookie." + state] || words["rule." + state],
      notice: fields?.notice ? String(fields.notice) : null,
      issued: moment(fields?.issued),
    };
  };

  /** As `readToken` of the core judges it, with the reason. */
  const stateOfToken = (values, fields) => {
    const age = now() - fields?.issued;
    if (!values.length) return "none";
    if (values[1] !== undefined) return "several";
    if (fields?.v !== 1 || !Number.isFinite(age)) return "unreadable";
    if (fields.site !== config.site) return "foreign";
    if (fields.notice !== config.notice) return "stale";
    return age < config.seconds ? "readable" : "expired";
  };

  const undecided = () => {
    const { state } = cookie();
    return state === "none" ? "undecided" : state === "readable" ? "unverified" : state;
  };

  // --- the rule for a category or a service ---

  /** @returns {IzinRule} */
  const rule = (code, id, key = code) => ({ code, of: id, text: sentence("rule." + key, nameOf(id)) });

  const isAhead = (id) => !!config.ahead?.services[id];

  const ruleOf = (id) => {
    const decision = core.decision();
    const category = serviceOf(id)?.category || id;
    if (core.has(id)) return rule("granted", id);
    if (core.ran.has(id)) return rule("withdrawn", id);
    if (isAhead(id)) return rule("ahead", id);
    if (core.gpc() && category === "advertising") return rule("gpc", id);
    if (!decision) return rule(undecided(), id);
    if (!decision.categories[category]) return rule("refused", category, "refused_category");
    if (decision.services[id] === false) return rule("refused", id, "refused_service");
    if (decision.pending) return rule("pending", id);
    return rule(core.kept().release?.held?.[id] || "storage", id);
  };

  const stateOf = (id) =>
    core.ran.has(id) || isAhead(id) ? "running" : core.has(id) ? "released" : "held";

  /** The record by which it runs may be older than a decision that is not recorded yet. */
  const evidenceOf = (id) => {
    const decision = core.decision();
    const earlier = decision?.pending && core.has(id) && readToken(core.kept().token);
    return earlier
      ? { record: earlier.record || null, time: moment(earlier.issued) }
      : { record: decision?.record ?? null, time: decision?.time ?? null };
  };

  // --- services and their tags ---

  /** @returns {any[][]} */
  const scriptsOf = (id) =>
    [config.ahead, core.kept().release]
      .flatMap((release) => release?.services?.[id] || [])
      .filter(([kind]) => kind === "script");
  const absolute = (address) => allowed(() => new URL(address, document.baseURI), undefined);
  const isInPage = (src) =>
    [...document.scripts].some((script) => script.src && script.src === absolute(src)?.href);

  /** Several services may need the same script; it is loaded for the first of them. */
  const tagsOf = (id) =>
    scriptsOf(id).map(([, src, , key]) => {
      const present = isInPage(src);
      const all = text.services.flatMap((other) => scriptsOf(other.id));
      const shared = all.find((other) => other[3] === key && isInPage(other[1]));
      return { src, present, shared: (!present && shared?.[1]) || null };
    });

  /** @returns {IzinReport["services"]} */
  const services = () =>
    text.services.map(({ id, name, product, category, hosts }) => ({
      id,
      name,
      product,
      category,
      state: stateOf(id),
      rule: ruleOf(id),
      ...evidenceOf(id),
      hosts,
      tags: tagsOf(id),
    }));

  // --- marked-up elements ---

  const known = () => [...Object.keys(config.categories), ...text.services.map(({ id }) => id)];

  /** How alike two words are, from 0 to 1, by the pairs of letters that both have (Dice). */
  const likeness = (one, other) => {
    const [a, b] = [one, other].map((word) => new Set([...word].map((c, i) => c + word[i + 1])));
    return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
  };

  const nearest = (word) => {
    const near = (id) => likeness(word.toLowerCase(), id);
    const best = known().sort((a, b) => near(b) - near(a))[0];
    return best && near(best) >= 0.45 ? best : null;
  };

  /** A browser runs or loads it as it stands, whatever `data-izin` says. */
  const isActive = (element) =>
    element.localName === "script"
      ? runs(element)
      : ["src", "srcset"].some((name) => /^(?!about:|data:)./.test(element.getAttribute(name) || ""));

  /** In shadow trees, too, where the part for them is there. */
  const held = () => core.held?.() || [...document.querySelectorAll("[data-izin]")];

  /** @returns {IzinReport["elements"]} */
  const elements = () =>
    held().map((/** @type {any} */ element) => {
      const { izin, izinSrc, src } = element.dataset;
      const isKnown = known().includes(izin);
      const code = core.isTaken?.(element)
        ? "taken"
        : isActive(element)
          ? "not_held"
          : !isKnown && "unknown";
      return {
        element: element.localName,
        izin,
        src: element.getAttribute("src") || izinSrc || src || null,
        rule: code ? rule(code, izin) : ruleOf(izin),
        nearest: isKnown ? null : nearest(izin),
      };
    });

  // --- what was left behind ---

  const matches = (pattern, name) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  const isGranted = (id) => core.has(id) || !!core.decision()?.services[id];
  const stored = () =>
    text.services.flatMap(({ id, stored }) =>
      stored.map(([name, kind, removed, domain]) => ({ service: id, name, kind, removed, domain })),
    );

  /** What a granted service may have written is not another's. @returns {IzinReport["left"]} */
  const left = () => {
    const items = stored().filter(({ domain }) => domain === "site");
    const places = {
      cookie: cookies().map((pair) => pair.split("=")[0]),
      localStorage: allowed(() => Object.keys(localStorage), []),
      sessionStorage: allowed(() => Object.keys(sessionStorage), []),
    };
    return Object.entries(places).flatMap(([place, names]) =>
      names.flatMap((name) => {
        const kind = place === "cookie" ? place : "storage";
        const owners = items.filter((item) => item.kind === kind && matches(item.name, name));
        if (!owners[0] || owners.some((item) => isGranted(item.service))) return [];
        return { service: owners[0].service, name, place, removed: owners[0].removed };
      }),
    );
  };

  /** @returns {IzinReport["unseen"]} */
  const unseen = () => {
    const groups = {};
    for (const { service, name, removed, domain } of stored()) {
      if (removed === "page" || isGranted(service)) continue;
      const group = (groups[[service, removed, domain].join()] ||= { service, domain, removed, names: [] });
      group.names.push(name);
    }
    return Object.values(groups);
  };

  // --- requests that nobody released ---

  const isOf = (host) => (pattern) =>
    pattern.startsWith("*.") ? ("." + host).endsWith(pattern.slice(1)) : host === pattern;

  const requested = () => [
    ...performance.getEntriesByType("resource").map((/** @type {any} */ entry) => [entry.name, entry.initiatorType]),
    ...[...document.querySelectorAll('link[rel~="preconnect"],link[rel~="dns-prefetch"]')].map(
      (/** @type {any} */ link) => [link.href, link.rel],
    ),
  ];

  /** @returns {IzinReport["unmanaged"]} */
  const unmanaged = () => {
    const found = {};
    for (const [address, by] of requested()) {
      const url = absolute(address);
      const host = url?.hostname;
      if (!host || [location.hostname, absolute(core.base).hostname].includes(host)) continue;
      const services = text.services.filter((service) => service.hosts.some(isOf(host)));
      const products = text.products.filter(([, hosts]) => hosts.some(isOf(host)));
      if (!services[0] && !products[0]) continue;
      if (services.some(({ id }) => stateOf(id) !== "held")) continue;
      const names = services[0] ? services.map(({ name }) => name) : products.map(([name]) => name);
      found[host] ||= {
        host,
        requests: 0,
        first: url.origin + url.pathname, // without the query: it may say who the visitor is
        by,
        services: services.map(({ id }) => id),
        products: products.map(([name]) => name),
        text: sentence(services[0] ? "unmanaged.held" : "unmanaged.unlisted", names.join(", ")),
      };
      found[host].requests++;
    }
    return Object.values(found);
  };

  // --- Consent Mode ---

  const queue = () => /** @type {any} */ (window)[text.queue];

  /** Google's tags act on `arguments` objects and ignore arrays. */
  const entries = () =>
    (Array.isArray(queue()) ? [...queue()] : []).map((entry, position) => {
      const isCommand = Object.prototype.toString.call(entry) === "[object Arguments]";
      const [name, kind, given] = isCommand || Array.isArray(entry) ? entry : [];
      return { position, isCommand, name, kind, given: Object(given), event: entry?.event };
    });

  const isPlain = ([, value]) => /^(string|number|boolean)$/.test(typeof value);

  /** @returns {IzinReport["consent"]} */
  const consent = () => {
    const all = entries();
    const commands = all
      .filter(({ isCommand, name }) => isCommand && name === "consent")
      .map(({ position, kind, given }) => ({
        position,
        command: String(kind),
        values: Object.fromEntries(Object.entries(given).filter(isPlain)),
        region: given.region ? [].concat(given.region).map(String) : null,
      }));
    return { commands, problems: problemsOf(all, commands) };
  };

  const problemsOf = (all, commands) => {
    const problem = (code, of = "") => ({ code, of, text: sentence("problem." + code, of) });
    const label = ({ position, name, kind, event }) =>
      `${text.queue}[${position}] (${[event || name, kind].filter((word) => typeof word === "string").join(" ")})`;
    const defaults = commands.filter(({ command, region }) => command === "default" && !region);
    const positions = defaults.map(({ position }) => position).join(", ");
    const missing = text.signals.filter((signal) => !(signal in (defaults[0]?.values || {})));
    const first = all.find((entry) => entry.event || (entry.isCommand && /^(config|event)$/.test(entry.name)));
    const isLate = defaults[0] && first?.position < defaults[0].position;
    const isIgnored = ({ isCommand, name }) => !isCommand && /^(consent|config|event|js|set)$/.test(name);
    return [
      // Without a tag that runs, the queue waits, and Izin puts the default in front of it.
      ...(window.google_tag_manager && !defaults[0] ? [problem("default_missing")] : []),
      ...(isLate ? [problem("default_late", label(first))] : []),
      ...(defaults[1] ? [problem("default_repeated", positions)] : []),
      ...(defaults[0] && missing[0] ? [problem("signal_missing", missing.join(", "))] : []),
      ...all.filter(isIgnored).map((entry) => problem("array", label(entry))),
      ...text.services
        .filter(({ id, heeds }) => !heeds && stateOf(id) === "running")
        .map(({ name }) => problem("container", name)),
    ];
  };

  // --- the whole ---

  /** @returns {IzinReport} */
  const report = () => {
    const decision = core.decision();
    const decided = decision && Date.parse(decision.time) / 1000;
    return {
      site: config.site,
      notice: config.notice,
      language: core.language(),
      decision,
      record: decision?.record ?? null,
      time: decision?.time ?? null,
      age: decision && Math.round((decision.pending ? Date.now() / 1000 : now()) - decided),
      until: decision && moment(decided + config.seconds),
      recheck: moment(core.kept().release?.until),
      pending: core.kept().pending.length,
      cookie: cookie(),
      signals: { gpc: core.gpc() },
      services: services(),
      // A page can break what these look at: then the rest is told all the same.
      elements: allowed(elements, []),
      left: allowed(left, []),
      unseen: unseen(),
      unmanaged: allowed(unmanaged, []),
      consent: allowed(consent, { commands: [], problems: [] }),
    };
  };

  // A copy: whatever the page does to it, nothing of ours is changed.
  const copy = () => JSON.parse(JSON.stringify(report()));

  core.explain = (done) => (done ? done(copy()) : core.part("panel", copy));
}
