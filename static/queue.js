// What the page itself has for Google's tags. It reaches them behind everything that was granted, in
// its own order and once, as far as it opens nothing that is held.

/** @param {any} facts what banner/script/queue.py gives */
function queue(facts) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  const { config } = core;

  /** @type {any[]} the page's own, in its order, until it can be handed on */
  const waiting = [];

  /** Does a Google tag run here that is not ours, and that we can only tell the choice? */
  let besideUs = false;

  /** Which ids have been viewed by the page's own first `config`. */
  const viewed = new Set();

  const isSetUp = () => !!(/** @type {any} */ (window)[facts.queue].izin);

  const isCommand = (item) => Object.prototype.toString.call(item) === "[object Arguments]";

  /** As gtag.js wants it. */
  const commandOf = /** @type {any} */ (
    function () {
      return arguments;
    }
  );

  /** Plain data, which a container has to know when its first tags run. */
  const isData = (item) => {
    try {
      return !isCommand(item) && typeof item !== "function" && !Object(item).event;
    } catch {
      return false;
    }
  };

  const firstData = () => {
    const end = waiting.findIndex(({ item }) => !isData(item));
    return waiting.splice(0, end < 0 ? waiting.length : end).map(({ item }) => item);
  };

  core.queue = ([items, go, refused = 0]) => {
    const early = !!go;
    // What was queued by a visitor who had refused is not delivered by a later yes.
    const own = Array.from(Object(items)).filter((item, place) => place >= refused || isData(item));
    waiting.push(...own.map((item) => ({ item, early })));
    // A choice is followed by the tags that it grants, in the same turn; the page's own comes behind.
    if (go) {
      queueMicrotask(handOn);
      dataFirst();
      return go();
    }
    if (!isSetUp() && !besideUs) besideUs = hasOwnTag();
    handOn();
  };

  /** The page's data stands in front of the event by which a container's first tags run. */
  function dataFirst() {
    const data = firstData();
    const { push } = core.kinds;
    core.kinds.push = (name, value) => {
      core.kinds.push = push;
      for (const item of data) push("", item);
      push(name, value);
    };
  }

  const hasOwnTag = () =>
    !!(window.google_tag_manager || document.querySelector('script[src*="googletagmanager.com/gt"]'));

  function handOn() {
    if (!isSetUp()) {
      if (!besideUs) return;
      deny(window.google_tag_manager ? "update" : "default");
    }
    for (const { item, early } of waiting.splice(0)) {
      const judged = judge(item, early);
      if (judged !== undefined) core.kinds.push("", judged);
    }
  }

  // --- what is granted now ---

  const reads = () => facts.reading.some(core.has);

  const stepsNow = () => core.kept().release?.update || [];

  const said = (name) =>
    (reads() && stepsNow().find(([kind, command]) => kind === "gtag" && command === name)) || [];

  const isGranted = (signal) => said("consent")[3]?.[signal] === "granted";

  const left = () => {
    const issued = Date.parse(core.decision()?.time || "") / 1000;
    const now = Date.now() / 1000 + (core.kept().clock || 0);
    return Math.floor((issued || now) + config.seconds - now);
  };

  // --- one entry ---

  /** The entry as it may go on; nothing where it must not. */
  function judge(item, early) {
    if (!isCommand(item)) return item;
    const [name, ...given] = item;
    if (name === "consent") return judgeConsent(...given);
    if (name === "set") return judgeSet(...given);
    if (name === "config") return judgeConfig(given[0], given[1], early);
    if (name === "event") return judgeEvent(given[0], given[1]);
    return item;
  }

  /** A page may deny more than the visitor, and never grant more. A default has been given. */
  function judgeConsent(kind, values) {
    if (kind !== "update") return;
    const signals = Object.entries(Object(values));
    const kept = signals.filter(([signal, value]) => value === "denied" || isGranted(signal));
    return kept[0] && commandOf("consent", "update", Object.fromEntries(kept));
  }

  function judgeSet(...given) {
    if (typeof given[0] === "object") return commandOf("set", narrow(given[0]));
    if (typeof given[1] === "object") return commandOf("set", given[0], narrow(given[1]));
    const narrowed = Object.entries(narrow({ [given[0]]: given[1] }));
    return narrowed[0] && commandOf("set", ...narrowed[0]);
  }

  function judgeConfig(id, params, early) {
    if (!mayReach(id)) return;
    const ours = settingsOf(id);
    if (!ours) return commandOf("config", id, narrow(params));
    const isViewed = ours.send_page_view !== false && isSameView(id, params, early);
    const settings = { ...narrow(params), ...ours, ...(isViewed && { send_page_view: false }) };
    return commandOf("config", id, settings);
  }

  /** What the site's file has for an id that it knows. */
  function settingsOf(id) {
    const steps = Object.values(core.kept().release?.services || {}).flat();
    const ahead = Object.values(config.ahead?.services || {}).flat();
    const step = [...steps, ...ahead].find((step) => step[1] === "config" && step[2] === id);
    return step && inTime(step[3] || {});
  }

  const inTime = (settings) => {
    const expires = /^\$left:?(\d*)$/.exec(settings.cookie_expires);
    return expires
      ? { ...settings, cookie_expires: Math.min(left(), +expires[1] || left()) }
      : settings;
  };

  /** The view of this page was counted as its tag was released. */
  function isSameView(id, params, early) {
    const names = Object(params);
    if (viewed.has(id) || names.page_location || names.page_path) return false;
    viewed.add(id);
    const [opened] = performance.getEntriesByType("navigation");
    return early || location.href.split("#")[0] === opened?.name.split("#")[0];
  }

  function judgeEvent(name, params) {
    const { send_to: sendTo } = Object(params);
    if (!sendTo) return params ? commandOf("event", name, narrow(params)) : commandOf("event", name);
    const targets = [].concat(sendTo).filter(mayReach);
    if (!targets[0]) return;
    const to = Array.isArray(sendTo) ? targets : targets[0];
    return commandOf("event", name, { ...narrow(params), send_to: to });
  }

  /** Is what this id is for granted? A group, as `default`, has only what was configured. */
  function mayReach(id) {
    const [kind] = /^[A-Z]+(?=-)/.exec(String(id)) || [];
    if (!kind || besideUs) return true;
    const signals = facts.ids[kind] || facts.signals;
    if (config.ahead) return !core.gpc() || !signals.includes("ad_storage");
    return signals.every(isGranted);
  }

  /** The same settings, without what widens them; a cookie ends with the consent at the latest. */
  function narrow(params) {
    const settled = said("set")[2] || {};
    const kept = Object.entries(Object(params)).filter(([name, value]) => {
      if (facts.off.includes(name)) return value === false || settled[name] === true;
      if (name === "cookie_flags") return !/max-age|expires/i.test(value);
      return !facts.fixed.includes(name);
    });
    const narrowed = Object.fromEntries(kept);
    if ("cookie_expires" in narrowed)
      narrowed.cookie_expires = Math.max(0, Math.min(+narrowed.cookie_expires || 0, left()));
    return narrowed;
  }

  // --- a tag beside us ---

  /** As early as we can: as the default where its queue is not read yet. */
  function deny(kind) {
    for (const [, command, ...given] of facts.first)
      core.kinds.gtag(command, ...(command === "consent" ? [kind, given[1]] : given));
    /** @type {any} */ (window)[facts.queue].izin = true;
  }

  /** It hears of a refusal as well, which has no release to tell it. */
  document.addEventListener("izin:change", () => {
    if (besideUs && !reads() && !config.ahead) deny("update");
  });
}
