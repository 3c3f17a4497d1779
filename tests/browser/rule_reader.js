// Carries out a rule in Consent-O-Matic's format, as far as docs/extensions/consent-o-matic.json
// needs it: what the format says of each type, and nothing of the extension itself. A word of the
// format that is not here is an error, so that the rule cannot grow past its test.

/** @param {Record<string, any>} rules @param {Record<string, boolean>} granted by letter */
async function answer(rules, granted, tell) {
  const letters = ["A", "B", "D", "E", "F", "X"];
  const all = letters.every((letter) => granted[letter]);
  const none = !letters.some((letter) => granted[letter]);
  const wait = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
  const unknown = (kind, word) => {
    throw new Error(`the reader knows no ${kind} "${word}"`);
  };

  // The extension sees into shadow trees: what a `parent` hosts is searched as well.
  const isShown = (element) => element.offsetHeight !== 0 && element.offsetParent !== null;
  const within = (root, { selector, displayFilter, ...rest }) => {
    for (const word of Object.keys(rest)) unknown("filter", word);
    const places = [root, root.shadowRoot].filter(Boolean);
    const found = places.flatMap((place) => [...place.querySelectorAll(selector)]);
    return found.find((element) => displayFilter === undefined || isShown(element) === displayFilter);
  };
  const find = ({ parent, target }) => {
    const root = parent ? within(document, parent) : document;
    return root && within(root, target);
  };

  const matches = (matcher) => {
    if (matcher.type === "css") return !!find(matcher);
    if (matcher.type === "checkbox") return !!find(matcher)?.checked;
    return unknown("matcher", matcher.type);
  };

  const actions = {
    async click(action) {
      find(action)?.click();
    },
    async list({ actions }) {
      for (const action of actions) await run(action);
    },
    async waitcss({ retries = 10, waitTime = 250, ...wanted }) {
      for (let tries = 0; tries < retries && !find(wanted); tries++) await wait(waitTime);
    },
    ifallowall: ({ trueAction, falseAction }) => run(all ? trueAction : falseAction),
    ifallownone: ({ trueAction, falseAction }) => run(none ? trueAction : falseAction),
    async consent({ consents }) {
      for (const { type, matcher, toggleAction } of consents)
        if (matches(matcher) !== !!granted[type]) await run(toggleAction);
    },
  };

  const run = (action) =>
    action && (actions[action.type] || (() => unknown("action", action.type)))(action);

  const carryOut = async ({ methods }) => {
    for (const name of ["OPEN_OPTIONS", "DO_CONSENT", "SAVE_CONSENT"])
      for (const method of methods) if (method.name === name) await run(method.action);
  };

  const detected = ({ detectors }) =>
    detectors.find(({ presentMatcher }) => presentMatcher.every(matches));

  // The page may still be on its way, and so may the banner.
  for (let tries = 0; tries < 20; tries++) {
    await wait(250);
    for (const [name, rule] of Object.entries(rules)) {
      if (name === "$schema") continue;
      const detector = detected(rule);
      if (!detector || !detector.showingMatcher.every(matches)) continue;
      await carryOut(rule);
      return tell("HandledCMP");
    }
  }
  tell("NothingFound");
}
