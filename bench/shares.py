"""Who is let in while networks flood a site: `python -m bench.shares`.

A minute of one site, request by request, without HTTP: the limits alone. Every flooding network
sends ten a second from one address. Beside them come visitors who accept once: 600 from as many
networks, 300 behind one mobile operator's network of 50 addresses, and 300 behind one address that
floods as well.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from banner.core.errors import TooManyRequests
from banner.settings import Settings
from banner.web.limiter import Limits

FLOODS = (0, 51, 200, 1000)
NOON = 1_795_600_800_000
MINUTE = 60_000
SHARED = "100.64.9.9"


def requests(floods: int) -> list[tuple[int, str, str]]:
    """When, from where, and whose, in order of time."""
    chance = random.Random(1)
    quiet = [f"203.{number // 256}.{number % 256}.7" for number in range(600)]
    operator = [f"100.64.1.{number % 50}" for number in range(300)]
    visits = [
        *(("quiet networks", address) for address in quiet),
        *(("an operator", address) for address in operator),
        *(("beside a flood", SHARED) for _ in range(300)),
    ]
    timed = [(chance.randrange(MINUTE), address, whose) for whose, address in visits]
    sources = [*(f"10.{each // 256}.{each % 256}.1" for each in range(floods))]
    timed += [(chance.randrange(MINUTE), address, "floods") for address in sources * 600]
    timed += [(chance.randrange(MINUTE), SHARED, "floods") for _ in range(2400 if floods else 0)]
    return sorted(timed)


def let_in(floods: int) -> Iterator[tuple[str, int, int]]:
    now = [NOON]
    limits = Limits(Settings(), key=b"b" * 32, now=lambda: now[0])
    asked: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for at, address, whose in requests(floods):
        now[0] = NOON + at
        asked[whose] += 1
        try:
            limits.spend("grant", "example", address)
        except TooManyRequests:
            continue
        taken[whose] += 1
    return ((whose, taken[whose], asked[whose]) for whose in sorted(asked))


if __name__ == "__main__":
    for floods in FLOODS:
        told = "; ".join(f"{whose} {taken} of {asked}" for whose, taken, asked in let_in(floods))
        print(f"{floods:5} flooding networks: {told}", flush=True)
