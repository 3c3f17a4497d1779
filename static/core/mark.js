// One more kind of step, for sites whose products need it: what an element says to a tag that reads it.

/** On the elements that are there, and on those to come. */
kinds.mark = (selector, attributes) => {
  const markAll = () => {
    for (const element of document.querySelectorAll(selector))
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  };
  markAll();
  // A library's extras on all objects are no options of ours.
  /** @type {any} */
  const options = { __proto__: null, childList: true, subtree: true };
  new MutationObserver(markAll).observe(window.document, options);
};
