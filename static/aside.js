// Keeps what we show in sight and out of the way, in pages where its own place will not do; only they
// load it. Nothing of the page is changed: our hosts get one more style sheet each.

function aside() {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;

  // --- the last sheet of each host, which wins ---

  const sheets = new WeakMap();

  const dress = (host, css) => {
    if (!sheets.has(host)) sheets.set(host, lastSheet(host.shadowRoot));
    sheets.get(host)(css);
  };

  /** What fills it. Where there are no constructed sheets it is a `<style>`, as in `core.dress`. */
  const lastSheet = (root) => {
    try {
      const sheet = new CSSStyleSheet();
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      return (css) => sheet.replaceSync(css);
    } catch {
      const style = document.createElement("style");
      style.nonce = core.script.nonce;
      root.append(style);
      return (css) => (style.textContent = css);
    }
  };

  const rule = (selector, properties) =>
    `${selector}{${Object.entries(properties).map(([name, value]) => `${name}:${value}!important`).join(";")}}`;

  // --- in sight ---

  /**
   * What is seen of the window. On a phone, a page that was not made for one or has something wide in
   * it has a window larger than the screen, and what is fixed keeps to the window's edges (CSSOM View,
   * visual viewport).
   */
  const sight = () => {
    const { offsetLeft: left, offsetTop: top, width, height, scale } = window.visualViewport;
    return { left, top, right: left + width, bottom: top + height, width, height, scale };
  };

  /** Is less seen than there is, though nobody has zoomed in? A scroll bar takes less than 20 px. */
  const isPartial = ({ width, scale }) => width * scale < innerWidth - 20;

  let seen;

  /** The look of each host, by what is seen: as large and as near to its edges as in any page. */
  const inSight = () => {
    const now = sight();
    // Who zooms in looks at the page: then all stays where it was.
    if (!seen || now.scale <= 1) seen = now;
    if (!isPartial(seen)) return { banner: "", button: "", dialog: "" };
    const { left, top, right, bottom, width, height, scale } = seen;
    const px = (length) => length * scale + "px"; // `zoom` makes it larger again
    const edges = [top, innerWidth - right, innerHeight - bottom, left].map(px).join(" ");
    const near = {
      margin: edges,
      zoom: 1 / scale,
      "text-size-adjust": "none",
      "-webkit-text-size-adjust": "none",
    };
    return {
      banner:
        rule(":host", {
          ...near,
          "max-height": `max(${px(height / 2)},min(${px(height * 0.72)},220px))`,
          "padding-left": "16px",
          "padding-right": "16px",
        }) +
        // In every layout it is the bar.
        rule(":host(:not(.izin-quiet))", { left: 0, right: 0, width: "auto", "max-width": "none", "border-radius": 0 }),
      button: rule(":host", near),
      dialog: rule("dialog", {
        ...near,
        inset: edges,
        margin: "auto",
        width: `min(680px,${px(width)} - 16px)`,
        "max-height": `calc(${px(height)} - 16px)`,
      }),
    };
  };

  // --- out of the way ---

  /** From the middle outwards no control that can be pressed is between two of them. */
  const ACROSS = [0.02, 0.16, 0.3, 0.44, 0.58, 0.72, 0.86, 0.98];
  const DOWN = [0.05, 0.5, 0.95];

  const isOurs = (element) => Object.values(core.standing).includes(element);
  const boxOf = (element) => element.getBoundingClientRect();
  const isLarge = (element) => {
    const { width, height } = boxOf(element);
    return width > seen.width / 2 && height > seen.height / 2;
  };

  /** Can it be scrolled up by so much? */
  const canScroll = (element, style, length) => {
    const isRoot = element === document.scrollingElement;
    return (
      (isRoot ? style.overflowY !== "hidden" : /auto|scroll/.test(style.overflowY)) &&
      element.scrollHeight - element.clientHeight - element.scrollTop > length
    );
  };

  /**
   * What of the page must not lie under the button: what is fixed there, what has the focus, and what
   * can be pressed but cannot be scrolled away.
   */
  const obstacleAt = (x, y, box) => {
    let pressed;
    let element = document.elementsFromPoint(x, y).find((one) => !isOurs(one));
    for (; element; element = element.parentElement) {
      const style = getComputedStyle(element);
      const isFit = !isLarge(element);
      if (isFit && element === document.activeElement && element !== document.body) return element;
      if (isFit && !pressed && /** @type {HTMLElement} */ (element).tabIndex >= 0) pressed = element;
      if (/fixed|sticky/.test(style.position)) return isFit ? element : pressed;
      if (canScroll(element, style, pressed ? boxOf(pressed).bottom - box.top : 0)) return;
    }
    return pressed;
  };

  const obstacles = (box) => {
    const points = DOWN.flatMap((down) => ACROSS.map((across) => [box.x + box.width * across, box.y + box.height * down]));
    return points.map(([x, y]) => obstacleAt(x, y, box)).filter(Boolean);
  };

  /** How far up from its place, moved `across`, nothing is in the way; nothing if it is everywhere. */
  const climb = (place, across) => {
    let up = 0;
    for (let tries = 0; tries < 9 && place.top - up > seen.top; tries++) {
      const box = new DOMRect(place.x + across, place.y - up, place.width, place.height);
      const tops = obstacles(box).map((element) => boxOf(element).top);
      if (!tops.length) return [{ across, up }];
      up = place.bottom - Math.min(...tops) + 8;
    }
    return [];
  };

  /** A little higher is nearer than the other corner. */
  const nearest = (one, other) => one.up + Math.abs(one.across) / 4 - other.up - Math.abs(other.across) / 4;

  const moveAway = (button, look) => {
    dress(button, look);
    const place = boxOf(button);
    const across = seen.left + seen.right - place.left - place.right;
    const [spot] = [0, across].flatMap((way) => climb(place, way)).sort(nearest);
    if (!spot) return makeRoom(place.height + 16);
    const zoom = isPartial(seen) ? seen.scale : 1;
    if (spot.across || spot.up)
      dress(button, look + rule(":host", { translate: `${spot.across * zoom}px ${-spot.up * zoom}px` }));
    return spot;
  };

  let room;

  /**
   * Where all of the page's end can be pressed, the end moves on: by a place below it that has no size
   * for the page's layout, and can be scrolled to.
   */
  const makeRoom = (height) => {
    if (room?.isConnected) return;
    room = document.createElement("div");
    room.attachShadow({ mode: "open" });
    const top = document.scrollingElement.scrollHeight + "px";
    dress(room, rule(":host", { all: "initial", position: "absolute", top, width: "1px", height: height + "px" }));
    document.documentElement.append(room);
  };

  // --- both ---

  core.aside = () => {
    const { banner, button, dialog } = core.standing;
    const looks = inSight();
    if (dialog) dress(dialog, looks.dialog);
    const spot = button?.isConnected && moveAway(button, looks.button);
    // A message stays above the button.
    const isAbove = spot && spot.up && !spot.across;
    const above = isAbove ? rule(":host(.izin-quiet:not(.izin-top))", { translate: `0 ${-spot.up}px` }) : "";
    if (banner) dress(banner, looks.banner + above);
  };

  let due;
  const soon = () => {
    due = due || requestAnimationFrame(() => {
      due = 0;
      core.aside();
    });
  };
  for (const name of ["resize", "scroll"]) window.visualViewport.addEventListener(name, soon);
}
