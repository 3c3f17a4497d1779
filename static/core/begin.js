// The beginning of everything, once for each site on a page.

// `izin` is a word of the language: a page may have a variable of that name, which stays as it is.
// An element or a frame of that name is no variable.
const earlier = window.hasOwnProperty("izin") ? /** @type {any} */ (window.izin) : undefined;
const isQueue = Array.isArray(earlier) && earlier.every((then) => typeof then === "function");
if (earlier?.site !== config.site) {
  listen();
  try {
    new MutationObserver(tend).observe(
      window.document,
      /** @type {any} */ ({ __proto__: null, childList: true, subtree: true, attributeFilter: ["lang"] }),
    );
  } catch {
    // A page has taken it away: what comes later is seen when the gate opens.
  }
  if (isQueue || earlier === undefined) window.izin = api;
  beginning();
  walk();
  if (/[?&#]izin/.test(/** @type {any} */ (location))) part("reached");
  // One by one: a call that throws does not lose those after it.
  if (isQueue) earlier.forEach((then) => queueMicrotask(() => then(api)));
}
