// What runs on the site, put where the tag stands: for the owner's own policy page, in the page's
// own styles. Elements and texts alone, so that no content security policy minds.

/**
 * @typedef {object} DeclaredService
 * @property {string} name
 * @property {string} purpose
 * @property {string} about
 * @property {string} caption
 * @property {[string, string][]} fields
 * @property {string[][]} stored
 * @property {[string, string][]} links
 *
 * @typedef {object} Declared
 * @property {string} language
 * @property {string} direction
 * @property {string[]} before
 * @property {string[]} columns
 * @property {string} nothing
 * @property {string} none
 * @property {string} settings
 * @property {{name: string, description: string, services: DeclaredService[]}[]} categories
 */

/** @param {Record<string, Declared>} texts By language, the site's first one first. */
function declaration(texts) {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const page = document.documentElement;
  const offered = Object.keys(texts);
  const language =
    [script.dataset.lang, page.lang || page.getAttribute("xml:lang"), ...navigator.languages]
      .map((wish) => {
        try {
          return new Intl.Locale(wish.split("_")[0]).language; // `in` is `id`
        } catch {
          return undefined;
        }
      })
      .find((wish) => offered.includes(wish)) || offered[0];
  const text = texts[language];
  const level = /^[2-5]$/.test(script.dataset.level) ? Number(script.dataset.level) : 3;

  /** An element with its properties and children; strings become text, never markup. */
  const make = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children.flat(2));
    return made;
  };

  const row = ([name, ...cells]) =>
    make("tr", {}, make("th", { scope: "row" }, name), cells.map((cell) => make("td", {}, cell)));

  /** Wide tables scroll by themselves and not the page; styled so that no policy forbids it. */
  const scrolling = (name, ...parts) => {
    const box = make("div", { tabIndex: 0 });
    box.style.overflowX = "auto";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
    box.append(make("table", {}, make("caption", {}, name), ...parts));
    return box;
  };

  const facts = (service) =>
    make("table", {}, make("caption", {}, service.about), make("tbody", {}, service.fields.map(row)));

  const stored = (service) =>
    scrolling(
      service.caption,
      make("thead", {}, make("tr", {}, text.columns.map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, service.stored.map(row)),
    );

  /** Far enough apart to be pressed, whatever the page's own styles say of links (WCAG 2.5.8). */
  const link = ([words, href]) => {
    const item = make("li", {}, make("a", { href, rel: "noopener" }, words));
    item.style.marginBlock = "10px";
    return item;
  };

  const service = (each) => [
    make("h" + (level + 1), {}, each.name),
    make("p", {}, each.purpose),
    facts(each),
    each.stored.length ? stored(each) : make("p", {}, text.nothing),
    each.links.length ? make("ul", {}, each.links.map(link)) : [],
  ];

  const category = (each) => [
    make("h" + level, {}, each.name),
    make("p", {}, each.description),
    each.services.length ? each.services.map(service).flat(2) : make("p", {}, text.none),
  ];

  // Opens the dialog where the site's script runs too, and leads to the page where it does not.
  const settings = make("a", { href: new URL("preferences?lang=" + language, script.src).href }, text.settings);
  settings.dataset.izinOpen = "";

  // A page that was kept with these tables in it (a builder's cache, a restored view) runs the
  // tag again: then they are renewed.
  const earlier = script.nextElementSibling;
  if (earlier?.className === "izin-declaration") earlier.remove();
  script.after(
    make(
      "div",
      { className: "izin-declaration", lang: language, dir: text.direction },
      text.before.map((words) => make("p", {}, words)),
      text.categories.map(category).flat(2),
      make("p", {}, settings),
    ),
  );
}
