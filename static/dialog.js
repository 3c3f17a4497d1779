// The second layer: every category and service by itself, and what each of them is. Loaded only
// when somebody asks for it.

/** @param {DialogTexts} text @param {string} css */
function dialog(text, css) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });

  /** An element with its properties and children; strings become text, never markup. */
  const make = (tag, properties, ...children) => {
    const { attributes, ...rest } = properties || {};
    const made = Object.assign(document.createElement(tag), rest);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...children.flat(2).filter((child) => child !== undefined));
    return made;
  };

  const paragraph = (words) => make("p", {}, words);
  const link = ([words, href]) =>
    make("a", { href, target: "_blank", rel: "noopener" }, words);

  // --- switches ---

  /** The switches by the id of what they stand for. */
  const switches = {};

  const makeSwitch = (id, name, changed) => {
    const state = make("span", { className: "state", attributes: { "aria-hidden": "true" } });
    const control = make("input", {
      type: "checkbox",
      id: "switch-" + id,
      attributes: { role: "switch" },
      // Who goes by the Tab key hears what it is for; who reads on hears it a moment later, and once.
      onfocus: () => control.setAttribute("aria-describedby", `what-${id} note-${id}`),
      onblur: () => control.removeAttribute("aria-describedby"),
      onchange: () => {
        changed(control.checked);
        show();
      },
    });
    switches[id] = { control, state };
    return make("label", { className: "switch" }, make("span", {}, name), state, control);
  };

  /** On and off are said in words too, not by colour alone. */
  const show = () => {
    for (const [, { control, state }] of Object.entries(switches))
      state.textContent = control.checked ? text.on : text.off;
  };

  const set = (id, on) => (switches[id].control.checked = on);

  // --- a category and its services ---

  const service = (facts, category) => {
    const field = ([name, value]) => [make("dt", {}, name), make("dd", {}, value)];
    return make(
      "li",
      {},
      makeSwitch(facts.id, facts.name, (on) => on && set(category.id, true)),
      make("p", { id: "what-" + facts.id }, facts.purpose),
      (notes[facts.id] = note(facts.id)),
      make(
        "details",
        {},
        make("summary", {}, text.details, make("span", { className: "unseen" }, ": " + facts.name)),
        make("dl", {}, facts.fields.map(field)),
        facts.stored.length ? table(facts) : undefined,
        make("p", { className: "links" }, facts.links.map(link)),
      ),
    );
  };

  const table = (facts) =>
    make(
      "div",
      { className: "scroll", tabIndex: 0, attributes: { role: "group", "aria-label": text.stored + ": " + facts.name } },
      make(
        "table",
        {},
        make("caption", {}, text.stored),
        make("thead", {}, make("tr", {}, text.columns.map((name) => make("th", { scope: "col" }, name)))),
        make("tbody", {}, facts.stored.map(([name, ...rest]) =>
          make("tr", {}, make("th", { scope: "row" }, name), rest.map((cell) => make("td", {}, cell))))),
      ),
    );

  /** Why something that was or could be granted is not loaded here. */
  const notes = {};
  const note = (id) => make("p", { id: "note-" + id, className: "note", hidden: true });
  const tell = (place, words) => {
    place.textContent = words;
    place.hidden = !words;
  };

  const category = (facts) => {
    const all = (on) => facts.services.forEach((one) => set(one.id, on));
    return make(
      "section",
      {},
      make(
        "h3",
        {},
        facts.asked
          ? makeSwitch(facts.id, facts.name, all)
          : make("span", { className: "switch" }, make("span", {}, facts.name), make("span", { className: "state" }, text.always)),
      ),
      make("p", { id: "what-" + facts.id }, facts.description),
      (notes[facts.id] = note(facts.id)),
      facts.services.length ? make("ul", {}, facts.services.map((one) => service(one, facts))) : undefined,
    );
  };

  // --- the whole ---

  const act = (choice) => () => {
    modal.close();
    core.decide(choice(), "dialog");
  };
  const none = () => ({});
  const chosen = () =>
    Object.fromEntries(Object.entries(switches).map(([id, { control }]) => [id, control.checked]));

  const button = (words, onclick) => make("button", { type: "button", onclick }, words);
  const withdraw = button(text.withdraw, act(none));

  /**
   * The visitor's own records, in a page of the service. By a form and not a link: where the service
   * is another site, no cookie goes with a link. `submit` asks no listener of the page's.
   */
  const showRecords = () => {
    const form = make(
      "form",
      { method: "post", action: `${core.base}/records?lang=${text.language}`, target: "_blank", hidden: true },
      make("input", { type: "hidden", name: "token", value: core.kept().token }),
    );
    root.append(form);
    form.submit();
    form.remove();
    // They can be erased there: the next page asks whether they still are there.
    forget("version");
    for (const name of ["visibilitychange", "focus"]) window.addEventListener(name, recheck, true);
  };

  /** Forgets one thing that is kept, on the device too. */
  const forget = (name) => {
    core.kept()[name] = undefined;
    core.save();
  };

  /** Without its evidence a choice is over, here too. */
  const recheck = async () => {
    const { token } = core.kept();
    if (document.hidden || !token) return;
    const headers = { authorization: "Izin " + token };
    const answer = await fetch(core.base + "/release", { headers }).catch(() => undefined);
    if (answer?.status !== 403 || core.kept().token !== token) return;
    forget("token");
    // What runs must not write its cookies again on its way out.
    core.silence(() => false);
    core.clean(core.eventOf({}, "api").services);
    core.reload();
  };

  const records = button(text.records, showRecords);
  records.className = "plain";
  const survivors = make("p", { className: "note", hidden: true, attributes: { role: "alert" } });
  const title = make("h2", { id: "title", tabIndex: -1 }, text.title);
  const modal = make(
    "dialog",
    { attributes: { "aria-labelledby": "title", lang: text.language, dir: text.direction } },
    make("div", { className: "top" }, title, button(text.close, () => modal.close())),
    make("div", { className: "body" }, survivors, text.before.map(paragraph), text.categories.map(category), text.after.map(paragraph),
      make("p", { className: "links" }, text.links.map(link))),
    make("div", { className: "foot" },
      make("div", { className: "bottom" }, button(text.refuse, act(none)), button(text.accept, act(core.everything)), button(text.save, act(chosen)), withdraw),
      records),
  );

  /** What opened it inside a frame: the browser does not find that again. */
  let opener;

  /**
   * The browser gives the focus back to what opened the dialog. Where that has gone with the banner,
   * it goes to what opens it again (ARIA APG, dialog pattern).
   */
  modal.onclose = () => {
    const { activeElement } = document;
    core.standing.dialog = undefined;
    host.remove();
    if (activeElement !== document.body && activeElement !== host) return;
    if (opener?.isConnected) opener.focus();
    else if (!core.decision()) return;
    else if (core.config.button) core.part("button", true);
    else /** @type {HTMLElement} */ (document.querySelector(way))?.focus();
  };
  const way = '[data-izin-open],a[href$="#izin-open"],a[href$="#izin"]';

  /** What the browser's signal refuses cannot be switched on. */
  const heedSignal = () => {
    const refused = text.categories.find((one) => core.gpc() && one.id === "advertising");
    if (!refused) return;
    tell(notes[refused.id], text.gpc);
    for (const { id } of [refused, ...refused.services]) {
      set(id, false);
      switches[id].control.disabled = true;
      switches[id].control.setAttribute("aria-describedby", "note-" + refused.id); // why it is off
    }
  };

  core.dialog = (from) => {
    opener = from;
    const { categories, services } = core.decision() || {};
    const choices = { ...categories, ...services };
    const release = core.kept().release;
    for (const [id] of Object.entries(switches)) {
      set(id, !!choices[id]);
      tell(notes[id], release && release.held[id] === "country" ? text.held : "");
    }
    heedSignal();
    const left = services ? core.clean(services) : [];
    tell(survivors, left.length ? text.left + " " + left.join(", ") : "");
    records.hidden = !core.decision() || !core.kept().token;
    withdraw.hidden = !Object.values(choices).includes(true);
    show();
    if (!host.isConnected) document.body.after((core.standing.dialog = host));
    if (!modal.open) modal.showModal();
    core.aside?.();
    title.focus();
  };

  host.className = "izin-dialog";
  core.dress(root, css);
  root.append(modal);
}
