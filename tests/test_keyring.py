"""A running process and a file of keys that changes under it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from banner.core.errors import TokenForged
from banner.core.token import sign_token
from banner.keyring import Keyring
from banner.keys import drop_keys, load_keys, make_keys, rotate_keys
from tests.builders import ANALYTICS, SITE, a_record
from tests.conftest import NewApp

RECORD = a_record(*ANALYTICS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    make_keys(tmp_path / "keys.json")
    return tmp_path / "keys.json"


def a_process(file: Path) -> Keyring:
    """What a process holds that has just been started."""
    keys = load_keys(file, production=True)
    return Keyring(keys.token, keys.session, file=file)


def test_a_process_from_before_a_rotation_knows_what_one_from_after_it_signs(file: Path) -> None:
    before = a_process(file)
    rotate_keys(file, ["token"])
    after = a_process(file)

    token = before.read(sign_token(RECORD, after.token), SITE)

    assert token.record == RECORD.id
    assert after.read(sign_token(RECORD, before.token), SITE).record == RECORD.id


def test_what_a_process_signs_with_changes_at_its_restart_alone(file: Path) -> None:
    before = a_process(file)
    signing = before.token[-1]
    rotate_keys(file, ["token", "session"])

    before.look_again()

    assert (len(before.token), len(before.session)) == (2, 2)
    assert before.token[-1] == signing
    assert a_process(file).token[-1] != signing


def test_many_rotations_are_learned_one_after_the_other(file: Path) -> None:
    process = a_process(file)

    for _ in range(5):
        rotate_keys(file, ["token"])
        newest = a_process(file)
        assert process.read(sign_token(RECORD, newest.token), SITE).record == RECORD.id


def test_a_file_that_is_the_same_is_not_read_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = a_process(file)
    process.look_again()
    read = []
    monkeypatch.setattr("banner.keyring.load_keys", lambda *_, **__: read.append(1))

    for _ in range(1000):
        with pytest.raises(TokenForged):
            process.read("made.up", SITE)

    assert read == []


def test_what_is_dropped_counts_until_the_restart(file: Path) -> None:
    process = a_process(file)
    old = sign_token(RECORD, process.token)
    rotate_keys(file, ["token"])
    drop_keys(file, "token", keep=1)

    process.look_again()

    assert process.read(old, SITE).record == RECORD.id
    with pytest.raises(TokenForged):
        a_process(file).read(old, SITE)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half a file"),
        pytest.param('{"token": [], "session": []}', id="no keys"),
        pytest.param(
            '{"token": ["replace-this-sample-key"], "session": ["replace-this-sample-key"], '
            '"ledger": ["replace-this-sample-key"], "webhook": ["replace-this-sample-key"]}',
            id="sample keys",
        ),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing_and_is_told_once(
    file: Path, written: str, caplog: pytest.LogCaptureFixture
) -> None:
    process = a_process(file)
    known = process.token
    file.write_text(written, "utf-8")

    with caplog.at_level(logging.ERROR, "izin.keys"):
        for _ in range(3):
            process.look_again()

    assert process.token == known
    assert [record.msg for record in caplog.records] == ["keys_unread"]


def test_a_file_that_others_can_read_teaches_nothing_until_its_mode_is_right(file: Path) -> None:
    process = a_process(file)
    rotate_keys(file, ["token"])
    file.chmod(0o644)

    process.look_again()
    before = len(process.token)
    file.chmod(0o600)
    process.look_again()

    assert (before, len(process.token)) == (1, 2)


def test_a_file_that_is_copied_with_the_date_of_the_older_one_is_seen(
    file: Path, tmp_path: Path
) -> None:
    process = a_process(file)
    process.look_again()
    date = file.stat()
    newer = tmp_path / "newer.json"
    newer.write_bytes(file.read_bytes())
    newer.chmod(0o600)
    rotate_keys(newer, ["token"])
    file.write_bytes(newer.read_bytes())
    os.utime(file, ns=(date.st_atime_ns, date.st_mtime_ns))

    process.look_again()

    assert len(process.token) == 2


def test_a_file_that_is_gone_changes_nothing(file: Path) -> None:
    process = a_process(file)
    file.unlink()

    process.look_again()

    assert len(process.token) == 1
    assert not file.exists()


def test_a_link_that_leads_to_another_file_is_followed(file: Path, tmp_path: Path) -> None:
    """As an orchestrator changes a mounted secret."""
    link = tmp_path / "mounted.json"
    link.symlink_to(file)
    process = a_process(link)
    newer = tmp_path / "newer.json"
    newer.write_bytes(file.read_bytes())
    newer.chmod(0o600)
    rotate_keys(newer, ["token"])
    (tmp_path / "next").symlink_to(newer)
    os.replace(tmp_path / "next", link)

    assert process.read(sign_token(RECORD, a_process(newer).token), SITE).record == RECORD.id


def test_the_keys_are_not_shown_when_it_is_printed(file: Path) -> None:
    assert repr(a_process(file)) == "<Keyring of 1 and 1 keys>"


# --- the form without JavaScript -----------------------------------------------------------


@pytest.mark.parametrize("from_the_newer", [True, False])
def test_a_form_of_one_process_is_taken_by_the_other(
    new_app: NewApp, tmp_path: Path, from_the_newer: bool
) -> None:
    older = new_app(url="http://localhost")
    rotate_keys(tmp_path / "keys.json", ["session", "token"])
    newer = new_app(url="http://localhost")
    shown, sent = (newer, older) if from_the_newer else (older, newer)
    visitor = shown.test_client()
    text = visitor.get("/v1/example/preferences").text
    event, token = (
        text.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("event", "csrf_token")
    )
    cookie = visitor.get_cookie("izin-form")
    assert cookie is not None
    elsewhere = sent.test_client()
    elsewhere.set_cookie("izin-form", cookie.value)

    answer = elsewhere.post(
        "/v1/example/preferences", data={"event": event, "csrf_token": token, "refuse": ""}
    )

    assert answer.status_code == 303
