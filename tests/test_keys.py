from __future__ import annotations

import base64
import json
import stat
import threading
from pathlib import Path

import pytest

from banner.core.errors import SettingsWrong
from banner.keys import KEY_BYTES, SAMPLE, Keys, load_keys, make_keys


def key(byte: str, length: int = KEY_BYTES) -> str:
    return base64.urlsafe_b64encode(byte.encode() * length).decode()


GOOD = {"token": [key("t")], "session": [key("s")]}


def written(folder: Path, contents: object, *, mode: int = 0o600) -> Path:
    file = folder / "keys.json"
    file.write_text(contents if isinstance(contents, str) else json.dumps(contents), "utf-8")
    file.chmod(mode)
    return file


def test_the_first_run_makes_keys_that_only_their_owner_can_read(tmp_path: Path) -> None:
    file = tmp_path / "instance" / "keys.json"

    keys = load_keys(file, production=False)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [len(each) for each in (*keys.token, *keys.session)] == [KEY_BYTES, KEY_BYTES]
    assert keys.token != keys.session
    assert [each.name for each in file.parent.iterdir()] == ["keys.json"]


def test_the_next_run_reads_the_same_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"

    assert load_keys(file, production=False) == load_keys(file, production=True)


def test_two_services_never_make_the_same_keys(tmp_path: Path) -> None:
    one, two = (load_keys(tmp_path / name, production=False) for name in "ab")

    assert one != two


def test_workers_that_start_together_agree_on_one_file_of_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    loaded: list[Keys] = []
    start = threading.Barrier(8)

    def run() -> None:
        start.wait()
        loaded.append(load_keys(file, production=False))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

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
        pytest.param({"token": [key("t")]}, id="no session key"),
        pytest.param({**GOOD, "token": []}, id="an empty list"),
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

    assert "tttt" not in repr(keys)
    assert "ssss" not in str(keys)
