"""`make bench`: what a decision costs, in one run beside a server that does nothing.

The figure to compare is processor time for a request, the smallest of some interleaved rounds:
other work on the machine moves it far less than it moves requests a second.
"""

from __future__ import annotations

import argparse

from bench.measure import Window, measure
from bench.table import show
from bench.targets import started

WARM_UP_SECONDS = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="how long each window is")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--sync", type=float, metavar="MS", help="also a disk that syncs slowly")
    parser.add_argument("--records", type=int, default=0, help="that are there from the start")
    options = parser.parse_args()
    with started(sync=options.sync, records=options.records) as targets:
        for target in targets:
            measure(target, connections=options.connections, seconds=WARM_UP_SECONDS)
        windows: list[list[Window]] = [[] for _ in targets]
        for _ in range(options.rounds):
            for target, found in zip(targets, windows, strict=True):
                found.append(
                    measure(target, connections=options.connections, seconds=options.seconds)
                )
    print(show([(target.name, found) for target, found in zip(targets, windows, strict=True)]))


if __name__ == "__main__":
    main()
