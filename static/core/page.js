// Where this script runs: its own tag, the visitor's language, what the device keeps.

const script = /** @type {HTMLScriptElement} */ (
  // A module has none, nor has what a loader of the page's runs: then any tag with the page's nonce.
  document.currentScript ||
    document.querySelector(`script[src*="/v1/${config.site}."]`) ||
    document.querySelector("script[nonce]") ||
    document.createElement("script")
);

/**
 * The site's address at the service, which has written it into this script: a tag may have lost its
 * own, or be a copy somewhere else. `core/tag_path.js` may know it better.
 */
let base = config.at;

/** What the page is written in, else what the visitor reads, of the languages that there are. */
const wished = () => {
  const page = document.documentElement;
  return (
    [script.dataset.lang, page.lang || page.getAttribute("xml:lang"), ...navigator.languages]
      .map((wish) => {
        try {
          return new Intl.Locale(wish.split("_")[0]).language; // `in` is `id`, and so is `ind`
        } catch {
          // No language at all.
        }
      })
      .find((wish) => config.languages.includes(wish)) || config.languages[0]
  );
};

let spoken = wished();
let language = spoken;

/**
 * What this device keeps: the last acknowledged token with what it says and the release that the
 * service gave for it, and the decisions not acknowledged yet, oldest first.
 * @type {Kept}
 */
let kept = /** @type {any} */ ({ __proto__: null }); // libraries give all objects a `last`, say

let load = () => {
  try {
    kept = { __proto__: null, ...JSON.parse(localStorage.getItem(storageKey)) };
  } catch {
    // Storage is blocked or not ours: what we know lives as long as this page.
  }
  kept.pending = [].concat(kept.pending).filter((event) => event?.event); // whatever stood there
};

/** Says whether it will be there on the next page. */
function save() {
  try {
    localStorage.setItem(storageKey, jsonOf(kept));
    return true;
  } catch {
    load = () => {}; // full or blocked: from now on this page goes by its own memory
    return false;
  }
}

const storageKey = "izin:" + config.site;

/** As JSON is, whatever `toJSON` a page's library has put on all arrays (prototype.js has). */
const jsonOf = (value) =>
  JSON.stringify(value, function (name) {
    return this[name];
  });

/** Trusted Types: one named policy, for the addresses and texts of released tags alone. */
let policy;
function trusted(kind, text) {
  if (!policy) {
    policy = { createScriptURL: String, createScript: String };
    try {
      policy = window.trustedTypes.createPolicy("izin", policy);
    } catch {
      // A browser without them, or a page that does not allow the name: then the text must do.
    }
  }
  return policy[kind](text);
}

/**
 * A new script element with the page's nonce; `setSource` comes last. `core/pinned.js` has another,
 * which looks at the name of a part.
 * @type {(part?: string) => HTMLScriptElement}
 */
let makeScript = () => {
  const made = document.createElement("script");
  made.nonce = script.nonce;
  return made;
};

/** Says whether the page's Trusted Types let it; where they do not, the browser's console says so. */
function setSource(tag, address) {
  try {
    return (tag.src = trusted("createScriptURL", address));
  } catch {
    // What has no address loads nothing.
  }
}

/** Calls `then` as soon as there is a body: an async script in the head may be earlier. */
function withBody(then) {
  if (document.body) then();
  else requestAnimationFrame(() => withBody(then));
}
