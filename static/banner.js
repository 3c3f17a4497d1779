// The first layer: asks once, in the page's top layer, and leaves.

/**
 * @param {Inside} core
 *
 * The controls are children of the host in the light tree, where assistive tools, block lists and
 * consent extensions find them; the words and the styles are in its shadow tree. The page's styles
 * cannot reach either: an important rule of an inner tree beats every rule of an outer one.
 */
function banner(core) {
  const { texts, css, policy } = core.lazy();
  const make = (tag) => document.createElement(tag);
  const host = make("section");
  const root = host.attachShadow({ mode: "open" });
  const [box, title, body, links, policyLink, other, slot, status, call] =
    ["div", "h2", "p", "p", "a", "button", "slot", "p", "i"].map(make);
  const [refuse, accept, customise] = ["button", "button", "button"].map(make);
  const languages = core.config.languages;
  let closing;

  const draw = () => {
    const language = core.language();
    const text = texts[language];
    host.lang = language;
    host.setAttribute("aria-label", text["banner.region"]);
    title.textContent = text["banner.title"];
    body.textContent = text["banner.body"];
    policyLink.textContent = text["banner.policy"];
    policyLink.href = policy[language];
    refuse.textContent = text["button.refuse"];
    accept.textContent = text["button.accept"];
    customise.textContent = text["button.customise"];
    other.lang = languages[(languages.indexOf(language) + 1) % languages.length];
    other.textContent = texts[other.lang]["language.name"];
    call.textContent = ""; // said already, in the other language
  };

  const act = (choice) => () => {
    core.show(false);
    core.decide(choice, "banner");
  };

  /** What is there before its words are is announced (WCAG 4.1.3); what comes with them may not be. */
  const say = (place, words) => setTimeout(() => (place.textContent = words), 99);

  core.show = (asks, key) => {
    clearTimeout(closing);
    core.asks = asks;
    host.replaceChildren(...(asks ? [refuse, accept, customise] : []));
    box.hidden = !asks;
    host.className = asks ? "izin" : "izin izin-quiet";
    if (key === undefined) return;
    say(status, texts[core.language()][key] || key);
    if (!asks) closing = setTimeout(core.close, 9000);
    uncover();
  };

  /** What has the focus is never hidden behind the banner: a part's work, for who moves the focus in the page. */
  const uncover = () =>
    core.show && document.querySelector(":focus:not([class^=izin],.izin>*)") && core.part("uncover");

  core.close = () => {
    core.standing.banner = core.show = core.asks = undefined;
    host.remove();
  };

  host.setAttribute("popover", "manual");
  host.dataset.nosnippet = ""; // for search engines: these are not the page's words
  status.setAttribute("role", "status");
  call.setAttribute("aria-live", "polite");
  refuse.onclick = act({});
  accept.onclick = act(core.everything());
  customise.onclick = () => core.part("dialog");
  other.onclick = () => {
    core.language(other.lang);
    draw();
  };
  draw();
  links.append(policyLink);
  if (languages.length > 1) links.append(other);
  box.append(title, body, links, call);
  core.dress(root, css);
  root.append(box, status, slot);
  core.standing.banner = host;
  // In front of another site's: the one that comes last lies on top.
  document.querySelector("section.izin,body").before(host); // no child of the body: docs/adr/0026
  // Who reads on further below, because this came late, hears once that it is there.
  say(call, texts[core.language()]["banner.asked"]);
  setTimeout(() => (call.textContent = ""), 5000); // said: who reads on meets the banner's own words alone
  document.addEventListener("focusin", uncover);
  // A keyboard on the screen may leave less of the page, and the banner over what is written in.
  addEventListener("resize", uncover);
  host.showPopover?.();
  // More than is seen, or seen from afar: a page wider than the phone, or not made for one.
  if (innerWidth > screen.width) core.part("aside");
}
