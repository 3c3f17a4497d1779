"""How much one network and one site may ask for, and whom nothing holds up."""

from __future__ import annotations

import socket
import time
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from banner.core.errors import SettingsWrong, TooManyRequests
from banner.settings import Settings
from banner.web.counters import Memory
from banner.web.limiter import Client, Lane, Limits, most_for_one, packed_of
from banner.web.limits import lane_of
from banner.web.shared_counters import Shared
from tests.builders import ANALYTICS, GONE, NOON, PAGE, a_document
from tests.conftest import NewApp
from tests.redis_server import RedisServer, redis_server
from tests.service import Api, Clock, code_of, json_of, service_of, token_of

KEY = b"s" * 32
VISITOR, NEIGHBOUR, STRANGER = "198.51.100.77", "198.51.100.3", "203.0.113.9"
LANES: tuple[Lane, ...] = ("grant", "refuse", "read")
EVERY = ("preferences", "peta", "analytics", "google-analytics")


def decide(api: Api, *granted: str, address: str = VISITOR, previous: str = "") -> TestResponse:
    """A new decision that comes from this address; a refusal when nothing is granted."""
    api.address = address
    granted = granted or ("nothing",)
    return api.decide(*granted, event=str(uuid.uuid4()), previous=previous or GONE)


def neighbours(count: int) -> list[str]:
    """Addresses of one network."""
    return [f"198.51.100.{number}" for number in range(count)]


@pytest.fixture
def narrow(new_app: NewApp) -> Api:
    """A service that takes two grants a minute from a network, and five for a site."""
    return Api(new_app(limit_client="2 per minute", limit_site="5 per minute"))


# --- one network ---------------------------------------------------------------------------


def test_over_its_limit_a_network_is_asked_to_come_later(narrow: Api) -> None:
    answers = [decide(narrow, *ANALYTICS) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    refusal = answers[-1]
    assert code_of(refusal) == "too_many_requests"
    seconds = json_of(refusal)["error"]["detail"]["retry_seconds"]
    assert refusal.headers["Retry-After"] == str(seconds)
    assert 1 <= seconds <= 60
    assert narrow.rows.count() == 2


def test_the_page_can_read_that_it_must_wait(narrow: Api) -> None:
    answers = [decide(narrow, *ANALYTICS) for _ in range(3)]

    assert answers[-1].headers["Access-Control-Allow-Origin"] == PAGE
    assert answers[-1].headers["Access-Control-Allow-Credentials"] == "true"
    assert answers[-1].headers["Cache-Control"] == "no-store"


def test_neighbours_count_together_and_strangers_apart(narrow: Api) -> None:
    for _ in range(2):
        decide(narrow, *ANALYTICS, address=VISITOR)

    neighbour = decide(narrow, *ANALYTICS, address=NEIGHBOUR)
    stranger = decide(narrow, *ANALYTICS, address=STRANGER)

    assert (neighbour.status_code, stranger.status_code) == (429, 201)


def test_the_window_passes(narrow: Api, clock: Clock) -> None:
    seconds = [decide(narrow, *ANALYTICS) for _ in range(3)][-1].headers["Retry-After"]

    clock.move(seconds=int(seconds))

    assert decide(narrow, *ANALYTICS).status_code == 201


def test_a_longer_window_that_is_used_up_slows_down_and_shuts_nobody_out(
    new_app: NewApp, clock: Clock
) -> None:
    api = Api(new_app(limit_client="20 per minute;25 per hour"))
    minutes = []

    for _ in range(4):
        answers = [decide(api, *ANALYTICS, address=f"198.51.100.{n}") for n in range(22)]
        minutes.append(sum(answer.status_code == 201 for answer in answers))
        wait = max(int(answer.headers.get("Retry-After", 0)) for answer in answers)
        assert wait <= 60
        clock.move(seconds=61)

    assert minutes == [20, 5, 2, 2]


# --- shares --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "most"),
    [
        pytest.param(0, 6000, id="nothing is taken: anybody may have all"),
        pytest.param(3000, 6000, id="half"),
        pytest.param(3001, 599, id="more than half: a tenth"),
        pytest.param(4500, 75, id="three quarters"),
        pytest.param(5400, 4, id="nine tenths"),
        pytest.param(5999, 1, id="nearly all: whoever has had none"),
        pytest.param(9999, 1, id="more than all"),
    ],
)
def test_the_less_is_left_the_less_may_one_have_had(taken: int, most: int) -> None:
    assert most_for_one(6000, taken) == most


def taken(few: Limits, address: str, *, lane: Lane = "grant", site: str = "example") -> bool:
    try:
        few.spend(lane, site, address)
    except TooManyRequests:
        return False
    return True


def flooding(networks: int) -> list[str]:
    return [f"10.{number // 256}.{number % 256}.1" for number in range(networks)]


@pytest.mark.parametrize("networks", [1, 10, 51, 200, 1000])
def test_networks_that_flood_leave_a_share_for_those_that_do_not(networks: int) -> None:
    """Before there were shares, 51 networks blocked a site's grants for the rest of a minute."""
    few = limits()
    for _ in range(1300):
        if not [True for address in flooding(networks) if taken(few, address)]:
            break

    visitors = [taken(few, f"203.{number // 256}.{number % 256}.9") for number in range(300)]

    assert visitors == [True] * 300


def test_a_networks_visitors_at_other_addresses_are_not_blocked_by_one_that_floods() -> None:
    few = limits()
    flood = sum(taken(few, VISITOR) for _ in range(5000))

    neighbours = [taken(few, f"198.51.100.{number}") for number in range(100, 250)]

    assert flood == 601
    assert neighbours == [True] * 150


def test_a_telephone_that_floods_does_not_block_its_operators_others() -> None:
    few = limits()
    for _ in range(5000):
        taken(few, "2001:db8:1:1::1")

    others = [taken(few, f"2001:db8:1:{number:x}::1") for number in range(2, 400)]

    assert others == [True] * 398


def test_visitors_behind_one_address_that_floods_get_in_every_minute() -> None:
    """Nobody can tell them apart; but no flood of an hour shuts them out for the rest of it."""
    time = [NOON]
    few = Limits(Settings(), key=KEY, now=lambda: time[0])
    shares = []

    for minute in range(60):
        time[0] = NOON + minute * 61_000
        answers = [taken(few, VISITOR) for _ in range(1300)]
        shares.append(sum(answers))

    assert min(shares) >= 60
    assert max(shares) == 601


def test_every_lane_has_shares() -> None:
    few = limits(limit_client="", limit_site="10 per minute")
    for lane in LANES:
        for _ in range(200):
            taken(few, VISITOR, lane=lane)

    strangers = [taken(few, STRANGER, lane=lane) for lane in LANES]

    assert strangers == [True] * 3


def test_a_sites_number_holds_however_many_networks_ask() -> None:
    few = limits()

    assert sum(taken(few, address) for address in flooding(20_000)) == 6000


def test_where_no_network_is_known_the_sites_number_alone_holds() -> None:
    few = limits(limit_site="10 per minute")

    assert sum(taken(few, "127.0.0.1") for _ in range(50)) == 10


# --- one site ------------------------------------------------------------------------------


def test_a_site_has_a_limit_of_its_own_over_all_networks(narrow: Api) -> None:
    answers = [
        decide(narrow, *ANALYTICS, address=f"203.0.{network}.1").status_code for network in range(6)
    ]

    assert answers == [201] * 5 + [429]


def test_a_flooded_site_does_not_hold_up_the_others(new_app: NewApp) -> None:
    app = new_app({"example": a_document(), "other": a_document()}, limit_site="1 per minute")
    flooded, other = Api(app), Api(app, site="other")

    answers = [decide(api, *ANALYTICS).status_code for api in (flooded, flooded, other)]

    assert answers == [201, 429, 201]


def test_a_network_over_its_limit_does_not_use_up_the_sites(narrow: Api) -> None:
    for _ in range(20):
        decide(narrow, *ANALYTICS, address=VISITOR)

    answers = [
        decide(narrow, *ANALYTICS, address=f"203.0.{network}.1").status_code for network in range(3)
    ]

    assert answers == [201] * 3


# --- whoever says no -----------------------------------------------------------------------


def test_a_flood_of_grants_holds_up_no_refusal(narrow: Api) -> None:
    for network in range(200):
        decide(narrow, *ANALYTICS, address=f"203.0.{network}.1")
        decide(narrow, *ANALYTICS, address=VISITOR)

    refusals = [decide(narrow, address=VISITOR).status_code for _ in range(10)]

    assert refusals == [201] * 10


def test_refusals_have_a_ceiling_ten_times_as_high(narrow: Api) -> None:
    answers = [decide(narrow, address=address).status_code for address in neighbours(21)]

    assert answers == [201] * 20 + [429]


def test_who_takes_back_a_part_is_not_held_up_with_those_who_grant(narrow: Api) -> None:
    token = token_of(decide(narrow, *EVERY))
    for _ in range(5):
        decide(narrow, *EVERY)

    narrower = decide(narrow, *ANALYTICS, previous=token)
    the_same = decide(narrow, *EVERY, previous=token)
    wider = decide(narrow, *EVERY, "advertising", "adsense", previous=token)
    forged = decide(narrow, *ANALYTICS, previous=f"{token[:-4]}AAAA")

    answers = [answer.status_code for answer in (narrower, the_same, wider, forged)]
    assert answers == [201, 429, 429, 429]


@pytest.mark.parametrize(
    ("granted", "before", "lane"),
    [
        pytest.param([], [], "refuse", id="a refusal"),
        pytest.param([], ["analytics"], "refuse", id="a withdrawal"),
        pytest.param(["analytics"], ["analytics", "advertising"], "refuse", id="less than before"),
        pytest.param(["analytics"], [], "grant", id="a grant"),
        pytest.param(["analytics"], ["analytics"], "grant", id="the same"),
        pytest.param(["analytics"], ["advertising"], "grant", id="something else"),
        pytest.param(["analytics", "advertising"], ["analytics"], "grant", id="more"),
    ],
)
def test_only_taking_back_is_not_granting(granted: list[str], before: list[str], lane: str) -> None:
    assert lane_of(granted, before) == lane


def test_reading_is_limited_too_and_on_its_own(narrow: Api) -> None:
    token = token_of(decide(narrow, *ANALYTICS))

    answers = []
    for address in neighbours(21):
        narrow.address = address
        answers.append(narrow.release(token).status_code)

    assert answers == [200] * 20 + [429]
    assert decide(narrow, *ANALYTICS).status_code == 201


def test_what_is_refused_before_the_database_is_not_counted(narrow: Api) -> None:
    narrow.address = VISITOR
    for _ in range(30):
        narrow.send(b"{")
        narrow.decide(*ANALYTICS, headers={"Origin": "https://evil.example"})

    assert decide(narrow, *ANALYTICS).status_code == 201


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_monitors_are_never_limited(new_app: NewApp, path: str) -> None:
    client = new_app(limit_client="1 per day", limit_site="1 per day").test_client()

    answers = {
        client.get(path, environ_overrides={"REMOTE_ADDR": VISITOR}).status_code for _ in range(50)
    }

    assert answers == {200}


def test_without_limits_nobody_is_counted(new_app: NewApp) -> None:
    api = Api(new_app(limit_client="", limit_site=""))

    answers = {decide(api, *ANALYTICS).status_code for _ in range(300)}

    assert answers == {201}


def test_the_page_without_javascript_says_so_in_words(new_app: NewApp) -> None:
    app = new_app(limit_client="1 per minute", url="http://localhost")
    client = app.test_client()

    def choose(act: str) -> TestResponse:
        text = client.get("/v1/example/preferences?lang=en").text
        event, token = (
            text.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
            for name in ("event", "csrf_token")
        )
        return client.post(
            "/v1/example/preferences?lang=en",
            data={"event": event, "csrf_token": token, act: ""},
            environ_overrides={"REMOTE_ADDR": VISITOR},
        )

    accepted, again, refused = choose("accept"), choose("accept"), choose("refuse")

    assert (accepted.status_code, again.status_code, refused.status_code) == (303, 429, 303)
    assert "too many requests at the moment" in again.text


# --- who somebody is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("198.51.100.0", "198.51.100.255", True),
        ("198.51.100.255", "198.51.101.0", False),
        ("2001:db8:1::1", "2001:db8:1:ffff:ffff::2", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("198.51.100.7", "::ffff:198.51.100.9", True),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("0.0.0.1", "::1:1", False),
    ],
)
def test_a_network_is_a_24_or_a_48(one: str, other: str, together: bool) -> None:
    same = limits().client_of(one).network == limits().client_of(other).network

    assert same is together


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("198.51.100.1", "198.51.100.1", True),
        ("198.51.100.1", "198.51.100.2", False),
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", True),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", False),
        ("198.51.100.7", "::ffff:198.51.100.7", True),
    ],
)
def test_an_address_is_a_32_or_a_64(one: str, other: str, together: bool) -> None:
    same = limits().client_of(one).address == limits().client_of(other).address

    assert same is together


@pytest.mark.parametrize(
    ("written", "address"),
    [
        pytest.param("198.51.100.7:41230", "198.51.100.7", id="a port"),
        pytest.param("198.51.100.7:0", "198.51.100.7", id="port 0"),
        pytest.param("[2001:db8::7]:443", "2001:db8::7", id="IPv6 and a port"),
        pytest.param("[2001:db8::7]", "2001:db8::7", id="brackets"),
        pytest.param('"[2001:db8::7]:443"', "2001:db8::7", id="as RFC 7239 quotes it"),
        pytest.param('"198.51.100.7:80"', "198.51.100.7", id="quoted"),
        pytest.param(" 198.51.100.7 ", "198.51.100.7", id="spaces"),
        pytest.param("[fe80::1%eth0]:80", "fe80::1", id="a zone"),
        pytest.param("[::ffff:198.51.100.7]:80", "198.51.100.7", id="IPv4 in IPv6, and a port"),
    ],
)
def test_an_address_is_read_with_a_port_and_in_brackets(written: str, address: str) -> None:
    assert limits().client_of(written) == limits().client_of(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", ""),
        *("127.0.0.1:5000", "[::1]:5000", "[::1]"),
    ],
)
def test_a_proxy_of_the_owners_is_nobody(address: str) -> None:
    assert packed_of(address) == b""
    assert limits().client_of(address) == Client("", "")


def limits(now: int = NOON, **settings: str) -> Limits:
    return Limits(Settings(**settings), key=KEY, now=lambda: now)


def test_what_is_kept_of_a_client_is_no_address_and_another_tomorrow() -> None:
    today, tomorrow = limits(), limits(NOON + 86_400_000)

    clients = [today.client_of(VISITOR), tomorrow.client_of(VISITOR), today.client_of(STRANGER)]
    names = {name for client in clients for name in (client.network, client.address)}

    assert len(names) == 6
    assert all(len(name) == 16 and int(name, 16) for name in names)
    assert today.client_of(VISITOR).network == limits().client_of(NEIGHBOUR).network


def test_the_key_is_needed_to_tell_who_a_client_is() -> None:
    other = Limits(Settings(), key=b"t" * 32, now=lambda: NOON)

    assert other.client_of(VISITOR) != limits().client_of(VISITOR)


GARBAGE = [
    *("unknown", "198.51.100.300", "_hidden", "unix:", "198.51.100.7:", "198.51.100.7:123456"),
    *("[198.51.100.7", "[]:80", "::1::2", "a" * 9999, "198.51.100.7\x00", "pengunjung.é", ":80"),
]


@pytest.mark.parametrize("address", GARBAGE)
def test_what_is_no_address_counts_as_one_client(address: str) -> None:
    few = limits(limit_client="1 per minute")
    few.spend("grant", "example", "something else")

    with pytest.raises(TooManyRequests):
        few.spend("grant", "example", address)


def test_addresses_that_cannot_be_read_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    few = limits()

    for address in GARBAGE:
        few.spend("grant", "example", address)

    assert [record.msg for record in caplog.records] == ["client_unreadable"]


# --- how many proxies are believed ---------------------------------------------------------

FORWARDED = "203.0.113.1, 198.51.100.77, 192.0.2.8"


def asked_by(app: Flask, patch: pytest.MonkeyPatch, *, peer: str = "192.0.2.200") -> str:
    """Whom the service takes for the client."""
    seen = []
    patch.setattr(Limits, "spend", lambda _, lane, site, address: seen.append(address))
    headers = {"X-Forwarded-For": FORWARDED, "X-Real-IP": "1.1.1.1", "Forwarded": "for=1.1.1.1"}
    api = Api(app)
    api.address = peer
    api.decide(*ANALYTICS, headers=headers)
    (address,) = seen
    return str(address)


@pytest.mark.parametrize(
    ("proxies", "address"),
    [
        pytest.param("0", "192.0.2.200", id="none: who connects"),
        pytest.param("1", "192.0.2.8", id="one: what it has added"),
        pytest.param("2", "198.51.100.77", id="two: what the first has added"),
        pytest.param("3", "203.0.113.1", id="three"),
        pytest.param("4", "192.0.2.200", id="more than there are: who connects"),
    ],
)
def test_an_address_is_read_from_the_right_and_no_further_than_proxies_are_set(
    new_app: NewApp, monkeypatch: pytest.MonkeyPatch, proxies: str, address: str
) -> None:
    assert asked_by(new_app(proxies=proxies), monkeypatch) == address


@pytest.mark.parametrize("proxies", ["0", "1", "2"])
def test_a_spoofed_address_gives_nobody_a_fresh_limit(new_app: NewApp, proxies: str) -> None:
    """The visitor invents the left of the header; the proxies add the visitor's true address."""
    api = Api(new_app(proxies=proxies, limit_client="2 per minute"))
    added = {"0": "", "1": f", {VISITOR}", "2": f", {VISITOR}, 192.0.2.1"}[proxies]
    api.address = {"0": VISITOR, "1": "192.0.2.1", "2": "192.0.2.2"}[proxies]

    answers = [
        api.decide(
            *ANALYTICS,
            event=str(uuid.uuid4()),
            headers={"X-Forwarded-For": f"203.0.{number}.1{added}"},
        ).status_code
        for number in range(4)
    ]

    assert answers == [201, 201, 429, 429]


@pytest.mark.parametrize(
    "written", ["{}:51034", '"{}:51034"', "[::ffff:{}]:443"], ids=["a port", "quoted", "brackets"]
)
def test_visitors_are_told_apart_by_a_proxy_that_writes_ports(
    new_app: NewApp, written: str
) -> None:
    """They were one client together, and the first of them used up what all may have."""
    api = Api(new_app(proxies="1", limit_client="2 per minute"))
    api.address = "192.0.2.1"

    answers = [
        api.decide(
            *ANALYTICS,
            event=str(uuid.uuid4()),
            headers={"X-Forwarded-For": written.format(f"203.0.{number // 3}.7")},
        ).status_code
        for number in range(6)
    ]

    assert answers == [201, 201, 429] * 2


# --- memory --------------------------------------------------------------------------------


def test_counters_never_take_more_than_their_room() -> None:
    memory = Memory(most=1000)

    for number in range(50_000):
        memory.incr(f"client {number}", 3600)
        assert len(memory._counters) <= 1000

    assert memory.get("client 49999") == 1


def test_counters_that_have_ended_make_room_first() -> None:
    now = [0.0]
    memory = Memory(most=10, now=lambda: now[0])
    memory.incr("long", 1000)
    for number in range(9):
        memory.incr(f"short {number}", 1)

    now[0] = 2.0
    memory.incr("new", 1000)

    assert (memory.get("long"), memory.get("new"), memory.get("short 1")) == (1, 1, 0)
    assert len(memory._counters) == 2


def test_a_flood_of_networks_does_not_push_out_a_sites_count() -> None:
    few = limits(limit_client="10 per minute", limit_site="100 per hour")
    few.clients = Memory(most=50, now=lambda: NOON / 1000)

    for number in range(100):
        few.spend("grant", "example", f"10.{number}.0.1")

    with pytest.raises(TooManyRequests):
        few.spend("grant", "example", "10.100.0.1")


def test_the_room_is_some_tens_of_megabytes() -> None:
    tracemalloc.start()
    memory = Memory()
    for number in range(100_000):
        memory.incr(f"grant/3600/{number:016x}", 3600)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert used < 40_000_000


# --- Redis ---------------------------------------------------------------------------------


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
def sharing(new_app: NewApp, redis: RedisServer, clock: Clock) -> Iterator[Callable[..., Api]]:
    """Makes a process that counts in Redis, which has the time of day and no other."""
    clock.milliseconds = time.time_ns() // 1_000_000
    with ExitStack() as stack:

        def sharing(limit_client: str = "100 per hour") -> Api:
            app = new_app(limits_url=redis.url, limit_client=limit_client)
            for counters in (service_of(app).limits.clients, service_of(app).limits.sites):
                assert isinstance(counters, Shared)
                stack.callback(counters.close)
            return Api(app)

        yield sharing


def test_processes_that_share_a_redis_count_together(sharing: Callable[..., Api]) -> None:
    one, other = (sharing(limit_client="4 per minute") for _ in "12")

    answers = [decide(api, *ANALYTICS) for api in (one, other, one, other)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61


def test_processes_that_share_a_redis_keep_the_same_shares(sharing: Callable[..., Api]) -> None:
    one, other = (sharing(limit_client="20 per minute") for _ in "12")

    flood = [decide(one, *ANALYTICS).status_code for _ in range(15)]
    others = [decide(other, *ANALYTICS, address=each).status_code for each in neighbours(9)]

    assert flood == [201] * 11 + [429] * 4
    assert others == [201] * 9


def test_in_redis_there_is_no_address_and_everything_ends(
    sharing: Callable[..., Api], redis: RedisServer
) -> None:
    api = sharing()
    decide(api, *ANALYTICS)
    decide(api)

    keys = redis.keys()
    with redis.client() as client:
        ends = [client.ttl(key) for key in keys]

    assert len(keys) == 8, "for a grant and a refusal: network, address, site, network of the site"
    assert all(0 < seconds <= 3600 for seconds in ends)
    assert not any("198.51" in key for key in keys)
    assert "LIMITS:grant/6000/60/example" in keys


def test_while_redis_is_away_decisions_are_taken_and_it_is_said_once(
    sharing: Callable[..., Api], redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    api = sharing(limit_client="5 per minute")
    assert decide(api, *ANALYTICS).status_code == 201

    redis.stop()
    answers = [decide(api, *ANALYTICS).status_code for _ in range(4)]

    assert answers == [201] * 3 + [429], "each process counts for itself"
    said = [record for record in caplog.records if record.name == "izin.limits"]
    assert {record.msg for record in said} == {"limits_storage_away"}
    assert len(said) == 2, "once for networks and once for sites"


def test_a_redis_that_comes_back_is_used_again(
    redis: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("INFO", "izin")
    monkeypatch.setattr("banner.web.shared_counters.AWAY_SECONDS", 0)
    with closing(Shared(redis.url)) as counters:
        counters.incr("before", 60)
        redis.stop()
        counters.incr("between", 60)

        redis.start()
        counters.incr("after", 60)

    assert [record.msg for record in caplog.records] == [
        "limits_storage_away",
        "limits_storage_back",
    ]
    assert redis.keys() == ["LIMITS:after"]


def test_an_address_of_redis_that_is_none_stops_the_start(new_app: NewApp) -> None:
    with pytest.raises(SettingsWrong) as caught:
        new_app(limits_url="redis://:a-secret@host:port")

    assert "a-secret" not in str(caught.value)


def test_nobody_waits_for_a_redis_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        begun = time.monotonic()
        with closing(Shared(url)) as counters:
            counts = [counters.incr("client", 60) for _ in range(100)]

    assert counts[-1] == 100
    assert time.monotonic() - begun < 2
