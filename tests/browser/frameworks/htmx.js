import htmx from "htmx.org";

const place = document.getElementById("place");
const get = (path) => htmx.ajax("GET", path, { target: place, swap: "innerHTML" });

window.app = {
  mount: () => get("/isi.html"),
  move: () => place.firstElementChild.append(place.querySelector("script")),
  unmount: () => get("/lain.html"),
  end: () => place.remove(),
};
