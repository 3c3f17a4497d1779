from __future__ import annotations

import base64
import json
import os
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from banner.core.checkpoint import public_key, read_vkey
from banner.core.errors import SettingsWrong, TokenForged
from banner.core.token import read_token, sign_token
from banner.keys import (
    KEY_BYTES,
    LISTS,
    SAMPLE,
    complete_keys,
    drop_keys,
    load_keys,
    make_keys,
    rotate_keys,
)
from banner.settings import Settings
from tests.builders import ANALYTICS, SITE, a_document, a_record
from tests.commands import Commands, commands_for
from tests.conftest import NewApp
from tests.service import Api, service_of, token_of

T = TypeVar("T")


def key(byte: str, length: int = KEY_BYTES) -> str:
    return base64.urlsafe_b64encode(byte.encode() * length).decode()


OLD = {"token": [key("t")], "session": [key("s")]}
"""A file from before there was a ledger."""
GOOD = {**OLD, "ledger": [key("l")], "webhook": [key("w")]}


def written(folder: Path, contents: object, *, mode: int = 0o600) -> Path:
    file = folder / "keys.json"
    file.write_text(contents if isinstance(contents, str) else json.dumps(contents), "utf-8")
    file.chmod(mode)
    return file


def at_once(number: int, act: Callable[[], T]) -> list[T]:
    """What came of ``act`` in as many threads, all begun at the same moment."""
    start = threading.Barrier(number)

    def run(_: int) -> T:
        start.wait()
        return act()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def test_the_first_run_makes_keys_that_only_their_owner_can_read(tmp_path: Path) -> None:
    file = tmp_path / "instance" / "keys.json"

    keys = load_keys(file, production=False)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    every = [*keys.token, *keys.session, *keys.ledger, *keys.webhook]
    assert [len(each) for each in every] == [KEY_BYTES] * 4
    assert len(set(every)) == 4
    assert [each.name for each in file.parent.iterdir()] == ["keys.json"]


def test_the_next_run_reads_the_same_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"

    assert load_keys(file, production=False) == load_keys(file, production=True)


def test_two_services_never_make_the_same_keys(tmp_path: Path) -> None:
    one, two = (load_keys(tmp_path / name, production=False) for name in "ab")

    assert one != two


def test_workers_that_start_together_agree_on_one_file_of_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"

    loaded = at_once(8, lambda: load_keys(file, production=False))

    assert len(loaded) == 8
    assert set(loaded) == {load_keys(file, production=False)}


def test_keys_are_never_written_over(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)

    with pytest.raises(FileExistsError):
        make_keys(file)

    assert json.loads(file.read_text("utf-8")) == GOOD
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_keys_stand_oldest_to_newest(tmp_path: Path) -> None:
    file = written(tmp_path, {**GOOD, "token": [key("a"), key("b")]})

    assert load_keys(file, production=True).token == (b"a" * KEY_BYTES, b"b" * KEY_BYTES)


@pytest.mark.parametrize(
    ("contents", "mode", "words"),
    [
        pytest.param({**GOOD, "token": [key("t", 31)]}, 0o600, "shorter", id="a short token key"),
        pytest.param(
            {**GOOD, "session": [key("s", 8)]}, 0o600, "shorter", id="a short session key"
        ),
        pytest.param(
            {**GOOD, "token": [key("t", 8), key("t")]}, 0o600, "shorter", id="a short old key"
        ),
        pytest.param({**GOOD, "token": [SAMPLE]}, 0o600, "sample", id="the sample"),
        pytest.param({**GOOD, "session": [""]}, 0o600, "shorter", id="an empty key"),
        pytest.param({**GOOD, "webhook": [key("w", 31)]}, 0o600, "shorter", id="a short webhook"),
        pytest.param(GOOD, 0o640, "read by others", id="readable by the group"),
        pytest.param(GOOD, 0o604, "read by others", id="readable by everyone"),
        pytest.param(GOOD, 0o602, "read by others", id="writable by everyone"),
    ],
)
def test_production_refuses_weak_keys(
    tmp_path: Path, contents: object, mode: int, words: str
) -> None:
    file = written(tmp_path, contents, mode=mode)

    with pytest.raises(SettingsWrong) as caught:
        load_keys(file, production=True)

    assert words in str(caught.value)
    assert key("t")[:8] not in str(caught.value)


def test_production_makes_no_keys_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"

    with pytest.raises(SettingsWrong) as caught:
        load_keys(file, production=True)

    assert "flask --app wsgi keys" in str(caught.value)
    assert not file.exists()


@pytest.mark.parametrize("production", [False, True], ids=["development", "production"])
@pytest.mark.parametrize(
    "contents",
    [
        pytest.param("", id="nothing"),
        pytest.param("secret", id="no JSON"),
        pytest.param([], id="a list"),
        pytest.param("null", id="null"),
        pytest.param({"token": [key("t")], "ledger": [key("l")]}, id="no session key"),
        pytest.param({**GOOD, "token": []}, id="an empty list"),
        pytest.param({**GOOD, "ledger": []}, id="an empty list of a later kind"),
        pytest.param({**GOOD, "ledger": [key("l", 31)]}, id="a seed that is short"),
        pytest.param({**GOOD, "ledger": [key("l", 33)]}, id="a seed that is long"),
        pytest.param({**GOOD, "token": key("t")}, id="text for a list"),
        pytest.param({**GOOD, "token": [7]}, id="a number for a key"),
        pytest.param({**GOOD, "token": [None]}, id="null for a key"),
        pytest.param({**GOOD, "token": ["a"]}, id="not base64"),
    ],
)
def test_what_is_no_file_of_keys_stops_the_start(
    tmp_path: Path, contents: object, production: bool
) -> None:
    file = written(tmp_path, contents)

    with pytest.raises(SettingsWrong) as caught:
        load_keys(file, production=production)

    assert str(file) in str(caught.value)


def test_keys_are_not_shown_when_they_are_printed(tmp_path: Path) -> None:
    keys = load_keys(written(tmp_path, GOOD), production=True)

    assert repr(keys) == str(keys) == "Keys()"


# --- a file from before ------------------------------------------------------------------------


def test_development_adds_the_lists_that_a_file_lacks(tmp_path: Path) -> None:
    file = written(tmp_path, OLD, mode=0o640)

    keys = load_keys(file, production=False)

    assert (keys.token, keys.session) == ((b"t" * KEY_BYTES,), (b"s" * KEY_BYTES,))
    assert (len(keys.ledger), len(keys.webhook)) == (1, 1)
    assert load_keys(file, production=True) == keys
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_production_refuses_a_file_that_lacks_a_list_and_leaves_it_alone(tmp_path: Path) -> None:
    file = written(tmp_path, OLD)

    with pytest.raises(SettingsWrong) as caught:
        load_keys(file, production=True)

    assert "no ledger and no webhook key" in str(caught.value)
    assert "flask --app wsgi keys" in str(caught.value)
    assert json.loads(file.read_text("utf-8")) == OLD


def test_completing_adds_only_what_is_missing(tmp_path: Path) -> None:
    file = written(tmp_path, {**OLD, "webhook": [key("w")]})

    assert complete_keys(file) == ["ledger"]
    assert complete_keys(file) == []
    assert json.loads(file.read_text("utf-8"))["webhook"] == [key("w")]


def test_a_list_of_a_later_version_is_kept(tmp_path: Path) -> None:
    file = written(tmp_path, {**GOOD, "later": [key("z")]})

    load_keys(file, production=True)
    rotate_keys(file, LISTS)

    assert json.loads(file.read_text("utf-8"))["later"] == [key("z")]


def test_workers_that_complete_a_file_together_agree(tmp_path: Path) -> None:
    file = written(tmp_path, OLD)

    loaded = at_once(8, lambda: load_keys(file, production=False))

    assert set(loaded) == {load_keys(file, production=False)}


# --- rotation ----------------------------------------------------------------------------------


def test_a_rotation_adds_the_newest_key_at_the_end(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)

    rotate_keys(file, ["token"])

    keys = load_keys(file, production=True)
    assert (len(keys.token), keys.token[0]) == (2, b"t" * KEY_BYTES)
    assert (keys.session, keys.ledger) == ((b"s" * KEY_BYTES,), (b"l" * KEY_BYTES,))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_rotations_at_the_same_time_lose_no_key(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)

    at_once(8, lambda: rotate_keys(file, LISTS))

    keys = load_keys(file, production=True)
    assert [len(getattr(keys, name)) for name in LISTS] == [9] * 4
    assert len(set(keys.token)) == 9


def test_a_rotation_that_cannot_be_written_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, GOOD)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(SettingsWrong) as caught:
        rotate_keys(file, LISTS)

    assert "No space left on device" in str(caught.value)
    assert json.loads(file.read_text("utf-8")) == GOOD
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "secret"
    folder.mkdir()
    link = tmp_path / "keys.json"
    link.symlink_to(written(folder, GOOD))

    rotate_keys(link, ["session"])

    assert link.is_symlink()
    assert len(load_keys(link, production=True).session) == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_root_rotates_still_belongs_to_the_user_that_serves(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    os.chown(file, 65534, 65534)

    rotate_keys(file, LISTS)

    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)


def test_rotation_of_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong) as caught:
        rotate_keys(tmp_path / "keys.json", LISTS)

    assert "No such file" in str(caught.value)


@pytest.mark.parametrize(("keep", "left"), [(1, "c"), (2, "bc"), (3, "abc"), (9, "abc")])
def test_dropping_keeps_the_newest(tmp_path: Path, keep: int, left: str) -> None:
    file = written(tmp_path, {**GOOD, "token": [key("a"), key("b"), key("c")]})

    gone = drop_keys(file, "token", keep=keep)

    assert gone == 3 - len(left)
    keys = load_keys(file, production=True)
    assert keys.token == tuple(letter.encode() * KEY_BYTES for letter in left)


def test_dropping_from_a_list_that_is_not_there_is_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, OLD)

    assert drop_keys(file, "webhook", keep=1) == 0
    assert json.loads(file.read_text("utf-8")) == OLD


def test_nobody_is_asked_again_until_the_key_of_their_token_is_dropped(tmp_path: Path) -> None:
    """C5 of the threats: three keys, a token signed with each."""
    file = tmp_path / "keys.json"
    tokens = []
    for _ in range(3):
        if file.exists():
            rotate_keys(file, ["token"])
        tokens.append(sign_token(a_record(*ANALYTICS), load_keys(file, production=False).token))

    keys = load_keys(file, production=True).token
    opened = [read_token(token, SITE, keys).granted for token in tokens]
    drop_keys(file, "token", keep=2)
    fewer = load_keys(file, production=True).token

    assert opened == [frozenset(ANALYTICS)] * 3
    with pytest.raises(TokenForged):
        read_token(tokens[0], SITE, fewer)
    assert [read_token(token, SITE, fewer).granted for token in tokens[1:]] == opened[1:]


# --- the commands ------------------------------------------------------------------------------


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return commands_for(tmp_path, "sqlite://", {"example": a_document(), "shop": a_document()})


def test_the_command_adds_what_an_older_file_lacks_and_says_so(
    commands: Commands, tmp_path: Path
) -> None:
    written(tmp_path, OLD)

    lines = commands.lines("keys")

    assert lines == [f"added to {commands.keys}: a key for ledger and for webhook"]
    assert load_keys(commands.keys, production=True).token == (b"t" * KEY_BYTES,)


@pytest.mark.parametrize("name", LISTS)
def test_one_command_rotates_one_list(commands: Commands, name: str) -> None:
    before = load_keys(commands.keys, production=True)

    [line] = commands.lines("keys", "rotate", name)

    after = load_keys(commands.keys, production=True)
    assert line == f"{name} has a new key, which signs in each process from its restart on"
    for each in LISTS:
        added = 1 if each == name else 0
        assert len(getattr(after, each)) == len(getattr(before, each)) + added
        assert getattr(after, each)[0] == getattr(before, each)[0]


def test_one_command_rotates_all(commands: Commands) -> None:
    commands.lines("keys", "rotate", "all")

    keys = load_keys(commands.keys, production=True)
    assert [len(getattr(keys, name)) for name in LISTS] == [2] * 4


def test_old_keys_are_dropped_after_a_question(commands: Commands) -> None:
    commands.lines("keys", "rotate", "token")

    no = commands.run("keys", "drop", "token", "--keep", "1", given="n\n")
    kept = len(load_keys(commands.keys, production=True).token)
    yes = commands.run("keys", "drop", "token", "--keep", "1", given="y\n")

    assert (no.exit_code, kept) == (1, 2)
    assert (yes.exit_code, len(load_keys(commands.keys, production=True).token)) == (0, 1)
    assert "1 taken out of token" in yes.stdout


@pytest.mark.parametrize("words", [["ledger", "--keep", "1"], ["token", "--keep", "0"], ["token"]])
def test_what_must_not_be_dropped_is_not(commands: Commands, words: list[str]) -> None:
    result = commands.run("keys", "drop", *words, "--yes")

    assert result.exit_code == 2


def test_the_public_keys_of_each_sites_ledger_are_told(commands: Commands) -> None:
    older = commands.lines("keys", "public", IZIN_URL="https://izin.example.co.id")
    commands.lines("keys", "rotate", "ledger")

    newer = commands.lines("keys", "public", IZIN_URL="https://izin.example.co.id")

    assert [line.split("+")[0] for line in newer] == [
        "izin.example.co.id/example", "izin.example.co.id/example",
        "izin.example.co.id/shop", "izin.example.co.id/shop",
    ]  # fmt: skip
    assert [newer[0], newer[2]] == older
    seeds = load_keys(commands.keys, production=True).ledger
    assert read_vkey(newer[1]) == ("izin.example.co.id/example", public_key(seeds[1]))


def test_public_keys_are_not_made_by_asking_for_them(tmp_path: Path) -> None:
    commands = commands_for(tmp_path, "sqlite://")
    commands.keys.unlink()

    result = commands.run("keys", "public")

    assert result.exit_code == 1
    assert not commands.keys.exists()


# --- nobody is told a key ----------------------------------------------------------------------


def secrets_of(file: Path) -> set[str]:
    """Every key in every form in which it could be told, shortened: a piece is too much."""
    lists = json.loads(file.read_text("utf-8"))
    texts = [text for texts in lists.values() for text in texts]
    keys = [base64.urlsafe_b64decode(text) for text in texts]
    forms = [*texts, *(key.hex() for key in keys), *(repr(key)[2:-1] for key in keys)]
    forms += [base64.b64encode(key).decode() for key in keys]
    return {form[:20] for form in forms}


def test_commands_tell_no_key(commands: Commands) -> None:
    told = ""
    for words in (
        ["keys"], ["keys", "rotate", "all"], ["keys", "public"], ["check"],
        ["keys", "drop", "token", "--keep", "1", "--yes"], ["keys", "drop", "ledger"],
        ["records", "find", "--token", "forged"], ["stops"], ["stops", "send"],
    ):  # fmt: skip
        result = commands.run(*words)
        told += result.output + repr(result.exception)

    assert not [secret for secret in secrets_of(commands.keys) if secret in told]


def test_the_service_tells_no_key_and_no_webhook(
    new_app: NewApp, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """E6 of the threats: what it answers, counts and writes down, when it fails too."""
    hook = "https://hooks.example.co.id/canary-of-the-webhook"
    app = new_app(
        {"example": {**a_document(), "stops": {"url": hook}}},
        metrics_token="canary-of-the-metrics-token",
    )

    @app.get("/fails")
    def fails() -> str:
        keys = load_keys(tmp_path / "keys.json", production=True)
        raise RuntimeError(f"{keys} {keys!r} {service_of(app).sites['example'].stops}")

    api = Api(app)
    client = app.test_client()
    token = token_of(api.decide(*ANALYTICS))
    answers = [
        client.get("/fails"), client.get("/livez"), client.get("/readyz"), client.get("/none"),
        client.get("/metrics", headers={"Authorization": "Bearer canary-of-the-metrics-token"}),
        client.get("/metrics"), client.get("/v1/example.js"), client.get("/v1/example/preferences"),
        client.get("/v1/example/ledger/key"), client.get("/v1/example/ledger/checkpoint"),
        api.release("forged.token"), api.release(token), api.decide(*ANALYTICS),
        api.decide(*ANALYTICS, event="wrong"),
    ]  # fmt: skip
    told = "".join(f"{answer.text} {answer.headers}" for answer in answers)
    printed = "".join(capfd.readouterr())

    assert "unexpected_error" in printed
    assert 500 in {answer.status_code for answer in answers}
    for secret in secrets_of(tmp_path / "keys.json") | {"canary"}:
        assert secret not in told
        assert secret not in printed


def test_settings_hide_what_may_be_secret() -> None:
    settings = Settings(
        database_url="postgresql+psycopg://izin:canary@localhost/izin",
        checkpoint_url="https://keeper.example.net/canary",
    )

    assert "canary" not in repr(settings)
