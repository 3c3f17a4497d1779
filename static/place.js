// Runs a held script as if it stood where the page has put it, and leaves the page's own node as it
// is. What old scripts rely on is theirs: `document.currentScript`, what they write, the events that
// they have missed.

/** @param {Inside} core */
function place(core) {
  /** The page's node for each script that we have made. */
  const nodes = new WeakMap();

  /** The node whose inline script runs at this moment. */
  let running;
  let isSetUp;

  const isOurs = () => running || nodes.get(document.currentScript);

  /**
   * Runs a held script; a promise for its end and that of all it has written, or nothing where the
   * page does not let it.
   * @returns {Promise<any> | undefined}
   */
  const run = (node, source) => {
    const fresh = make(node, source);
    if (!fresh) return;
    setUp();
    // Scripts look there for their own address; of a node that is text the browser takes no notice.
    if (source && !node.src) node.src = core.trusted("createScriptURL", source);
    nodes.set(fresh, node);
    // A script runs wherever it was when it was started: it does not have to stay, and what stands
    // nowhere changes no layout and is in no framework's way.
    return start(fresh, node, source, () => {
      (document.head || document.documentElement).append(fresh);
      fresh.remove();
    });
  };

  const make = (node, source) => {
    const fresh = document.createElement("script");
    try {
      for (const { name, value } of [...node.attributes])
        // Its events are told to the node, which has the handlers.
        if (!/^(id|type|src|nonce|on.*|data-(izin.*|type|src))$/.test(name))
          fresh.setAttribute(name, value);
      fresh.nonce = node.nonce;
      const type = types.get(node) ?? node.getAttribute("data-type");
      if (type) fresh.type = type;
      if (source) fresh.src = core.trusted("createScriptURL", source);
      else fresh.text = core.trusted("createScript", node.text);
      return fresh;
    } catch {
      // The page's Trusted Types do not let it, and the browser has said why.
    }
  };

  const start = (fresh, node, source, put) => {
    const { onload } = window;
    const ended = async () => {
      if (window.onload !== onload && isOver("load")) late(node, window, "load", window.onload);
      await finish(node);
    };
    const isModule = /^module$/i.test(fresh.type);
    if (!source) {
      if (isModule) put();
      else asIf(node, put);
      return ended();
    }
    // Nobody runs it here, and no event says so.
    if (fresh.noModule && !isModule) return Promise.resolve();
    const end = new Promise((go) => {
      fresh.onload = fresh.onerror = ({ type }) => {
        if (fresh !== node) node.dispatchEvent(new CustomEvent(type));
        go(ended());
      };
    });
    put();
    return end;
  };

  /** Whatever is written now is this script's. */
  const asIf = (node, act) => {
    const before = running;
    running = node;
    try {
      act();
    } finally {
      running = before;
    }
  };

  // --- what it writes ---

  /** What each script has written so far: a document of its own, and the page's copy of it. */
  const written = new WeakMap();

  /** What the written scripts are, which stand in the page as text until it is their turn. */
  const types = new WeakMap();

  /**
   * The browser would wipe the page, or ignore it. Here the browser's parser reads it in a document
   * where nothing runs or loads, and node by node it is copied behind the script.
   */
  const write = (node, name, texts) => {
    if (!written.has(node)) {
      const page = document.implementation.createHTMLDocument();
      written.set(node, { page, copies: new Map(), scripts: [], last: node, shown: undefined });
    }
    const all = written.get(node);
    all.page[name](...texts); // where Trusted Types are demanded, it throws as the browser's own
    copy(all, node);
  };

  const copy = (all, node) => {
    const { page } = all;
    const behind = (made) => {
      (all.last.isConnected ? all.last : node).after(made);
      all.last = made;
    };
    // What is to be seen would begin the body, as it does while a head is read.
    const inBody = (made) => {
      if (all.shown?.isConnected) all.shown.after(made);
      else document.body.prepend(made);
      all.shown = made;
    };
    const isHidden = (made) => /^(script|style|link|meta|title|base|noscript|template|#comment)$/i.test(made.nodeName);
    const put = (made) =>
      !isHidden(made) && document.body && document.head?.contains(node) ? inBody(made) : behind(made);
    for (const part of [page.head, page.body]) if (part) copyChildren(part, all, put);
  };

  const copyChildren = (from, all, put) => {
    for (const child of from.childNodes) {
      const known = all.copies.get(child);
      if (known && child.data !== undefined && known.data !== child.data) known.data = child.data;
      const made = known || copyOf(child, all);
      if (!known) {
        all.copies.set(child, made);
        put(made);
      }
      // With scripting, what is in it is for nobody.
      if (child.localName !== "noscript") copyChildren(child, all, (inner) => made.append(inner));
    }
  };

  const copyOf = (child, all) => {
    const made = document.importNode(child, child.localName === "template");
    if (child.localName !== "script" || !runs(child)) return made;
    const held = document.createElement("script");
    held.type = "text/plain";
    for (const { name, value } of child.attributes)
      if (name !== "type") held.setAttribute(name, value);
    held.nonce = child.nonce;
    types.set(held, child.type);
    all.scripts.push(held);
    return held;
  };

  /** What was written is whole: its scripts run in their places, one after the other. */
  const finish = async (node) => {
    const all = written.get(node);
    if (!all) return;
    written.delete(node);
    all.page.close();
    copy(all, node);
    for (const held of all.scripts) {
      const source = held.getAttribute("src");
      const fresh = held.isConnected && make(held, source);
      if (!fresh) continue;
      if (held.id) fresh.id = held.id;
      nodes.set(fresh, fresh);
      await start(fresh, fresh, source, () => held.replaceWith(fresh));
    }
  };

  // --- what it has missed ---

  const isPast = (target, type) =>
    type === "DOMContentLoaded"
      ? isOver("domContentLoaded")
      : type === "load" && target === window && isOver("load");

  const isOver = (name) => {
    try {
      const [entry] = /** @type {any[]} */ (performance.getEntriesByType("navigation"));
      return entry[name + "EventStart"] > 0;
    } catch {
      return document.readyState === "complete"; // a page may have a variable of that name
    }
  };

  /** Calls who waits for an event that will not come again. */
  const late = (node, target, type, listener) =>
    setTimeout(() => {
      const event = new CustomEvent(type);
      try {
        asIf(node, () => {
          if (typeof listener === "function") listener.call(target, event);
          else listener?.handleEvent(event);
        });
      } finally {
        finish(node);
      }
    });

  // --- the page's document, as such a script sees it ---

  /** Ours answer to our scripts alone, and hand everybody else on. */
  const setUp = () => {
    if (isSetUp) return;
    isSetUp = true;
    const page = window.document;
    // Another site's script on this page may have been here before.
    const before = Object.getOwnPropertyDescriptor(page, "currentScript");
    define(page, "currentScript", {
      get() {
        const real = document.currentScript;
        return nodes.get(real) || (before?.get ? before.get() : real);
      },
    });
    for (const name of ["write", "writeln"])
      replace(page, name, (texts) => write(isOurs(), name, texts));
    replace(page, "open", () => page); // while the parser is at work it does nothing either
    replace(page, "close", () => undefined);
    for (const target of [window, page])
      define(target, "addEventListener", {
        writable: true,
        value(type, listener, ...options) {
          EventTarget.prototype.addEventListener.call(this || target, type, listener, ...options);
          const node = isOurs();
          if (node && isPast(target, type)) late(node, target, type, listener);
        },
      });
  };

  const replace = (page, name, ours) => {
    // A form of that name hides it.
    const before = typeof page[name] === "function" ? page[name] : Document.prototype[name];
    define(page, name, {
      writable: true,
      value(...given) {
        const isWindow = name === "open" && given.length > 2;
        return isOurs() && !isWindow ? ours(given) : before.apply(page, given);
      },
    });
  };

  const define = (target, name, what) => {
    try {
      Object.defineProperty(target, name, { __proto__: null, configurable: true, ...what });
    } catch {
      // The page has sealed it.
    }
  };

  return run;
}
