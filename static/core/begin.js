// The beginning of everything, once for each site on a page.

const earlier = /** @type {any} */ (window.izin);
if (earlier?.site !== config.site) {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (!target.closest?.('[data-izin-open],a[href$="#izin"]')) return;
    event.preventDefault();
    api.open();
  });
  // A page that comes back from memory hears the middle two first, and so do the tags on it.
  for (const name of ["storage", "resume", "visibilitychange", "pageshow"])
    window.addEventListener(name, /** @type {any} */ (catchUp), true);
  // Another site's script on the same page keeps the name; a queue gives it up.
  if (!earlier?.site) window.izin = api;
  beginning();
  if (/[?&]izin-debug\b/.test(location.search)) part("explain"); // it shows, and changes nothing
  // One by one: a call that throws does not lose those after it.
  if (Array.isArray(earlier)) earlier.forEach((then) => queueMicrotask(() => then(api)));
}
