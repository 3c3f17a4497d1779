// For a page that switches its language in place: what is shown, and what is shown next, follows.

function follow() {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;

  /** The parts that come in one language. */
  const WORDED = ["button", "dialog", "notes", "fault"];

  /** The banner anew, with the focus where it was. */
  const redraw = () => {
    const focused = [...core.standing.banner.children].indexOf(document.activeElement);
    core.close();
    core.tell();
    /** @type {HTMLElement} */ (core.standing.banner.children[focused])?.focus();
  };

  /** The parts with words anew; what is on its way comes in the language of before, and goes again. */
  const reword = (language) => {
    if (language !== core.language()) return;
    if (WORDED.some((name) => core.calls[name] && !core[name])) setTimeout(reword, 500, language);
    for (const name of WORDED) if (core[name]) core[name] = core.calls[name] = undefined;
    const { button } = core.standing;
    core.standing.button = undefined; // or the page would be mended before the new one is there
    button?.remove();
    if (button) core.part("button");
  };

  core.follow = (language) => {
    core.language(language);
    reword(language);
    if (core.asks) redraw();
    core.embeds?.();
  };
}
