// One more kind of step, for sites whose products need it: a call that waits in a queue of commands.

/** In front of what the page has queued: it must be made before the first ad is asked for. */
kinds.call = (name, path, value) => {
  const on = ((/** @type {any} */ (window))[name] ||= {});
  (on.cmd ||= []).unshift(() => {
    let from = /** @type {any} */ (window)[name];
    for (const step of path.slice(0, -1)) from = from[step]();
    from[path.at(-1)](value);
  });
};
