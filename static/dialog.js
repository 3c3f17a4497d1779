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
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    made.append(...children.flat(2).filter((child) => child !== undefined));
    return made;
  };

  const paragraph = (words) => make("p", {}, words);
  const link = ([words, href]) =>
    make("a", { href, target: "_blank", rel: "noopener" }, words);

  // --- switches ---

  /** The switches by the id of what they stand for. */
  const switches = {};

  const makeSwitch = (id, name, describedBy, changed) => {
    const state = make("span", { className: "state", attributes: { "aria-hidden": "true" } });
    const control = make("input", {
      type: "checkbox",
      id: "switch-" + id,
      attributes: { role: "switch", "aria-describedby": describedBy },
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
    for (const { control, state } of Object.values(switches))
      state.textContent = control.checked ? text.on : text.off;
  };

  const set = (id, on) => (switches[id].control.checked = on);

  // --- a category and its services ---

  const service = (facts, category) => {
    const field = ([name, value]) => [make("dt", {}, name), make("dd", {}, value)];
    return make(
      "li",
      {},
      makeSwitch(facts.id, facts.name, "what-" + facts.id, (on) => on && set(category.id, true)),
      make("p", { id: "what-" + facts.id }, facts.purpose),
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

  const category = (facts) => {
    const all = (on) => facts.services.forEach((one) => set(one.id, on));
    return make(
      "section",
      {},
      make(
        "h3",
        {},
        facts.asked
          ? makeSwitch(facts.id, facts.name, "what-" + facts.id, all)
          : make("span", { className: "switch" }, make("span", {}, facts.name), make("span", { className: "state" }, text.always)),
      ),
      make("p", { id: "what-" + facts.id }, facts.description),
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
  const title = make("h2", { id: "title", tabIndex: -1 }, text.title);
  const modal = make(
    "dialog",
    { attributes: { "aria-labelledby": "title", lang: text.language, dir: text.direction } },
    make("div", { className: "top" }, title, button(text.close, () => modal.close())),
    make("div", { className: "body" }, text.before.map(paragraph), text.categories.map(category), text.after.map(paragraph),
      make("p", { className: "links" }, text.links.map(link))),
    make("div", { className: "bottom" }, button(text.refuse, act(none)), button(text.accept, act(core.everything)), button(text.save, act(chosen)), withdraw),
  );

  core.dialog = () => {
    const decision = core.decision();
    const choices = { ...(decision || {}).categories, ...(decision || {}).services };
    for (const id in switches) set(id, !!choices[id]);
    withdraw.hidden = !Object.values(choices).includes(true);
    show();
    if (!host.isConnected) document.body.append(host);
    if (!modal.open) modal.showModal();
    title.focus();
  };

  host.className = "izin-dialog";
  core.dress(root, css);
  root.append(modal);
  core.dialog();
}
