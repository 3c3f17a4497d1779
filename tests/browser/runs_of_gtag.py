"""What the real Google tag was seen to do: `google_tags.md`, sections 2, 5 and 7, row by row."""

from __future__ import annotations

from tests.browser.observe import ANALYTICS_HIT
from tests.browser.plain_page import (
    ACCEPTED,
    ADS,
    ARRAYS,
    DENIED,
    DOMAIN,
    EVENT,
    FORGET,
    HOST,
    SHIM,
    SIGNALS,
    Run,
    config,
    consent,
    gtag_page,
)

LIMITED = "pagead2.googlesyndication.com"
GA = {("_ga", DOMAIN), ("_ga_TOKO1", DOMAIN)}
CLICK = {("_gcl_au", DOMAIN)}
TAG = "www.googletagmanager.com/gtag/js"
CONVERSION = "measurement/conversion"
SIGNALS_GRANTED = {
    f"www.google.com/{CONVERSION}",
    "stats.g.doubleclick.net/g/collect",
    "www.google.co.id/ads/ga-audiences",
}
SIGNALS_DENIED = {f"{LIMITED}/{CONVERSION}"}

ANALYTICS = consent("update", "analytics_storage")
QUIET = (
    "{allow_google_signals: false, allow_ad_personalization_signals: false, cookie_expires: 86400}"
)
EVENT_TO_ONE = 'gtag("event", "toko", {send_to: "G-TOKO1"});'

RUNS: dict[str, Run] = {
    # --- section 2, the commands
    "gtag: the default of a region wins over the one for all": Run(
        gtag_page(
            consent("default", *SIGNALS), consent("default", more=', region: ["DE"]'), config()
        ),
        region="DE",
        places={TAG, ANALYTICS_HIT, *SIGNALS_DENIED},
        cookies=set(),
        hits={ANALYTICS_HIT: {"gcs": "G100", "npa": "1", "dma": "1", "dma_cps": "-"}},
    ),
    "gtag: the default of another region says nothing": Run(
        gtag_page(
            consent("default", *SIGNALS), consent("default", more=', region: ["DE"]'), config()
        ),
        cookies=GA | CLICK,
        hits={ANALYTICS_HIT: {"gcs": "G111"}},
    ),
    "gtag: the default of a part of a country wins over the country's": Run(
        gtag_page(
            consent("default", more=', region: ["US-CA"]'),
            consent("default", *SIGNALS, more=', region: ["US"]'),
            config(),
        ),
        region="US-CA",
        cookies=set(),
        hits={ANALYTICS_HIT: {"gcs": "G100"}},
    ),
    "gtag: arrays are ignored, and everything is tracked": Run(
        gtag_page(DENIED, shim=ARRAYS)
        + "<script>(function () { dataLayer.push(arguments) })('config', 'G-TOKO1')</script>",
        places={TAG, ANALYTICS_HIT, *SIGNALS_GRANTED},
        cookies=GA | CLICK,
        hits={ANALYTICS_HIT: {"gcs": None, "gcd": "13l3l3l3l1l1"}},
    ),
    "gtag: a signal that is not set is not denied": Run(
        gtag_page(consent("default", of=("ad_storage", "analytics_storage")), config()),
        region="DE",
        hits={ANALYTICS_HIT: {"gcs": "G100", "gcd": "13p3p3l2l5l1", "dma_cps": "syphamo"}},
    ),
    "gtag: a default after the config comes too late": Run(
        gtag_page(config(), DENIED, EVENT),
        then=("wait 2200",),
        cookies=GA | CLICK,
        events=[("page_view", None), ("toko", "G100")],
        page={"google_tag_data.ics.wasSetLate": True},
    ),
    "gtag: an update while it waits makes one hit": Run(
        gtag_page(
            consent("default", more=", wait_for_update: 2000"),
            config(),
            f"setTimeout(() => {{ {ACCEPTED} }}, 900);",
        ),
        then=("wait 1200",),
        cookies=GA | CLICK,
        events=[("page_view", "G111")],
        page={"google_tag_data.ics.waitPeriodTimedOut": False},
    ),
    "gtag: without an update it waits no longer than it was told": Run(
        gtag_page(consent("default", more=", wait_for_update: 700"), config()),
        then=("wait 900",),
        cookies=set(),
        events=[("page_view", "G100")],
        page={"google_tag_data.ics.waitPeriodTimedOut": True},
    ),
    # --- which event is sent to whom, and which setting counts (seen with builds of November 2025
    # and July 2026)
    "gtag: an event before any config is dropped, and nobody hears of it": Run(
        gtag_page(DENIED, ANALYTICS, EVENT, config(settings=QUIET)),
        then=("wait 2200",),
        events=[("page_view", "G101")],
    ),
    "gtag: so it is between js and config": Run(
        gtag_page(DENIED, ANALYTICS, 'gtag("js", new Date());', EVENT, config(settings=QUIET)),
        then=("wait 2200",),
        events=[("page_view", "G101")],
    ),
    "gtag: with send_to it is sent, by the settings of a tag without any": Run(
        gtag_page(DENIED, ANALYTICS, EVENT_TO_ONE, config(settings=QUIET)),
        then=("wait 2200",),
        places={TAG, ANALYTICS_HIT, *SIGNALS_DENIED},
        cookies=GA,
        events=[("toko", "G101"), ("page_view", "G101")],
    ),
    "gtag: send_to alone fetches the id that it names": Run(
        gtag_page(
            DENIED, config(settings=QUIET), 'gtag("event", "conversion", {send_to: "AW-1/beli"});'
        ),
        places={
            TAG,
            "www.googletagmanager.com/gtag/destination",
            ANALYTICS_HIT,
            f"{LIMITED}/pagead/conversion/1/",
        },
    ),
    "gtag: what is set first counts for every config and event behind it": Run(
        gtag_page(DENIED, ANALYTICS, f"gtag('set', {QUIET});", EVENT_TO_ONE, config()),
        places={TAG, ANALYTICS_HIT},
        days={"_ga": 1, "_ga_TOKO1": 1},
    ),
    "gtag: a config's own setting comes before what is set": Run(
        gtag_page(
            DENIED, ANALYTICS, f"gtag('set', {QUIET});", config(settings="{cookie_expires: 172800}")
        ),
        days={"_ga": 2, "_ga_TOKO1": 2},
    ),
    "gtag: an event after its config goes to all that are configured": Run(
        gtag_page(DENIED, ANALYTICS, config(settings=QUIET), EVENT),
        then=("wait 2200",),
        events=[("page_view", "G101"), ("toko", "G101")],
    ),
    "gtm: Google's tag in a container has its own settings, whatever is set": Run(
        f"<script>{SHIM} {DENIED} {ANALYTICS} gtag('set', {QUIET});"
        " dataLayer.push({event: 'gtm.js'})</script>"
        '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-PLAIN"></script>',
        places={
            "www.googletagmanager.com/gtm.js",
            "www.googletagmanager.com/a",
            "www.googletagmanager.com/gtag/destination",
            ANALYTICS_HIT,
            *SIGNALS_DENIED,
        },
        days={"_ga": 400, "_ga_CONTAINER": 400},
    ),
    # --- section 2, the endpoints
    "ads: granted": Run(
        gtag_page(
            consent("default", *SIGNALS),
            config("AW-1"),
            'gtag("event", "conversion", {send_to: "AW-1/beli"});',
            id="AW-1",
        ),
        query="?gclid=klik",
        places={
            TAG,
            "www.google.com/ccm/collect",
            "www.googleadservices.com/pagead/conversion/1/",
            "googleads.g.doubleclick.net/pagead/viewthroughconversion/1/",
            "www.googletagmanager.com/static/service_worker/6410/sw_iframe.html",
        },
        cookies=CLICK | {("_gcl_aw", DOMAIN)},
        storage={"_gcl_ls"},
        hits={"www.google.com/ccm/collect": {"gcs": "G111", "gclaw": "klik", "pscdl": "noapi"}},
    ),
    "ads: denied, the same paths on another host, and the worker's frame all the same": Run(
        gtag_page(
            DENIED,
            config("AW-1"),
            'gtag("event", "conversion", {send_to: "AW-1/beli"});',
            id="AW-1",
        ),
        query="?gclid=klik",
        places={
            TAG,
            f"{LIMITED}/ccm/collect",
            f"{LIMITED}/pagead/conversion/1/",
            f"{LIMITED}/pagead/viewthroughconversion/1/",
            "www.googletagmanager.com/static/service_worker/6410/sw_iframe.html",
        },
        cookies=set(),
        storage=set(),
        hits={
            f"{LIMITED}/ccm/collect": {
                "gcs": "G100",
                "gclaw": "klik",
                "auid": None,
                "pscdl": "denied",
                "url": f"https://{HOST}/?gclid=klik",
            }
        },
    ),
    "floodlight: granted": Run(
        gtag_page(
            consent("default", *SIGNALS),
            config("DC-7"),
            'gtag("event", "conversion", {allow_custom_scripts: true,'
            ' send_to: "DC-7/jual/beli+standard"});',
            id="DC-7",
        ),
        places={TAG, "ad.doubleclick.net/activity", "7.fls.doubleclick.net/activityi"},
        cookies=CLICK,
        hits={
            "7.fls.doubleclick.net/activityi": {
                "src": "7",
                "type": "jual",
                "cat": "beli",
                "gcs": "G111",
            }
        },
    ),
    "floodlight: denied": Run(
        gtag_page(
            DENIED,
            config("DC-7"),
            'gtag("event", "conversion", {allow_custom_scripts: true,'
            ' send_to: "DC-7/jual/beli+standard"});',
            id="DC-7",
        ),
        places={TAG, "ade.googlesyndication.com/ddm/activity"},
        cookies=set(),
        hits={"ade.googlesyndication.com/ddm/activity": {"gcs": "G100", "auiddc": None}},
    ),
    "ads_data_redaction: click ids are gone, but not from what Analytics is told": Run(
        gtag_page(DENIED, 'gtag("set", "ads_data_redaction", true);', config(), config("AW-1")),
        query="?gclid=klik",
        hits={
            ANALYTICS_HIT: {"dl": f"https://{HOST}/?gclid=klik"},
            f"{LIMITED}/ccm/collect": {
                "gclaw": "0",
                "gcldc": "0",
                "url": f"https://{HOST}/?gclid=0",
            },
        },
    ),
    "url_passthrough: ids travel in the site's own links": Run(
        gtag_page(DENIED, 'gtag("set", "url_passthrough", true);', config())
        + '<a href="/lain" onclick="event.preventDefault()">Lain</a>',
        then=("document.querySelector('a').click()",),
        query="?gclid=klik",
        cookies=set(),
        page={
            "new URL(document.querySelector('a').href).searchParams.get('gclid')": "klik",
            "/^1\\*[^*]+\\*_up\\*MQ\\.\\.\\*_ga\\*[^*]+\\*_ga_TOKO1\\*[^*]+$/.test("
            "new URL(document.querySelector('a').href).searchParams.get('_gl'))": True,
        },
    ),
    "url_passthrough: unless asked for, links stay as they are": Run(
        gtag_page(DENIED, config()) + '<a href="/lain" onclick="event.preventDefault()">Lain</a>',
        then=("document.querySelector('a').click()",),
        query="?gclid=klik",
        page={"document.querySelector('a').getAttribute('href')": "/lain"},
    ),
    # --- section 2, gcs and gcd
    "gcd: denied": Run(
        gtag_page(DENIED, config()), hits={ANALYTICS_HIT: {"gcd": "13p3p3p3p5l1", "gcs": "G100"}}
    ),
    "gcd: accepted": Run(
        gtag_page(DENIED, ACCEPTED, config()),
        hits={ANALYTICS_HIT: {"gcd": "13r3r3r3r5l1", "gcs": "G111", "npa": None}},
    ),
    "gcd: withdrawn": Run(
        gtag_page(DENIED, ACCEPTED, consent("update"), config()),
        hits={ANALYTICS_HIT: {"gcd": "13q3q3q3q5l1", "gcs": "G100"}},
    ),
    "gcd: default granted": Run(
        gtag_page(consent("default", *SIGNALS), config()),
        hits={ANALYTICS_HIT: {"gcd": "13t3t3t3t5l1", "gcs": "G111"}},
    ),
    "gcd: personalisation refused by a setting": Run(
        gtag_page(DENIED, ACCEPTED, config(settings="{allow_ad_personalization_signals: false}")),
        hits={ANALYTICS_HIT: {"gcd": "13r3r3r3r7l1", "npa": "1"}},
    ),
    "gcd: in Germany personalisation is denied unless it is granted": Run(
        gtag_page(config()),
        region="DE",
        hits={ANALYTICS_HIT: {"gcd": "13l3l3l2l1l1", "npa": "1", "dma": "1"}},
    ),
    "gpc: a listed state": Run(
        gtag_page(DENIED, ACCEPTED, config()),
        region="US-CO",
        gpc=True,
        hits={ANALYTICS_HIT: {"gcd": "13r3r3r3rdl1", "npa": "1"}},
    ),
    "gpc: California is not listed": Run(
        gtag_page(DENIED, ACCEPTED, config()),
        region="US-CA",
        gpc=True,
        hits={ANALYTICS_HIT: {"gcd": "13r3r3r3r5l1", "npa": None}},
    ),
    "gpc: nor is Indonesia": Run(
        gtag_page(DENIED, ACCEPTED, config()), gpc=True, hits={ANALYTICS_HIT: {"npa": None}}
    ),
    # --- section 2, the runs
    "run: no default": Run(
        gtag_page(config()),
        places={TAG, ANALYTICS_HIT, *SIGNALS_GRANTED},
        cookies=GA | CLICK,
        storage={"_gcl_ls"},
        hits={ANALYTICS_HIT: {"gcs": None, "gcd": "13l3l3l3l1l1", "npa": None}},
    ),
    "run: denied": Run(
        gtag_page(DENIED, config()),
        places={TAG, ANALYTICS_HIT, *SIGNALS_DENIED},
        cookies=set(),
        storage=set(),
        hits={
            ANALYTICS_HIT: {"gcs": "G100", "npa": "1"},
            f"{LIMITED}/{CONVERSION}": {"gcs": "G100"},
        },
    ),
    "run: granted in the page": Run(
        gtag_page(DENIED, config(), EVENT),
        then=(ACCEPTED,),
        cookies=GA | CLICK,
        events=[("page_view", "G100"), ("toko", "G100"), ("user_engagement", "G111")],
    ),
    "run: analytics only": Run(
        gtag_page(DENIED, consent("update", "analytics_storage", of=SIGNALS[3:]), config()),
        query="?gclid=klik",
        places={TAG, ANALYTICS_HIT, *SIGNALS_DENIED},
        cookies=GA,
        hits={
            ANALYTICS_HIT: {"gcs": "G101", "npa": "1", "gcd": "13p3r3p3p5l1"},
            f"{LIMITED}/{CONVERSION}": {"gcs": "G101", "gclaw": "klik"},
        },
    ),
    "run: analytics only, without Google signals": Run(
        gtag_page(
            DENIED,
            consent("update", "analytics_storage", of=SIGNALS[3:]),
            config(settings="{allow_google_signals: false}"),
        ),
        places={TAG, ANALYTICS_HIT},
        cookies=GA,
    ),
    "run: ads only": Run(
        gtag_page(DENIED, consent("update", *ADS, of=ADS), config()),
        cookies=CLICK,
        hits={ANALYTICS_HIT: {"gcs": "G110", "gcd": "13r3p3r3r5l1"}},
    ),
    "run: denied by default and granted before the tag, as in basic mode": Run(
        gtag_page(DENIED, ACCEPTED, config(settings="{allow_google_signals: false}")),
        places={TAG, ANALYTICS_HIT},
        cookies=GA | CLICK,
        events=[("page_view", "G111")],
    ),
    "run: withdrawn in the page": Run(
        gtag_page(DENIED, ACCEPTED, config()),
        then=(EVENT + consent("update") + EVENT, "wait 2200"),
        cookies=GA | CLICK,
        events=[("page_view", "G111"), ("toko", "G111"), ("toko", "G100")],
    ),
    "run: ga-disable before the tag": Run(
        gtag_page('window["ga-disable-G-TOKO1"] = true;', config(), EVENT),
        then=("leave",),
        places={TAG},
        cookies=set(),
    ),
    "run: ga-disable later stops what is new and not what is queued": Run(
        gtag_page(DENIED, ACCEPTED, config()),
        then=(f'{EVENT} window["ga-disable-G-TOKO1"] = true; {EVENT}', "leave"),
        cookies=GA | CLICK,
        events=[("page_view", "G111"), ("toko", "G111")],
    ),
    "run: cookies deleted and not denied: the next event brings one back": Run(
        gtag_page(DENIED, ACCEPTED, config()),
        then=(FORGET + EVENT,),
        cookies={("_ga_TOKO1", DOMAIN)},
    ),
    "run: denied, deleted, left: one more ping": Run(
        gtag_page(DENIED, ACCEPTED, config()),
        then=(consent("update") + FORGET, "leave"),
        cookies=set(),
        events=[("page_view", "G111"), ("user_engagement", "G100")],
    ),
    "run: a policy of the page stops that ping too": Run(
        gtag_page(DENIED, ACCEPTED, config()),
        then=(
            consent("update") + FORGET + "const meta = document.createElement('meta');"
            "meta.httpEquiv = 'Content-Security-Policy';"
            "meta.content = \"connect-src 'self'; img-src 'self'; frame-src 'self'\";"
            "document.head.append(meta);",
            "leave",
        ),
        cookies=set(),
        events=[("page_view", "G111")],
    ),
    "run: a cookie from before is not read while it is denied, and stays": Run(
        gtag_page(DENIED, config()),
        before=("_ga=GA1.1.111.222",),
        cookies={("_ga", DOMAIN)},
        page={"document.cookie": "_ga=GA1.1.111.222"},
    ),
    "gtm: diagnostics and a destination in every state": Run(
        f"<script>{SHIM} {DENIED} dataLayer.push({{event: 'gtm.js'}})</script>"
        '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-TOKO"></script>',
        places={
            "www.googletagmanager.com/gtm.js",
            "www.googletagmanager.com/a",
            "www.googletagmanager.com/gtag/destination",
        },
        cookies=set(),
    ),
    # --- section 7
    "cookies: a click id from either network": Run(
        gtag_page(consent("default", *SIGNALS), config()),
        query="?gclid=klik&dclid=lain",
        cookies=GA | CLICK | {("_gcl_aw", DOMAIN), ("_gcl_dc", DOMAIN)},
    ),
    "cookies: a prefix": Run(
        gtag_page(config(settings="{cookie_prefix: 'pfx'}")),
        cookies={("pfx_ga", DOMAIN), ("pfx_ga_TOKO1", DOMAIN)} | CLICK,
    ),
    "cookies: no domain": Run(
        gtag_page(config(settings="{cookie_domain: 'none'}")),
        cookies={("_ga", HOST), ("_ga_TOKO1", HOST)} | CLICK,
    ),
}
