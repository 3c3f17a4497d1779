// `document` as the specification has it, whatever a page has named its elements.

/**
 * `<form name="cookie">` takes the place of `document.cookie`: what elements are named hides what
 * the prototypes have (HTML, “named items” of Document, with `LegacyOverrideBuiltIns`), and so may
 * what a page has put there itself. Here every accessor is the prototypes' own.
 * @param {Document} page
 * @returns {Document}
 */
function unhidden(page) {
  const from = Document.prototype;
  return /** @type {Document} */ (
    new Proxy(/** @type {any} */ ({}), {
      get(_, name) {
        const found = Reflect.get(from, name, page);
        return typeof found === "function" ? found.bind(page) : found;
      },
      set: (_, name, value) => Reflect.set(from, name, value, page),
    })
  );
}
