import { createApp, h, nextTick, reactive } from "vue";

const { code, address } = window.told;
const state = reactive({ order: null });

const items = {
  script: () =>
    h("script", { key: "script", type: "text/plain", "data-izin": "analytics", textContent: code }),
  text: () => h("p", { key: "text" }, "Teks"),
  frame: () => h("iframe", { key: "frame", "data-izin": "peta", "data-izin-src": address }),
};

const app = createApp({
  render: () =>
    h("div", [
      h("h2", "Judul"),
      state.order ? h("section", state.order.map((name) => items[name]())) : h("p", "Lain"),
    ]),
});
app.mount("#place");

const draw = (order) => {
  state.order = order;
  return nextTick();
};

window.app = {
  mount: () => draw(["script", "text", "frame"]),
  move: () => draw(["text", "frame", "script"]),
  unmount: () => draw(null),
  end: () => app.unmount(),
};
