// The queue of Google's tags: what the page pushes there reaches them behind what we tell them, and
// only by a part that sees to it that nothing is opened by it.

/** @type {any} the queue itself, once it is watched; `izin` on it says that the defaults are given */
let layer;

/** Pushes past us, and through what a tag has made of `push`; there once the queue is watched. */
let onward;

/** How many entries stood in the queue as a visitor who had refused decided anew. */
let refused;

/**
 * Calls `go`, and behind it comes what the page has pushed so far. From now on all that it pushes
 * goes to the part first.
 */
function behind(/** @type {(() => void)=} */ go) {
  let earlier;
  if (!onward) {
    layer = at(config.layer);
    onward = layer.push.bind(layer);
    /** @type {any} */
    let latest;
    const { defineProperty } = Reflect;
    defineProperty(layer, "push", {
      get: () =>
        (latest = function push(...items) {
          return /** @type {any} */ (push).next
            ? /** @type {any} */ (push).next(...items)
            : part("queue", [items]);
        }),
      // A tag puts its own in this place, and calls the one that it found there: not to be judged again.
      set(given) {
        latest.next = onward;
        onward = given;
      },
    });
    // A page that declares the queue anew, after us, adds to it. Google's own tags say that it is itself.
    defineProperty(window, config.layer, {
      get: () => layer,
      set: (items) => items === layer || part("queue", [items]),
    });
    // Where a tag of Google's runs already, its queue has been read: it would be read twice. Where
    // another site's script has given the defaults, they stay in front.
    if (!window.google_tag_manager && !layer.izin) earlier = layer.splice(0);
  }
  if (decision && !decision.pending) refused = earlier?.length;
  if (earlier?.[0] || calls.queue || !go) part("queue", [earlier, go, refused]);
  else go();
}

/** A page's own calls break nothing where no tag was released: they wait, or come to nothing. */
if (config.layer)
  window.gtag ||= function () {
    at(config.layer).push(arguments);
  };
