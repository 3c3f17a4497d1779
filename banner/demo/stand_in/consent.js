// Consent Mode as the Google tag keeps it: what the page said, and what every hit says of it.

const GCD_ORDER = ["ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"];
const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const EEA =
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split(" ");
// Only there does the script look at Global Privacy Control.
const GPC_STATES = "CO CT DE MD MN MT NE NH NJ OR TX".split(" ").map((state) => `US-${state}`);

const inEurope = EEA.includes(REGION);
const honoursGpc = GPC_STATES.includes(REGION) && navigator.globalPrivacyControl === true;

const consent = { active: false, everywhere: {}, country: {}, subdivision: {}, updates: {} };
const settings = {};

/** Returns whether the default is for this visitor: one that names other regions says nothing. */
function setDefault(signals, regions) {
  const scope = !regions ? "everywhere" : scopeOf(regions);
  if (!scope) return false;
  Object.assign(consent[scope], signals);
  return (consent.active = true);
}

function scopeOf(regions) {
  if (regions.includes(REGION)) return REGION.includes("-") ? "subdivision" : "country";
  return regions.includes(REGION.split("-")[0]) ? "country" : "";
}

function setUpdate(signals) {
  consent.active = true;
  Object.assign(consent.updates, signals);
}

/** The more specific region wins. */
function defaultOf(signal) {
  return consent.subdivision[signal] ?? consent.country[signal] ?? consent.everywhere[signal];
}

function saidOf(signal) {
  return consent.updates[signal] ?? defaultOf(signal);
}

function isImplicitlyDenied(signal) {
  return inEurope && signal === "ad_personalization";
}

// Not said is not denied: a page that says nothing has nearly everything granted.
function isGranted(signal) {
  return (saidOf(signal) ?? (isImplicitlyDenied(signal) ? "denied" : "granted")) !== "denied";
}

function refusesPersonalisation(own = {}) {
  const allowed = own.allow_ad_personalization_signals ?? settings.allow_ad_personalization_signals;
  return allowed === false;
}

function consentParameters(own) {
  const isPersonalised = isGranted("ad_personalization") && !refusesPersonalisation(own) && !honoursGpc;
  const saysCoreServices = inEurope || !isGranted("ad_user_data");
  return {
    ...(consent.active && { gcs: gcs() }),
    gcd: gcd(own),
    ...(!isPersonalised && { npa: 1 }),
    ...(inEurope && { dma: 1 }),
    ...(saysCoreServices && { dma_cps: isGranted("ad_user_data") ? "syphamo" : "-" }),
    pscdl: isGranted("ad_storage") ? "noapi" : "denied",
  };
}

function gcs() {
  const letter = (signal) => ({ granted: "1", denied: "0" })[saidOf(signal)] ?? "-";
  return `G1${letter("ad_storage")}${letter("analytics_storage")}`;
}

function gcd(own) {
  const number = (said) => ({ denied: 2, granted: 3 })[said] ?? 1;
  const letters = GCD_ORDER.map((signal) => {
    const undeclared = 16;
    const code = undeclared | (number(defaultOf(signal)) << 2) | number(consent.updates[signal]);
    return `${isImplicitlyDenied(signal) ? 2 : 3}${ALPHABET[code]}`;
  });
  const state = (honoursGpc ? 8 : 0) | (consent.active ? 4 : 0) | (refusesPersonalisation(own) ? 3 : 1);
  return `1${letters.join("")}${ALPHABET[state]}l1`;
}
