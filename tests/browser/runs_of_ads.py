"""What the real scripts of AdSense and GPT were seen to do: `google_tags.md`, sections 3 and 4."""

from __future__ import annotations

from tests.browser.plain_page import DENIED, DOMAIN, SHIM, Run

PLAIN_ADS = """
<script async src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-1"
  crossorigin="anonymous"></script>
<ins class="adsbygoogle" data-ad-client="ca-pub-1" data-ad-slot="1"%s></ins>
<script>(window.adsbygoogle = window.adsbygoogle || [])%s.push({});</script>
"""
ADSENSE = "pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"
ADSENSE_AD = "googleads.g.doubleclick.net/pagead/ads"
ADSENSE_SCRIPTS = {
    ADSENSE,
    "pagead2.googlesyndication.com/pagead/managed/js/adsense/m202604010101/show_ads_impl.js",
}
ADSENSE_PLACES = ADSENSE_SCRIPTS | {
    "googleads.g.doubleclick.net/pagead/html/r20260401/r20190131/zrt_lookup.html",
    ADSENSE_AD,
    "ep1.adtrafficquality.google/getconfig/sodar",
}

SECURE = "securepubads.g.doubleclick.net"
LIMITED = "pagead2.googlesyndication.com"
GPT_AD = f"{SECURE}/gampad/ads"
LIMITED_AD = f"{LIMITED}/gampad/ads"
PAGE_OF_ADS = """
<div id="slot"></div>
<script>
window.googletag = window.googletag || {cmd: []};
googletag.cmd.push(() => {
  %s
  googletag.defineSlot("/1/toko", [300, 250], "slot").addService(googletag.pubads());
  googletag.enableServices();
  googletag.display("slot");
});
</script>
<script async src="https://%s/tag/js/gpt.js"></script>
"""


def gpt_page(settings: str = "", host: str = SECURE) -> str:
    return PAGE_OF_ADS % (settings, host)


def gpt_places(host: str = SECURE) -> set[str]:
    return {
        f"{host}/tag/js/gpt.js",
        f"{host}/pagead/managed/js/gpt/m202604010101/pubads_impl.js",
        f"{host}/pagead/ppub_config",
        f"{host}/pagead/managed/dict/m202604010101/gpt",
    }


def platform(consents: str) -> str:
    """A TCF platform that answers so; `null` never answers."""
    return (
        "<script>window.__tcfapi = (command, version, then) => {"
        f" const said = {consents}; if (said) then({{gdprApplies: true, eventStatus: 'tcloaded',"
        " tcString: 'TC', purpose: {consents: said}}, true) }</script>"
    )


AD_COOKIES = {("__gads", DOMAIN), ("__gpi", DOMAIN), ("__eoi", DOMAIN)}

RUNS: dict[str, Run] = {
    # --- section 3
    "adsense: plain": Run(
        PLAIN_ADS % ("", ""),
        places=ADSENSE_PLACES,
        cookies=AD_COOKIES,
        storage={"google_ama_config", "google_auto_fc_cmp_setting"},
        hits={ADSENSE_AD: {"cookie_enabled": "1", "npa": None}},
    ),
    "adsense: consent denied changes nothing": Run(
        f"<script>{SHIM} {DENIED}</script>" + PLAIN_ADS % ("", ""),
        places=ADSENSE_PLACES,
        cookies=AD_COOKIES,
        hits={ADSENSE_AD: {"cookie_enabled": "1", "npa": None, "gcs": None}},
    ),
    "adsense: not personalised, and cookies all the same": Run(
        "<script>(window.adsbygoogle = window.adsbygoogle || []).requestNonPersonalizedAds = 1"
        "</script>" + PLAIN_ADS % ("", ""),
        places=ADSENSE_PLACES,
        cookies=AD_COOKIES,
        hits={ADSENSE_AD: {"npa": "1"}},
    ),
    "adsense: paused, the scripts load and no ad is asked for": Run(
        "<script>(window.adsbygoogle = window.adsbygoogle || []).pauseAdRequests = 1</script>"
        + PLAIN_ADS % ("", ""),
        places=ADSENSE_SCRIPTS,
        cookies=set(),
    ),
    "adsense: paused until it is not": Run(
        "<script>(window.adsbygoogle = window.adsbygoogle || []).pauseAdRequests = 1</script>"
        + PLAIN_ADS % ("", ""),
        then=("adsbygoogle.pauseAdRequests = 0",),
        places=ADSENSE_PLACES,
        cookies=AD_COOKIES,
    ),
    "adsense: marks of children and of restricted data": Run(
        PLAIN_ADS
        % (' data-tag-for-child-directed-treatment="1" data-restrict-data-processing="1"', ""),
        page={
            "[...document.querySelectorAll('ins iframe')].map(each =>"
            " new URL(each.src).searchParams).every(each =>"
            " each.get('tfcd') === '1' && each.get('rdp') === '1')": True
        },
    ),
    "adsense: a platform without purpose 1": Run(
        platform("{1: false}") + PLAIN_ADS % ("", ""), places=ADSENSE_SCRIPTS, cookies=set()
    ),
    "adsense: a platform that does not answer": Run(
        platform("null") + PLAIN_ADS % ("", ""), places=ADSENSE_SCRIPTS, cookies=set()
    ),
    "adsense: a platform with purpose 1": Run(
        platform("{1: true}") + PLAIN_ADS % ("", ""), places=ADSENSE_PLACES, cookies=AD_COOKIES
    ),
    "adsense: Global Privacy Control changes nothing": Run(
        PLAIN_ADS % ("", ""), gpc=True, places=ADSENSE_PLACES, cookies=AD_COOKIES
    ),
    # --- section 4
    "gpt: plain": Run(
        gpt_page(),
        places=gpt_places()
        | {
            GPT_AD,
            "ep1.adtrafficquality.google/getconfig/sodar",
            "5ab1e0f2.safeframe.googlesyndication.com/safeframe/1-0-45/html/container.html",
        },
        cookies=AD_COOKIES,
        hits={GPT_AD: {"cookie_enabled": "1", "npa": None, "gcs": None}},
    ),
    "gpt: consent denied changes nothing": Run(
        f"<script>{SHIM} {DENIED}</script>" + gpt_page(),
        cookies=AD_COOKIES,
        hits={GPT_AD: {"cookie_enabled": "1", "npa": None}},
    ),
    "gpt: not personalised, and the cookies are read and sent": Run(
        gpt_page("googletag.pubads().setPrivacySettings({nonPersonalizedAds: true});"),
        before=("__gads=dulu", "__gpi=dulu", "__eoi=dulu"),
        cookies=AD_COOKIES,
        hits={GPT_AD: {"npa": "1", "cookie": "dulu", "gpic": "dulu", "eo_id_str": "dulu"}},
    ),
    "gpt: the other privacy settings": Run(
        gpt_page(
            "googletag.pubads().setPrivacySettings({restrictDataProcessing: true,"
            " childDirectedTreatment: true, underAgeOfConsent: true});"
        ),
        hits={GPT_AD: {"rdp": "1", "tfcd": "1", "tfua": "1"}},
    ),
    "gpt: privacy treatments": Run(
        gpt_page(
            "googletag.setConfig({privacyTreatments: {treatments: ['disablePersonalization']}});"
        ),
        hits={GPT_AD: {"npa": "1"}},
    ),
    "gpt: limited ads from the wrong host are ignored": Run(
        gpt_page("googletag.pubads().setPrivacySettings({limitedAds: true});"),
        cookies=AD_COOKIES,
        hits={GPT_AD: {"ltd": None, "cookie_enabled": "1"}},
    ),
    "gpt: limited ads": Run(
        gpt_page("googletag.pubads().setPrivacySettings({limitedAds: true});", LIMITED),
        before=("__gads=dulu",),
        places=gpt_places(LIMITED)
        | {
            LIMITED_AD,
            "ep1.adtrafficquality.google/getconfig/sodar",
            "5ab1e0f2.safeframe.googlesyndication.com/safeframe/1-0-45/html/container.html",
        },
        cookies={("__gads", DOMAIN)},
        hits={LIMITED_AD: {"ltd": "1", "cookie": None, "cookie_enabled": None}},
    ),
    "gpt: the host of limited ads without the setting": Run(
        gpt_page("", LIMITED), hits={LIMITED_AD: {"ltd": None, "cookie_enabled": None}}
    ),
    "gpt: a platform that refuses": Run(
        platform("{1: false}") + gpt_page(),
        cookies=set(),
        hits={LIMITED_AD: {"gdpr": "1", "gdpr_consent": "TC", "cookie": None}},
    ),
    "gpt: a platform that does not answer": Run(
        platform("null") + gpt_page(), places=gpt_places(), cookies=set()
    ),
    "gpt: no initial load": Run(
        gpt_page("googletag.pubads().disableInitialLoad();"), places=gpt_places(), cookies=set()
    ),
    "gpt: no initial load, by its new name": Run(
        gpt_page("googletag.setConfig({disableInitialLoad: true});"),
        places=gpt_places(),
        cookies=set(),
    ),
    "gpt: no initial load, until the refresh": Run(
        gpt_page("googletag.pubads().disableInitialLoad();"),
        then=("googletag.pubads().refresh()",),
        cookies=AD_COOKIES,
        hits={GPT_AD: {"iu": "/1/toko"}},
    ),
    "gpt: its cookie options are gone": Run(
        gpt_page(), page={"typeof googletag.pubads().setCookieOptions": "undefined"}
    ),
}
