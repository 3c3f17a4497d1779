// For the script by its pinned address: its parts are loaded only as they were when it was pinned.

const makeAnyScript = makeScript;
makeScript = (part) => {
  const made = makeAnyScript();
  if (part) {
    made.crossOrigin = "anonymous";
    made.integrity = config.integrity[`${part}.${language}`];
  }
  return made;
};
