import * as Turbo from "@hotwired/turbo";

const visit = (path) =>
  new Promise((go) => {
    document.addEventListener("turbo:load", go, { once: true });
    Turbo.visit(path);
  });

window.app = {
  mount: () => visit("/penuh"),
  move: () => document.querySelector("section").append(document.querySelector("section script")),
  unmount: () => visit("/kosong"),
  end: () => visit("/kosong"),
};
