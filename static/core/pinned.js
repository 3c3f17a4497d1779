// For the script by its pinned address: its parts are loaded only as they were when it was pinned.

const makeAnyScript = makeScript;
makeScript = (part) => {
  const made = makeAnyScript();
  if (part) {
    made.integrity = config.integrity[`${part}.${language}`];
  }
  return made;
};

// Where it is older than the notice, its copy goes: no later message says so for it.
const submitAny = submit;
submit = async (event) => {
  const answer = await submitAny(event);
  if (!answer) fetch(script.src, { cache: "reload" }).catch(() => {});
  return answer;
};
