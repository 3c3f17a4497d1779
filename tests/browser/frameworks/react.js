import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";

const { code, address } = window.told;

const items = {
  script: createElement("script", {
    key: "script",
    type: "text/plain",
    "data-izin": "analytics",
    dangerouslySetInnerHTML: { __html: code },
  }),
  text: createElement("p", { key: "text" }, "Teks"),
  frame: createElement("iframe", { key: "frame", "data-izin": "peta", "data-izin-src": address }),
};

const App = ({ order }) =>
  createElement(
    "div",
    {},
    createElement("h2", {}, "Judul"),
    order
      ? createElement("section", {}, order.map((name) => items[name]))
      : createElement("p", {}, "Lain"),
  );

const place = document.getElementById("place");
const whole = ["script", "text", "frame"];
let root;
const draw = (order) =>
  flushSync(() => (root ||= createRoot(place)).render(createElement(App, { order })));

window.app = {
  mount: () => draw(whole),
  move: () => draw(["text", "frame", "script"]),
  unmount: () => draw(null),
  end: () => root.unmount(),

  /** What a server would send. */
  html: () => renderToString(createElement(App, { order: whole })),

  /** Takes over what a server has sent; what it complains of goes into `app.problems`. */
  hydrate() {
    const onRecoverableError = (error) => this.problems.push(String(error));
    flushSync(() => {
      root = hydrateRoot(place, createElement(App, { order: whole }), { onRecoverableError });
    });
  },
  problems: [],
};
