import { flushSync, mount, unmount } from "svelte";
import App from "./App.svelte";

const app = mount(App, { target: document.getElementById("place"), props: window.told });
const draw = (order) => flushSync(() => app.draw(order));

window.app = {
  mount: () => draw(["script", "text", "frame"]),
  move: () => draw(["text", "frame", "script"]),
  unmount: () => draw(null),
  end: () => unmount(app),
};
