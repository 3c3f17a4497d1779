// What the page's owner sees of it, and the beginning of everything.

let firstDecision;
const ready = new Promise((resolve) => (firstDecision = resolve));

/** @type {Izin} */
const api = {
  site: config.site,
  get decision() {
    return decision;
  },
  has: (id) => released.has(id),
  ready,
  accept: () => decide(everything(), "api"),
  refuse: () => decide({}, "api"),
  withdraw: () => decide({}, "api"),
  choose: (choice) => decide(choice, "api"),
  open: openDialog,
  push: (then) => then(api),
};

const everything = () => Object.fromEntries(Object.keys(config.categories).map((id) => [id, true]));

/**
 * What the banner and the dialog get: the same acts, with the surface that the record names.
 * Made when the first of them is, which on most pages is never.
 * @type {Inside | undefined}
 */
let shared;

/** @type {() => Inside} */
const inside = () =>
  (shared = shared || {
    config,
    base,
    lazy,
    dress,
    decide,
    everything,
    open: openDialog,
    decision: () => decision,
    language: (chosen) => (language = chosen || language),
  });

/** Tells the page. `null` means undecided: then, and only then, the visitor is asked. */
function settle(next) {
  decision = next;
  if (next) {
    if (!next.pending) firstDecision(next);
    if (shared?.asks) shared.close();
    drawButton();
  } else show(true);
  document.dispatchEvent(new CustomEvent("izin:change", { detail: next }));
}

/** Shows the banner: the question if it `asks`, and what there is to say. */
function show(asks, key) {
  withBody(() => {
    if (!inside().show) banner(inside());
    inside().show(asks, key);
  });
}

const say = (key) => show(!decision, key);

function openDialog() {
  const core = inside();
  if (core.dialog) return core.dialog();
  if (once.has(openDialog)) return; // on its way
  once.add(openDialog);
  const tag = makeScript();
  tag.izin = core;
  // Who cannot get the dialog can still refuse, and so withdraw, in the banner.
  tag.onerror = () => {
    once.delete(openDialog);
    show(true, "error.load");
  };
  tag.src = trusted("createScriptURL", base + "/" + lazy().dialogs[language]);
  document.head.append(tag);
}

/** The small control that reopens the settings; owners may place their own instead. */
function drawButton() {
  if (!config.buttonStyle || once.has(drawButton)) return;
  once.add(drawButton);
  withBody(() => {
    const host = document.createElement("div");
    host.className = "izin-button";
    const root = host.attachShadow({ mode: "open" });
    const control = document.createElement("button");
    control.textContent = config.control[language];
    control.lang = language;
    control.onclick = openDialog;
    dress(root, config.buttonStyle);
    root.append(control);
    document.body.append(host);
  });
}

/** Styles by a constructed sheet, which every content security policy allows. */
function dress(root, css) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement("style");
    style.nonce = script.nonce;
    style.textContent = css;
    root.append(style);
  }
}

/** Asks the service whether an unknown token is genuine; until it says so, everything is held. */
async function verify(text) {
  let response, answer;
  try {
    response = await ask("/release", {}, "authorization", "Izin " + text);
    if (response.ok) answer = await response.json();
    else if (response.status >= 500 || response.status === 429) throw 0;
  } catch {
    return later(() => verify(text));
  }
  if (presented().join() !== text) return; // decided meanwhile
  if (answer) return adopt({ token: text, release: answer.release });
  expire(cookieName);
  settle(null);
}

function start() {
  load();
  const texts = presented();
  const fields = !texts[1] && readToken(texts[0]);
  const waiting = kept.pending.at(-1);
  const remembered = !texts.length && readToken(kept.token);
  if (fields && kept.token === texts[0] && kept.release) {
    openGate(fields, kept.release);
    settle(decisionOf(fields));
  } else if (fields && !waiting) verify(texts[0]);
  else if (remembered && !remembered.granted) settle(decisionOf(remembered)); // storage may keep a refusal, never a grant
  else if (!waiting) settle(null);
  if (waiting) {
    settle(unrecorded(waiting));
    send(waiting.surface === "api" ? 0 : 1);
  }
}

/** Another tab has decided, or the page is back from the browser's memory of pages. */
function catchUp() {
  load();
  const granted = grantedBy(kept.token);
  if ([...ran].every((id) => granted.includes(id))) {
    released.clear();
    start();
  } else location.reload();
}

const earlier = /** @type {any} */ (window.izin);
if (!earlier || earlier.site !== config.site) {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (!target.closest || !target.closest('[data-izin-open],a[href$="#izin"]')) return;
    event.preventDefault();
    openDialog();
  });
  window.addEventListener("storage", ({ key }) => key === storageKey && catchUp());
  window.addEventListener("pageshow", ({ persisted }) => persisted && catchUp());
  // Another site's script on the same page keeps the name; a queue gives it up.
  if (!earlier || !earlier.site) window.izin = api;
  start();
  // One by one: a call that throws does not lose those after it.
  if (Array.isArray(earlier)) earlier.forEach((then) => queueMicrotask(() => then(api)));
}
