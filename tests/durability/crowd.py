"""Visitors who decide as fast as they are answered, and what each of them was told."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

from tests.builders import ANALYTICS, PAGE, SITE, a_body, as_json
from tests.durability.line import Answer, Line, NoAnswer, NotSent

CLIENTS = 16
MANY = 50
PATIENCE_SECONDS = 20
PAUSE_SECONDS = 0.02
"""Between attempts while the service is away: a client that spins would take its processor."""
PUT_OFF_SECONDS = 0.1
"""After a 503: less than it asks for, so that the tests are not long."""


@dataclass(frozen=True, slots=True)
class Act:
    """One decision as it is sent, and sent again."""

    event: str
    request: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What a 201 said."""

    token: str
    record: str | None


class Crowd:
    """Sixteen clients of the service at `port`. What they were told grows from run to run."""

    def __init__(self, port: int) -> None:
        self.told: dict[str, Told] = {}
        """Every acknowledged decision by its event."""
        self.unanswered: dict[str, Act] = {}
        """Sent, and the connection ended: stored or not."""
        self.put_off: dict[str, Act] = {}
        """Answered with 503: to be sent again."""
        self.turned_away = 0
        """How often nobody was at the port."""
        self.strange: list[str] = []
        """Every answer that is neither a 201 nor a 503 with its hint."""
        self._port = port
        self._script = ""
        self._over = threading.Event()

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """They decide meanwhile."""
        self._script = self._script or self._served_version()
        self._over.clear()
        with ThreadPoolExecutor(CLIENTS) as clients:
            running = [clients.submit(self._decide) for _ in range(CLIENTS)]
            try:
                yield
            finally:
                self._over.set()
                for each in running:
                    each.result()

    def wait_for(self, outcome: Mapping[str, object]) -> None:
        """While they decide: until many more have had this outcome (`told`, `put_off`)."""
        before, deadline = len(outcome), time.monotonic() + PATIENCE_SECONDS
        while len(outcome) < before + MANY:
            assert time.monotonic() < deadline, f"{len(outcome) - before} more, not {MANY}"
            time.sleep(PAUSE_SECONDS)

    def send_again(self, acts: Iterable[Act]) -> dict[str, Told]:
        """Send these until each is acknowledged, all clients at once; what each was told.

        Raises AssertionError when one is not, within `PATIENCE_SECONDS`.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        with ThreadPoolExecutor(CLIENTS) as clients:
            answers = clients.map(lambda act: (act, self._insist(act, deadline)), acts)
            return {act.event: told for act, told in answers}

    def settle(self) -> dict[str, Told]:
        """Send again what was not acknowledged, as browsers do; then nothing is open."""
        told = self.send_again([*self.unanswered.values(), *self.put_off.values()])
        for act in (*self.unanswered.values(), *self.put_off.values()):
            self.told[act.event] = told[act.event]
        self.unanswered.clear()
        self.put_off.clear()
        return told

    def act(self, *granted: str, replaces: Told | None = None) -> Act:
        """A decision with an event of its own; refused, except for what is named."""
        self._script = self._script or self._served_version()
        event = str(uuid.uuid4())
        decision = a_body(*(granted or ("nothing",)), event=event, script=self._script)
        if replaces:
            decision["previous"] = replaces.token
        body = as_json(decision)
        head = (
            f"POST /v1/{SITE.id}/decisions HTTP/1.1\r\nHost: izin.example.co.id\r\n"
            f"Origin: {PAGE}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return Act(event, head.encode() + body)

    def _decide(self) -> None:
        line = Line(self._port)
        while not self._over.is_set():
            # A refusal, a grant, and its withdrawal: records with and without a previous one.
            self._send(line, self.act())
            granted = self._send(line, self.act(*ANALYTICS))
            if granted:
                self._send(line, self.act(replaces=granted))
        line.close()

    def _send(self, line: Line, act: Act) -> Told | None:
        try:
            answer = line.ask(act.request)
        except NotSent:
            self.turned_away += 1
            time.sleep(PAUSE_SECONDS)
            return None
        except NoAnswer:
            self.unanswered[act.event] = act
            return None
        if answer.status == 201:
            told = self.told[act.event] = _told(answer)
            return told
        if answer.status == 503 and answer.headers.get("retry-after", "").isdigit():
            self.put_off[act.event] = act
            time.sleep(PUT_OFF_SECONDS)
            return None
        self.strange.append(f"{answer.status} {answer.body[:200]!r}")
        return None

    def _insist(self, act: Act, deadline: float) -> Told:
        line = Line(self._port)
        told = "nothing"
        while time.monotonic() < deadline:
            try:
                answer = line.ask(act.request)
            except (NotSent, NoAnswer):
                time.sleep(PAUSE_SECONDS)
                continue
            if answer.status == 201:
                line.close()
                return _told(answer)
            told = f"{answer.status} {answer.body[:200]!r}"
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"{act.event} was not acknowledged; last: {told}")

    def _served_version(self) -> str:
        """The version that the script names itself, as browsers send it."""
        with urlopen(f"http://127.0.0.1:{self._port}/v1/{SITE.id}.js") as answer:
            [version] = re.findall(r'\bversion"?:"([A-Za-z0-9_-]{16})"', answer.read().decode())
        return str(version)


def _told(answer: Answer) -> Told:
    said: Mapping[str, str] = answer.json
    return Told(token=said["token"], record=said["record"])
