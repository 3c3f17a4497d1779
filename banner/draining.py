"""The service is about to stop: every process of it knows before it ends.

A load balancer needs some seconds to see that ``/readyz`` says so, and to send nothing new.
"""

from __future__ import annotations

import mmap

# Anonymous and shared: the workers that a server forks see what their parent writes into it.
_told = mmap.mmap(-1, 1)


def begin_draining() -> None:
    _told[0] = 1


def is_draining() -> bool:
    return _told[0] == 1
