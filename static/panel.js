// The debug panel of `?izin-debug`: the report of `izin.explain()`, for people to read.

/** @param {any} text what banner/script/explain.py gives @param {string} css */
function panel(text, css) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;
  const { words } = text;
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  /** @type {() => IzinReport} */
  let report;

  /** An element with its properties and children; strings become text, never markup. */
  const make = (tag, properties, ...children) => {
    const { attributes, ...rest } = properties || {};
    const made = Object.assign(document.createElement(tag), rest);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...children.flat(2).map((child) => child ?? words.none));
    return made;
  };
  const lines = (all) => all.map((line) => make("div", {}, line));
  const nameOf = (id) =>
    text.categories[id] || report().services.find((service) => service.id === id)?.name || id;

  // --- what is shown ---

  const table = (caption, columns, rows) =>
    rows.length
      ? make(
          "div",
          { className: "scroll", tabIndex: 0, attributes: { role: "group", "aria-label": caption } },
          make(
            "table",
            {},
            make("caption", {}, caption),
            make("thead", {}, make("tr", {}, columns.map((name) => make("th", { scope: "col" }, words["column." + name])))),
            make("tbody", {}, rows.map(([first, ...rest]) =>
              make("tr", {}, make("th", { scope: "row" }, first), rest.map((cell) => make("td", {}, cell))))),
          ),
        )
      : make("p", {}, make("b", {}, caption), ": " + words.none);

  const facts = (told) => {
    const { categories } = told.decision || {};
    const choices = Object.keys(categories || {}).map((id) =>
      words[categories[id] ? "choice.granted" : "choice.refused"].replace("{of}", nameOf(id)),
    );
    const rows = {
      site: told.site,
      notice: told.notice,
      decision: choices.join("; ") || null,
      record: told.record,
      time: told.time,
      until: told.until,
      recheck: told.recheck,
      cookie: `${told.cookie.name}: ${told.cookie.text}`,
      pending: String(told.pending),
      gpc: told.signals.gpc ? words.yes : words.no,
    };
    if (!told.recheck) delete rows.recheck; // only sites that look at the visitor's country have it
    return make("dl", {}, Object.entries(rows).map(([key, value]) =>
      make("div", {}, make("dt", {}, words["fact." + key]), make("dd", {}, value))));
  };

  const tag = ({ src, present, shared }) =>
    `${src} (${present ? words["tag.present"] : shared ? words["tag.shared"] : words["tag.absent"]})`;

  const services = ({ services }) =>
    table(
      words.services,
      ["service", "category", "state", "rule", "record", "time", "tags", "hosts"],
      services.map(({ name, category, state, rule, record, time, tags, hosts }) => [
        name, nameOf(category), words["state." + state], rule.text, record, time,
        tags.length ? lines(tags.map(tag)) : words.none, hosts.join(", ") || words.none,
      ]),
    );

  const elements = ({ elements }) =>
    table(
      words.elements,
      ["element", "name", "source", "rule"],
      elements.map(({ element, izin, src, rule, nearest }) => [
        `<${element}>`, izin, src,
        lines([rule.text, ...(nearest ? [words.nearest.replace("{of}", nearest)] : [])]),
      ]),
    );

  const left = ({ left }) =>
    table(
      words.left,
      ["name", "place", "service", "removed"],
      left.map(({ name, place, service, removed }) => [name, place, nameOf(service), words["removed." + removed]]),
    );

  const unseen = ({ unseen }) =>
    table(
      words.unseen,
      ["service", "place", "name", "removed"],
      unseen.map(({ service, domain, names, removed }) => [
        nameOf(service), domain, names.join(", "), words["removed." + removed],
      ]),
    );

  const unmanaged = ({ unmanaged }) => [
    table(
      words.unmanaged,
      ["host", "requests", "source", "meaning"],
      unmanaged.map(({ host, requests, first, by, text }) => [host, String(requests), `${first} (${by})`, text]),
    ),
    make("p", {}, words["unmanaged.scope"]),
  ];

  const consent = ({ consent: { commands, problems } }) => [
    table(
      words.consent,
      ["position", "command", "values"],
      commands.map(({ position, command, values, region }) => [
        String(position), command,
        lines([...Object.entries(values).map((pair) => pair.join(": ")), ...(region ? [region.join(", ")] : [])]),
      ]),
    ),
    problems.length
      ? make("div", {}, make("h3", {}, words.problems), make("ul", {}, problems.map(({ text }) => make("li", {}, text))))
      : make("p", {}, make("b", {}, words.problems), ": " + words.none),
  ];

  // --- the frame around it ---

  const body = make("div");
  const json = make("textarea", { readOnly: true, hidden: true, rows: 12, attributes: { "aria-label": words["json.label"] } });
  const status = make("p", { attributes: { role: "status" } }, "");

  const draw = () => {
    const told = report();
    const focused = [...body.querySelectorAll(".scroll")].indexOf(root.activeElement);
    host.classList.toggle("tall", !core.asks);
    json.value = JSON.stringify(told, null, 2);
    body.replaceChildren(
      ...[services, facts, elements, unmanaged, consent, left, unseen].flatMap((section) => section(told)),
    );
    const again = /** @type {HTMLElement} */ (body.querySelectorAll(".scroll")[focused]);
    if (again) again.focus();
  };

  /** Again after a moment: what a choice releases is loaded by then. */
  const redraw = () => {
    if (!host.isConnected) return;
    draw();
    setTimeout(draw, 1000);
  };

  const showJson = async () => {
    json.hidden = false;
    json.select();
    try {
      await navigator.clipboard.writeText(json.value);
      status.textContent = words["json.copied"];
    } catch {
      status.textContent = words["json.shown"];
    }
  };

  const close = () => host.remove();
  const button = (words, onclick) => make("button", { type: "button", onclick }, words);

  const show = () => {
    draw();
    document.body.append(host);
    if (host.showPopover && !host.matches(":popover-open")) host.showPopover();
  };

  core.panel = (given) => {
    report = given;
    if (document.body) show();
    else document.addEventListener("DOMContentLoaded", show);
  };

  host.className = "izin-panel";
  host.setAttribute("popover", "manual");
  root.append(
    make(
      "section",
      { lang: text.language, dir: text.direction, attributes: { "aria-labelledby": "title" } },
      make("h2", { id: "title" }, words.title),
      make("div", { className: "buttons" }, button(words.close, close), button(words.refresh, draw), button(words.json, showJson)),
      make("p", {}, words.harmless),
      status,
      json,
      body,
    ),
  );
  core.dress(root, css);
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && close());
  document.addEventListener("izin:change", redraw);
  window.addEventListener("load", redraw);
}
