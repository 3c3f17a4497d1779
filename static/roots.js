// The trees of a page: the document and every open shadow root in it, with all that is marked up.

/**
 * Nothing of the page's is replaced to hear of a new root. One is found when its host comes into a
 * tree that is known, when the host's element is defined, and at the next change of any tree.
 * @param {string[]} attributes whose changes count
 */
function roots(attributes) {
  /** @type {Set<any>} */
  const known = new Set();
  const awaited = new Set();
  let changed;

  // A library's extras on all objects are no options of ours.
  /** @type {any} */
  const options = { __proto__: null, childList: true, subtree: true, attributeFilter: attributes };
  const heard = (records) => {
    for (const { addedNodes } of records) addedNodes.forEach(look);
    change();
  };
  // Where a page has taken it away, what comes later is seen at the next choice.
  const observer = typeof MutationObserver === "function" && new MutationObserver(heard);

  const add = (root) => {
    if (known.has(root)) return;
    known.add(root);
    if (observer) observer.observe(root, options);
    look(root);
  };

  /** Looks into a part of a tree for roots, and for elements that may get one. */
  const look = (within) => {
    const walker = document.createTreeWalker(within, NodeFilter.SHOW_ELEMENT);
    for (let host = within; host; host = walker.nextNode()) {
      if (rootOf(host)) add(rootOf(host));
      else if (/-/.test(host.localName)) expect(host);
    }
  };

  /** A form's own field may be called so. */
  const rootOf = ({ shadowRoot }) => shadowRoot instanceof ShadowRoot && shadowRoot;

  /** Elements of the page's own kind, that have no root yet. */
  const hosts = new Set();

  const expect = (host) => {
    const name = host.localName;
    hosts.add(host);
    if (awaited.has(name)) return;
    awaited.add(name);
    customElements.whenDefined(name).then(change, () => {}); // `font-face` is a name of SVG's
  };

  const change = () => {
    for (const host of hosts) {
      if (rootOf(host)) add(rootOf(host));
      if (rootOf(host) || !host.isConnected) hosts.delete(host);
    }
    changed();
  };

  // A form is never held, and its fields may have the names of what is asked of an element.
  const MARKED = "[data-izin]:not(form)";

  const marked = () =>
    [...known].flatMap((root) => {
      if (root === window.document) return [...document.querySelectorAll(MARKED)];
      if (root.host.isConnected) return [...root.querySelectorAll(MARKED)];
      known.delete(root);
      return [];
    });

  const watch = (then) => {
    changed = then;
    add(window.document);
    window.addEventListener("load", () => {
      look(window.document); // an ordinary element may have got a root without any change
      change();
    });
  };

  return { marked, watch };
}
