// The beginning of everything, once for each site on a page.

let earlier = /** @type {any} */ (window.izin);
try {
  // An element or a frame may have that name, and another origin's frame throws.
  if (typeof earlier.push !== "function") throw 0;
} catch {
  earlier = undefined;
}
if (earlier?.site !== config.site) {
  listen();
  // Another site's script on the same page keeps the name; a queue gives it up.
  if (!earlier?.site) window.izin = api;
  beginning();
  if (/[?&]izin-debug\b/.test(location.search)) part("explain"); // it shows, and changes nothing
  // One by one: a call that throws does not lose those after it.
  if (Array.isArray(earlier)) earlier.forEach((then) => queueMicrotask(() => then(api)));
}
