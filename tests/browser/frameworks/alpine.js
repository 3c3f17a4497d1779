import Alpine from "alpinejs";

const place = document.getElementById("place");
place.innerHTML = `<div x-data="{order: null}"><h2>Judul</h2>
  <template x-if="order"><section><template x-for="name in order" :key="name"><div>
    <template x-if="name === 'script'">${window.told.script}</template>
    <template x-if="name === 'text'"><p>Teks</p></template>
    <template x-if="name === 'frame'">${window.told.frame}</template>
  </div></template></section></template></div>`;
Alpine.start();

const draw = (order) => {
  Alpine.$data(place.firstElementChild).order = order;
  return Alpine.nextTick();
};

window.app = {
  mount: () => draw(["script", "text", "frame"]),
  move: () => draw(["text", "frame", "script"]),
  unmount: () => draw(null),
  end: () => Alpine.destroyTree(place),
};
