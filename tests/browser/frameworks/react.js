import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

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

const root = createRoot(document.getElementById("place"));
const draw = (order) => flushSync(() => root.render(createElement(App, { order })));

window.app = {
  mount: () => draw(["script", "text", "frame"]),
  move: () => draw(["text", "frame", "script"]),
  unmount: () => draw(null),
  end: () => root.unmount(),
};
