// Scripts that come after another one, for sites with a certified platform.

const addScript = kinds.script;

/** @type {Record<string, Promise<unknown>>} */
const loaded = {};

kinds.script = (address, properties, key, after) => {
  const add = () => {
    addScript(address, properties, key);
    loaded[key] ||= new Promise((go) => (once[key].onload = go));
  };
  // Without what it has to come after it does not come.
  if (after) loaded[after].then(add);
  else add();
};
