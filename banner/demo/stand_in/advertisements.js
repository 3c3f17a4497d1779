// What AdSense and the Publisher Tag have in common: the cookies that come with Google's answer,
// and whom they ask before they ask for an ad. Neither ever looks at Consent Mode.

const THIRTEEN_MONTHS = 33696000;
const SIX_MONTHS = 15552000;

// The scripts write them on the site's own domain. Asking for ads that are not personalised does
// not keep them away.
function writeAdCookies() {
  const value = `ID=${randomNumber().toString(16)}:T=${seconds()}:RT=${seconds()}:S=ALNI_stand_in`;
  writeCookie("__gads", value, { maxAge: THIRTEEN_MONTHS });
  writeCookie("__gpi", `UID=${value}`, { maxAge: THIRTEEN_MONTHS });
  writeCookie("__eoi", value, { maxAge: SIX_MONTHS });
}

/** Keeps its promise with what a TCF platform on the page says, if there is one, and when it does. */
function transparency() {
  if (typeof window.__tcfapi !== "function") return Promise.resolve({ refuses: false });
  return new Promise((resolve) =>
    window.__tcfapi("addEventListener", 2, (said, works) => {
      if (!works || said.eventStatus === "cmpuishown") return;
      const refuses = said.gdprApplies !== false && said.purpose?.consents?.[1] !== true;
      resolve({ refuses, text: said.tcString ?? "" });
    }),
  );
}

/** One ping when the page is left, kept alive beyond it. */
function reportLeaving(sender, isWorthIt) {
  addEventListener("pagehide", () => {
    if (isWorthIt()) request("pagead2.googlesyndication.com", "pagead/gen_204", { id: sender });
  });
}
