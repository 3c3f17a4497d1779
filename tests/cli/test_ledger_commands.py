"""What an operator and an auditor get: `flask ledger …`, and a log on paper."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, delete, update

from banner.cli import COMMANDS
from banner.core.checkpoint import parse_checkpoint, read_checkpoint, sign_checkpoint
from banner.core.errors import LedgerBroken
from banner.core.evidence import leaf_of_erasure
from banner.core.merkle import check_inclusion, leaf_hash
from banner.keys import load_keys
from banner.ledger.export import export_log
from banner.store.engine import open_engine
from banner.store.migrate import migrate
from banner.store.schema import records
from tests.logs import HOST, NEW_SEED, Log, a_ledger
from tests.service import Clock

ORIGIN = f"{HOST}/example"


@pytest.fixture
def log(engine: Engine, clock: Clock) -> Log:
    return Log(engine, clock)


# --- export --------------------------------------------------------------------------------


def exported(log: Log) -> list[dict[str, Any]]:
    ledger = log.ledger
    lines = export_log(
        log.engine, "example", origin=ledger.origin("example"), vkeys=ledger.vkeys("example")
    )
    return [json.loads(json.dumps(line)) for line in lines]


def test_an_auditor_can_check_an_export_without_the_service(log: Log) -> None:
    log.grow(5)
    log.erase(3)
    log.grow(3)
    log.sign()

    head, *lines = exported(log)

    assert (head["origin"], head["keys"], head["size"]) == (ORIGIN, log.ledger.vkeys("example"), 9)
    words = {line["sha256"] for line in lines if "notice" in line}
    found = [line for line in lines if "position" in line]
    [checkpoint] = [line["checkpoint"] for line in lines if "checkpoint" in line]
    assert [line["position"] for line in found] == list(range(9))
    for line in found:
        assert _leaf_of(line) in (line["hash"], None)
    assert {line["record"]["notice"]["sha256"] for line in found if "record" in line} == words
    assert [line["position"] for line in found if "erased_by" in line] == [3]
    assert found[3]["erased_by"] == 5
    root = _root([bytes.fromhex(line["hash"]) for line in found])
    assert base64.b64encode(root).decode() == checkpoint.split("\n")[2]


def _leaf_of(line: dict[str, Any]) -> str | None:
    """The leaf's hash by the letter of `docs/evidence.md`; nothing for an erased record."""
    if "record" in line:
        body = hashlib.sha256(bytes.fromhex(line["salt"]) + _canonical(line["record"])).digest()
        return hashlib.sha256(b"\x00izin.record.1\n" + body).hexdigest()
    if "erasure" in line:
        body = hashlib.sha256(bytes.fromhex(line["salt"]) + _canonical(line["erasure"])).digest()
        return hashlib.sha256(b"\x00izin.erasure.2\n" + body).hexdigest()
    if "statement" in line:
        said = f"izin.{line['statement']}.1\n".encode() + _canonical(line["body"])
        return hashlib.sha256(b"\x00" + said).hexdigest()
    return None


def _canonical(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\x01" + _root(hashes[:half]) + _root(hashes[half:])).digest()


def test_a_log_that_cannot_be_read_is_not_exported(log: Log) -> None:
    log.grow(2)
    with log.engine.begin() as connection:
        connection.execute(update(records).values(kind="unheard-of"))

    with pytest.raises(LedgerBroken, match="ledger verify"):
        exported(log)


# --- the commands --------------------------------------------------------------------------


class Service:
    """A database and keys as a service leaves them behind, and the commands upon them."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.environment = {
            "IZIN_URL": f"https://{HOST}",
            "IZIN_KEYS": str(folder / "keys.json"),
            "IZIN_DATABASE_URL": f"sqlite:///{folder / 'izin.sqlite3'}",
        }
        self.folder = folder
        self.engine = open_engine(self.environment["IZIN_DATABASE_URL"])
        migrate(self.engine)
        self.log = Log(self.engine, clock)
        keys = load_keys(folder / "keys.json", production=False).ledger
        self.log.ledger = a_ledger(self.engine, clock, keys=keys)

    def run(self, *arguments: str) -> Result:
        [command] = [command for command in COMMANDS if command.name == "ledger"]
        return CliRunner().invoke(command, arguments, env=self.environment)

    def kept(self, text: str) -> str:
        file = self.folder / "kept.txt"
        file.write_text(text, "utf-8", newline="")
        return str(file)


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Service]:
    service = Service(tmp_path, clock)
    yield service
    service.engine.dispose()


def test_verify_of_a_whole_log_is_content(service: Service) -> None:
    service.log.grow(4)
    kept = service.kept(service.log.sign())

    result = service.run("verify", "--checkpoint", kept)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.output == (
        "note: example: 4 leaves, 4 of them under a checkpoint; 4 records, 0 erased\n0 faults\n"
    )


def test_verify_says_what_is_wrong_and_fails(service: Service) -> None:
    service.log.grow(4)
    with service.engine.begin() as connection:
        connection.execute(delete(records).where(records.c.id == "example-record-2"))

    result = service.run("verify", "example")

    assert result.exit_code == 1
    assert result.stderr == (
        "error: example: record example-record-2: it is gone, and no leaf tells of its erasure\n"
    )
    assert result.stdout.endswith("1 fault\n")


def test_verify_believes_the_keys_that_it_is_given_and_no_others(service: Service) -> None:
    service.log.grow(4)
    service.log.sign()
    right = service.log.ledger.vkeys("example")[0]
    wrong = a_ledger(service.engine, service.log.clock, keys=[NEW_SEED]).vkeys("example")[0]

    results = [service.run("verify", "--key", key).exit_code for key in (right, wrong)]

    assert results == [0, 1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("verify", "--key", "no key"), "this is not a published"),
        (("verify", "elsewhere"), "there is no log of it here"),
        (("checkpoint", "elsewhere"), "nothing has been recorded yet"),
        (("proof", "example", "nobody"), "no leaf of example commits to the record nobody"),
        (("proof", "other", "example-record-1"), "no leaf of other commits"),
    ],
    ids=str,
)
def test_a_command_that_cannot_do_it_says_why(
    service: Service, arguments: tuple[str, ...], words: str
) -> None:
    service.log.grow(2)
    service.log.sign()

    result = service.run(*arguments)

    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_a_checkpoint_is_printed_as_it_was_signed_and_made_if_need_be(service: Service) -> None:
    service.log.grow(3)

    first, second = (service.run("checkpoint", "example").stdout for _ in range(2))

    assert first == second == service.log.ledger.checkpoint("example").note


def test_a_proof_is_printed_with_its_checkpoint(service: Service) -> None:
    service.log.grow(5)

    told = json.loads(service.run("proof", "example", "example-record-3").stdout)

    checkpoint = read_checkpoint(told["checkpoint"], service.log.ledger.vkeys("example"))
    leaf, *path = (bytes.fromhex(each) for each in (told["leaf"], *told["proof"]))
    assert (told["position"], told["size"], told["origin"]) == (3, 5, ORIGIN)
    assert check_inclusion(leaf, 3, 5, path, checkpoint.root)


def test_an_export_is_one_object_a_line(service: Service) -> None:
    service.log.grow(3)
    service.log.sign()

    lines = [json.loads(line) for line in service.run("export", "example").stdout.splitlines()]

    assert [next(iter(line)) for line in lines] == [
        "schema",
        "sha256",
        *["position"] * 3,
        "size",
    ]


def test_a_checkpoint_that_came_by_mail_is_read_all_the_same(service: Service) -> None:
    service.log.grow(1)
    kept = service.kept(service.log.sign().replace("\n", "\r\n"))

    result = service.run("verify", "--checkpoint", kept)

    assert result.exit_code == 0, result.stderr


# --- a log that cannot go on ---------------------------------------------------------------


def test_a_log_that_is_closed_is_named_and_goes_on_when_that_is_said(
    service: Service, tmp_path: Path
) -> None:
    service.log.grow(5)
    ledger = service.log.ledger
    kept = tmp_path / "kept.txt"
    kept.write_text(sign_checkpoint(ORIGIN, 500, bytes(32), ledger._seed), "utf-8")
    service.environment["IZIN_CHECKPOINT_FILE"] = str(kept)

    found = service.run("verify")
    signed = service.run("checkpoint", "example")
    begun = service.run("continue", "example", "--yes")
    after = service.run("verify")

    assert found.exit_code == 1
    assert "example: nothing more is signed: the log is shorter than" in found.stderr
    assert signed.exit_code == 1
    assert "from leaf 5 on the log is izin.example.co.id/2" in begun.stdout
    assert after.exit_code == 0, after.output


def test_who_does_not_say_yes_leaves_the_name_as_it_is(service: Service) -> None:
    assert service.run("continue", "example").exit_code == 1

    assert service.log.ledger.origin("example") == ORIGIN


def test_the_erasure_of_a_record_is_proved(service: Service) -> None:
    log = service.log
    log.grow(5)
    log.erase(3)

    told = json.loads(service.run("proof", "example", log.name(3)).stdout)

    gone = told["erasure"]
    leaf = leaf_hash(leaf_of_erasure(gone["told"], bytes.fromhex(gone["salt"])))
    root = parse_checkpoint(told["checkpoint"]).root
    assert gone["leaf"] == leaf.hex()
    proof = [bytes.fromhex(each) for each in gone["proof"]]
    assert check_inclusion(leaf, gone["position"], told["size"], proof, root)
