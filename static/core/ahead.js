// Google's advanced mode, for owners who ask for it: its tags load in any case.

Object.assign(stops, config.ahead.stop);

/** The defaults stand before the choice, and the choice before the tags. */
beginning = () => {
  if (document.prerendering)
    return document.addEventListener("prerenderingchange", beginning, { once: true });
  const { first } = inTime();
  behind(() => {
    first.map(withoutAds).forEach(perform);
    layer.izin = true;
    // A refusal needs no proof: where a region's default grants, it is told before the service answers.
    const fields = readToken(presented()[0]);
    for (const [id, steps] of Object.entries(stops))
      if ((fields && !grants(fields, id)) || isRefused(id)) steps.forEach(run);
  });
  start();
  behind(() => {
    for (const [id, steps] of Object.entries(inTime().services))
      if (!isRefused(id)) steps.forEach(run);
  });
};

const inTime = () => {
  // What is not recorded yet has its time from another clock.
  const isRecorded = decision && !decision.pending;
  return timed(config.ahead, isRecorded ? Date.parse(decision.time) / 1000 : now());
};

/** By the browser's signal, as far as it is advertising. */
const isRefused = (id) => gpc() && !!config.categories.advertising?.includes(id);

const withoutAds = (step) => {
  const [kind, command, when, signals] = step;
  if (!gpc() || command !== "consent") return step;
  const ads = ["ad_storage", "ad_user_data", "ad_personalization"];
  return [kind, command, when, { ...signals, ...Object.fromEntries(ads.map((ad) => [ad, "denied"])) }];
};
