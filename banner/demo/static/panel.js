// The live panel of the demo: what is held, what is released, what is stored, what has left.
//
// It uses only what any page may use: window.izin, document.cookie and the browser's own list of
// requests. Sections in data order: words, reading, drawing, watching.

"use strict";

const WORDS = {
  id: {
    title: "Panel langsung",
    toGoogle: "permintaan ke Google", cookieCount: "kuki selain Izin",
    gate: "Gerbang", held: "ditahan", released: "dilepas",
    undecided: "Belum ada keputusan: semuanya ditahan. Layanan satu per satu muncul setelah Anda memilih.",
    pending: "Berlaku di halaman ini; laporannya ke server belum diterima.",
    withoutIzin: "Halaman ini tidak memuat Izin: tidak ada gerbang.",
    preferences: "Preferensi", analytics: "Analitik", advertising: "Periklanan",
    cookies: "Kuki situs ini", noCookies: "Tidak ada kuki.",
    record: "Catatan yang tersimpan",
    noRecord: "Belum ada. Server mencatat dahulu, baru tag dilepas.",
    refusalRecord: "Penolakan tidak memuat pengenal, jadi tidak ada catatan yang menunjuk kepada Anda.",
    unreadable: "Catatan tidak dapat dibaca.",
    requests: "Permintaan sejak halaman dibuka",
    thisSite: "situs ini", again: "Mulai lagi",
    againNote: "Menghapus kuki dan penyimpanan lokal situs ini, lalu memuat ulang.",
  },
  en: {
    title: "Live panel",
    toGoogle: "requests to Google", cookieCount: "cookies besides Izin’s",
    gate: "Gate", held: "held", released: "released",
    undecided: "No decision yet: everything is held. The single services appear once you choose.",
    pending: "In force on this page; the server has not acknowledged it yet.",
    withoutIzin: "This page does not carry Izin: there is no gate.",
    preferences: "Preferences", analytics: "Analytics", advertising: "Advertising",
    cookies: "Cookies of this site", noCookies: "No cookies.",
    record: "The committed record",
    noRecord: "None yet. The server records first; only then are tags released.",
    refusalRecord: "A refusal carries no identifier, so no record points to you.",
    unreadable: "The record could not be read.",
    requests: "Requests since this page opened",
    thisSite: "this site", again: "Start over",
    againNote: "Deletes this site’s cookies and local storage, and reloads.",
  },
};

const words = WORDS[document.documentElement.lang === "en" ? "en" : "id"];
const panel = document.getElementById("panel");
const hasGate = !("withoutIzin" in panel.dataset);
const WIDE = matchMedia("(min-width: 68rem)");
const CATEGORIES = ["preferences", "analytics", "advertising"];
const IZIN_COOKIE = /^(__Host-|__Secure-)?izin-/;
const STAND_IN = /^\/stand-in\/([^/]+)\/(.*)$/;
const POLL_MILLISECONDS = 500;

// --- Reading

function readCookies() {
  const pairs = document.cookie.split("; ").filter(Boolean);
  return pairs.map((pair) => {
    const [name, ...value] = pair.split("=");
    return { name, value: value.join("=") };
  });
}

function isForeign({ name }) {
  return !IZIN_COOKIE.test(name);
}

/** The token is `base64url(JSON).signature`; all of it but the signature is for everyone to read. */
function decodeToken(token) {
  const body = token.slice(0, token.lastIndexOf("."));
  try {
    const bytes = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** The gate as `[id, label, isReleased]`; before a decision the services are not known. */
function readGate(izin) {
  const services = Object.keys(izin?.decision?.services ?? {});
  const isReleased = (id) => izin?.has?.(id) ?? false;
  return [
    ...CATEGORIES.map((id) => [id, words[id], isReleased(id)]),
    ...services.map((id) => [id, id, isReleased(id)]),
  ];
}

/** Where a request would really go, or null for one of the panel's own. */
function readRequest(entry) {
  const url = new URL(entry.name);
  const seconds = (entry.startTime / 1000).toFixed(2);
  const own = url.origin === location.origin;
  if (own && /^\/demo\/(records\/|static\/panel\.)/.test(url.pathname)) return null;
  const [, host, path] = url.pathname.match(STAND_IN) ?? [];
  if (own && host) return { seconds, to: `${host} (stand-in)`, path: `/${path}${url.search}`, google: true };
  if (own) return { seconds, to: url.pathname.startsWith("/v1/") ? "Izin" : words.thisSite, path: url.pathname };
  return { seconds, to: url.host, path: url.pathname + url.search, google: true };
}

// --- Drawing

function element(name, properties = {}, ...children) {
  const { data = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

function row(...cells) {
  return element("li", { className: "panel-row" }, ...cells);
}

function shorten(text, length) {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function section(title) {
  const content = element("div");
  return { content, whole: element("section", {}, element("h2", { textContent: title }), content) };
}

function counter(label) {
  const number = element("b", { textContent: "0" });
  const whole = element("div", { className: "panel-count" }, number, element("span", { textContent: label }));
  const show = (count) => {
    number.textContent = String(count);
    whole.toggleAttribute("data-some", count > 0);
  };
  return { show, whole };
}

function drawGate(content, gate, decision) {
  const rows = gate.map(([, label, released]) => {
    const state = released ? "released" : "held";
    return row(element("span", { textContent: label }), element("span", { textContent: words[state], data: { state } }));
  });
  const note = !hasGate ? words.withoutIzin : !decision ? words.undecided : decision.pending ? words.pending : "";
  content.replaceChildren(...(hasGate ? [element("ul", {}, ...rows)] : []), element("p", { textContent: note }));
}

function drawCookies(content, cookies) {
  const rows = cookies.map(({ name, value }) => {
    const token = IZIN_COOKIE.test(name) ? decodeToken(value) : null;
    const shown = token
      ? element("pre", { textContent: JSON.stringify(token, null, 1) })
      : element("span", { className: "panel-small", textContent: shorten(value, 44) });
    return row(element("strong", { textContent: name }), element("span"), shown);
  });
  const none = element("p", { textContent: words.noCookies });
  content.replaceChildren(rows.length ? element("ul", {}, ...rows) : none);
}

async function drawRecord(content, decision) {
  const say = (textContent) => content.replaceChildren(element("p", { textContent }));
  if (!decision?.record) return say(decision ? words.refusalRecord : words.noRecord);
  const answer = await fetch(`/demo/records/${encodeURIComponent(decision.record)}`).catch(() => null);
  if (!answer?.ok) return say(words.unreadable);
  const textContent = JSON.stringify(await answer.json(), null, 1);
  content.replaceChildren(element("pre", { textContent }));
}

function drawRequest({ seconds, to, path, google }) {
  return row(
    element("strong", { textContent: to, data: { to: google ? "google" : "own" } }),
    element("span", { textContent: `${seconds} s` }),
    element("span", { className: "panel-small", textContent: path, title: path }),
  );
}

// --- Watching

/** Calls `draw` with what `read` gives, and again whenever that has changed. */
function watch(read, draw) {
  let before;
  return () => {
    const now = read();
    const print = JSON.stringify(now);
    if (print === before) return;
    before = print;
    draw(now);
  };
}

function watchRequests(list, show) {
  let toGoogle = 0;
  const take = (entries) => {
    const requests = entries.map(readRequest).filter(Boolean);
    toGoogle += requests.filter(({ google }) => google).length;
    show(toGoogle);
    list.prepend(...requests.map(drawRequest).reverse());
  };
  new PerformanceObserver((seen) => take(seen.getEntries())).observe({ type: "resource", buffered: true });
}

function forgetCookies(isForgotten) {
  const labels = location.hostname.split(".");
  const domains = ["", ...labels.map((_, index) => `; domain=${labels.slice(index).join(".")}`)];
  for (const { name } of readCookies().filter(isForgotten)) {
    // A name with the prefix __Host- or __Secure- can be deleted only as a secure cookie.
    const secure = name.startsWith("__") ? "; secure" : "";
    for (const domain of domains) document.cookie = `${name}=; path=/; max-age=0${domain}${secure}`;
  }
}

function startOver() {
  forgetCookies(() => true);
  localStorage.clear();
  sessionStorage.clear();
  location.reload();
}

function start() {
  const google = counter(words.toGoogle);
  const stored = counter(words.cookieCount);
  const gate = section(words.gate);
  const cookies = section(words.cookies);
  const record = section(words.record);
  const requests = section(words.requests);
  const list = element("ul", { className: "panel-requests", tabIndex: 0, ariaLabel: words.requests });
  list.setAttribute("role", "list");
  requests.content.append(list);
  const again = element("button", { type: "button", className: "panel-again", textContent: words.again });
  again.addEventListener("click", startOver);

  const body = element(
    "div", { className: "panel-body" },
    element("div", { className: "panel-counts" }, google.whole, stored.whole),
    element("div", {}, again, element("p", { textContent: words.againNote })),
    ...(hasGate ? [gate, requests, record, cookies] : [gate, requests, cookies]).map(({ whole }) => whole),
  );
  const fold = element("details", { open: true }, element("summary", { textContent: words.title }), body);
  // Folded on a phone and then turned wide, it would leave an empty column.
  WIDE.addEventListener("change", () => (fold.open ||= WIDE.matches));
  panel.replaceChildren(fold);

  let izin = null;
  const decision = () => izin?.decision ?? null;
  const watches = [
    watch(() => [readGate(izin), decision()], ([rows, now]) => {
      panel.toggleAttribute("data-undecided", hasGate && !now);
      drawGate(gate.content, rows, now);
    }),
    watch(decision, (now) => drawRecord(record.content, now)),
    watch(readCookies, (now) => {
      stored.show(now.filter(isForeign).length);
      drawCookies(cookies.content, now);
    }),
  ];
  const look = () => watches.forEach((again) => again());
  look();
  watchRequests(list, google.show);
  document.addEventListener("izin:change", look);
  // Cookies change without an event in most browsers.
  setInterval(look, POLL_MILLISECONDS);
  // The page without Izin would otherwise leave cookies behind that look like Izin's failure.
  if (!hasGate) return addEventListener("pagehide", () => forgetCookies(isForeign));
  (window.izin = window.izin || []).push((ready) => {
    izin = ready;
    look();
  });
}

start();
