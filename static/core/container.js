// What only a Tag Manager container needs: the time of its start, and an end for cookies of tags that
// nothing can be told.

const pushed = kinds.push;

kinds.push = (name, value) =>
  pushed(name, value["gtm.start"] ? { ...value, "gtm.start": Date.now() } : value);

kinds.ends = (names, seconds) => part("ends", [names, seconds]);
