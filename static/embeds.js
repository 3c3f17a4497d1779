// What stands in the place of a held frame: whose content it is, why it waits, and two ways to let
// it in.

/**
 * @param {EmbedTexts} told in every language, so that a change of it reaches what stands there
 * @param {string} css
 *
 * It is drawn inside the frame itself, whose empty document is of the page's own origin. The frame
 * keeps its place and size, before as after, and no rule of the page reaches the words.
 */
function embeds({ texts, services }, css) {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;

  /** What is drawn in each frame: the document, and what brings its words up to date. */
  const drawn = new WeakMap();

  /** What was taken off sandboxed frames, in whose documents nobody can draw. */
  const taken = new Map();

  /** The frames loaded for once, with what they were held for. */
  const loaded = new Map();

  /** Goes up with each choice made elsewhere: it overtakes what is still on its way. */
  let choices = 0;
  let mine;

  const categoryOf = (id) => (services[id] ? services[id][2] : id);
  const isGranted = (decision, id) => !!{ ...decision?.categories, ...decision?.services }[id];

  const draw = (frame) => {
    if (!drawn.has(frame)) {
      // What the owner shows meanwhile is theirs; what nobody can allow is not offered.
      if (frame.srcdoc || (frame.src || BLANK) !== BLANK || frame.contentDocument?.body?.firstChild)
        return;
      if (!core.config.categories[categoryOf(frame.dataset.izin)]) return;
      take(frame);
      drawn.set(frame, {});
      core.renew(frame);
      // Firefox puts another empty document in the place of the first, and then says `load`.
      frame.addEventListener("load", core.embeds);
    }
    keepTaken(frame);
    const inner = frame.contentDocument;
    if (inner?.URL !== BLANK) return;
    if (drawn.get(frame).inner !== inner) drawn.set(frame, make(frame, inner));
    drawn.get(frame).write();
  };

  // --- sandboxed frames ---

  const BLANK = "about:blank";
  const ADDRESS = "data-izin-src";

  /**
   * A sandbox is for the whole life of a frame's document, so ours is made without it. Until it is
   * back there is neither an address to load nor a name to send one to.
   */
  const take = (frame) => {
    if (!frame.hasAttribute("sandbox")) return;
    taken.set(frame, [ADDRESS, "sandbox", "name"].map((name) => [name, frame.getAttribute(name)]));
    frame.removeAttribute("sandbox");
    frame.removeAttribute("name");
    frame.setAttribute(ADDRESS, BLANK);
    // What the owner shows in it meanwhile is for the sandbox.
    const shown = () => taken.has(frame) && frame.matches("[src],[srcdoc]") && core.clear(frame);
    new MutationObserver(shown).observe(frame, { attributeFilter: ["src", "srcdoc"] });
  };

  /** The page may use a frame that is held for another address. */
  const keepTaken = (frame) => {
    const address = frame.getAttribute(ADDRESS);
    if (!taken.has(frame) || address === BLANK) return;
    taken.get(frame)[0][1] = address;
    frame.setAttribute(ADDRESS, BLANK);
  };

  /** What it is held for, wherever that is kept meanwhile. */
  const addressOf = (core.addressOf = (frame) =>
    taken.has(frame) ? taken.get(frame)[0][1] : frame.getAttribute(ADDRESS));

  core.clear = (frame) => {
    const focused = /** @type {Document} */ (frame.getRootNode()).activeElement === frame;
    drawn.delete(frame);
    if (taken.has(frame)) {
      for (const [name, value] of taken.get(frame))
        if (value !== null) frame.setAttribute(name, value);
      taken.delete(frame);
      core.renew(frame);
    }
    if (focused) frame.focus();
  };

  // --- the words ---

  const make = (frame, inner) => {
    const [name, who, why, note, both, status, once, always, settings] =
      "h2 p p p div p button button button".split(" ").map((tag) => inner.createElement(tag));
    let state;
    let before;
    let titled = ""; // by us, where the owner gave no title

    const label = (button, visible, whole) => {
      button.textContent = visible;
      button.setAttribute("aria-label", whole);
    };

    const write = () => {
      const id = frame.getAttribute("data-izin");
      const language = core.language();
      const decision = core.decision();
      const category = categoryOf(id);
      const text = texts[language];
      const because =
        text[core.gpc() && category === "advertising" ? "gpc" : core.kept().release?.held?.[id]];
      const message = decision?.pending && isGranted(decision, id) ? "waiting" : state;
      const source = addressOf(frame);
      const now = [id, language, !decision, because, message, source].join();
      if (core.isReleased(frame) || now === before) return;
      before = now;

      const { host } = Object.assign(document.createElement("a"), { href: source });
      const [service, provider] = services[id] || [];
      const purpose = text.categories[category];
      const content = service || (frame.title !== titled && frame.title) || host || purpose;
      if (frame.title === titled && !frame.matches("[aria-label],[aria-labelledby]"))
        frame.title = titled = content;
      Object.assign(inner.documentElement, { lang: language, dir: text.direction });
      inner.title = name.textContent = content;
      who.textContent =
        (provider ? text.provider : text.address) +
        [provider, host].filter(Boolean).join(", ") +
        "\n" +
        text.category +
        purpose;
      why.textContent = because || text.why;
      note.textContent = decision || because ? "" : text.note;
      both.hidden = !!because;
      label(once, text.once, text.once + ": " + content);
      const all = text.always + ": " + (service || purpose);
      label(always, service ? text.always : all, all);
      status.textContent = text[message];
      settings.textContent = text.settings;
    };

    const tell = (next) => {
      state = next;
      write();
    };

    once.onclick = async () => {
      const id = frame.getAttribute("data-izin");
      if (core.isReleased(frame) || state === "waiting") return; // or pressed already
      const address = addressOf(frame);
      const known = choices;
      let answer;
      let fault = "failed";
      tell("waiting");
      try {
        answer = await core.submit(core.eventOf(grant(id), "once"));
        fault = answer ? "gpc" : "refused";
      } catch {
        // Nothing is recorded, so nothing is shown.
      }
      if (core.isReleased(frame) || !frame.isConnected) return;
      // What was asked for is another thing than what would be shown.
      if (frame.getAttribute("data-izin") !== id || addressOf(frame) !== address) return tell();
      if (known !== choices) return tell();
      if (!answer?.record || answer.release.held[id]) return tell(fault);
      loaded.set(frame, id);
      core.load(frame);
    };

    always.onclick = () => {
      const id = frame.getAttribute("data-izin");
      mine = true;
      if (!core.isReleased(frame)) core.decide(grant(id, core.decision()), "embed");
      mine = false;
    };

    settings.onclick = () => core.part("dialog", settings);
    status.setAttribute("role", "status");
    note.id = "note";
    always.setAttribute("aria-describedby", "note");
    both.append(once, always);
    dress(frame, inner);
    inner.body.append(name, who, why, note, both, status, settings);
    return { inner, write };
  };

  /** A service comes with its category and without its siblings; a category comes alone. */
  const grant = (id, earlier) => {
    const { categories, services } = earlier || core.eventOf({}, "");
    return { ...categories, ...services, [categoryOf(id)]: true, [id]: true };
  };

  /** A sheet belongs to its document. Nothing is inherited into one: the page's colours are copied. */
  const dress = (frame, inner) => {
    const page = getComputedStyle(frame);
    for (const name of css.match(/--izin-[a-z-]+/g))
      inner.documentElement.style.setProperty(name, page.getPropertyValue(name));
    try {
      const sheet = new inner.defaultView.CSSStyleSheet();
      sheet.replaceSync(css);
      inner.adoptedStyleSheets = [sheet];
    } catch {
      core.dress(inner.head, css);
    }
  };

  // --- a choice made elsewhere ---

  document.addEventListener("izin:change", ({ detail }) => {
    if (detail?.pending && !mine) {
      choices++;
      for (const [frame, id] of loaded) if (!isGranted(detail, id)) hold(frame);
    }
    core.embeds();
  });

  // A page that comes back from the browser's memory may have missed it.
  window.addEventListener("pageshow", ({ persisted }) => {
    for (const [frame, id] of persisted ? loaded : [])
      if (!isGranted(core.decision(), id)) hold(frame);
  });

  /** A later refusal ends what was loaded for once as well. */
  const hold = (frame) => {
    loaded.delete(frame);
    if (frame.isConnected) core.hold(frame);
  };

  core.embeds = () => core.eachHeldFrame(draw);
}
