"""Against the examples of the specifications and of Go's own implementation."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.checkpoint import (
    open_note,
    parse_checkpoint,
    public_key,
    read_checkpoint,
    read_vkey,
    sign_checkpoint,
    sign_note,
    vkey_of,
)
from banner.core.errors import CheckpointRefused
from banner.core.merkle import EMPTY_ROOT, leaf_hash
from banner.paths import ROOT as CHECKOUT

# C2SP signed-note v1.1.0, "Example".
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRK"
    "uwHjG1Yu72IneyaQM=\n"
)
# C2SP tlog-checkpoint; the key is not published with it.
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q"
    "1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
# golang.org/x/mod/sumdb/note, note_test.go (BSD-3-Clause).
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_SIGNED = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
ENOCH_SIGNED = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WW"
    "d1RvMc+QQ=\n"
)

ORIGIN = "izin.example.co.id/example"
SEED, OTHER_SEED = b"s" * 32, b"o" * 32
KEY, OTHER_KEY = (vkey_of(ORIGIN, public_key(seed)) for seed in (SEED, OTHER_SEED))
ROOT = leaf_hash(b"the only leaf")
NOTE = sign_checkpoint(ORIGIN, 1, ROOT, SEED)


def signed(text: str, *, name: str = ORIGIN, seed: bytes = SEED) -> str:
    return sign_note(text, name, seed)


# --- notes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "keys", "text"),
    [
        pytest.param(C2SP_NOTE, [C2SP_KEY], "This is an example message.\n", id="C2SP's"),
        pytest.param(f"{TEXT}\n{PETER_SIGNED}", [PETER], TEXT, id="Go's"),
        pytest.param(f"{TEXT}\n{PETER_SIGNED}{ENOCH_SIGNED}", [PETER], TEXT, id="one known"),
        pytest.param(f"{TEXT}\n{PETER_SIGNED}{ENOCH_SIGNED}", [PETER, ENOCH], TEXT, id="both"),
        pytest.param(f"{TEXT}\n{PETER_SIGNED * 16}", [PETER], TEXT, id="sixteen times"),
    ],
)
def test_notes_of_others_are_read(note: str, keys: list[str], text: str) -> None:
    assert open_note(note, keys) == text


def test_the_text_of_a_note_may_have_empty_lines() -> None:
    note = signed("one\n\ntwo\n")

    assert open_note(note, [KEY]) == "one\n\ntwo\n"


def test_a_note_is_signed_as_go_signs_it() -> None:
    assert sign_note(TEXT, "PeterNeumann", PETER_SEED) == f"{TEXT}\n{PETER_SIGNED}"


def test_keys_are_published_as_go_and_c2sp_publish_them() -> None:
    assert vkey_of("PeterNeumann", public_key(PETER_SEED)) == PETER
    for key in (PETER, ENOCH, C2SP_KEY):
        assert vkey_of(*read_vkey(key)) == key


@pytest.mark.parametrize(
    "key",
    [
        *(PETER[start:end] for start in range(0, 60, 9) for end in range(start + 1, 60, 7)),
        *(PETER[:at] + chr(ord(PETER[at]) + 1) + PETER[at + 1 :] for at in range(len(PETER))),
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER.replace("c74f20a3", "C74F20A3"),
        "Peter Neumann" + PETER[12:],
        "",
    ],
)
def test_what_is_no_published_key_is_refused(key: str) -> None:
    with pytest.raises(CheckpointRefused):
        read_vkey(key)


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETER_SIGNED}"[:-1],
        f"\x01{TEXT}\n{PETER_SIGNED}",
        f"{TEXT}\n{PETER_SIGNED}".replace("\n", "\r\n"),
        f"{TEXT}\n{PETER_SIGNED.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{PETER_SIGNED.replace('PeterNeumann', 'Bad+Name')}",
        f"{TEXT}\n{PETER_SIGNED}Unexpected line.\n",
        f"{TEXT}\n{PETER_SIGNED}\n",
        f"{TEXT}\n— PeterNeumann x08g\n",
        f"{TEXT}\n— PeterNeumann x08go\n",
        f"{TEXT}\n{PETER_SIGNED.replace('—', '-')}",
        f"{TEXT}\n{PETER_SIGNED.replace('nAM=', 'nAN=')}",
        f"{TEXT}\n{PETER_SIGNED * 101}",
        "",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(CheckpointRefused):
        open_note(note, [PETER])


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    wrong = signed("other\n").split("\n\n")[1]

    with pytest.raises(CheckpointRefused, match="not that of the key"):
        open_note(f"{NOTE}{wrong}", [KEY])


def test_a_known_name_with_an_unknown_key_counts_for_nothing() -> None:
    with pytest.raises(CheckpointRefused, match="no known key"):
        open_note(NOTE, [OTHER_KEY])


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\tb"])
def test_no_key_has_a_name_that_cannot_be_read_back(name: str) -> None:
    with pytest.raises(CheckpointRefused):
        sign_note("text\n", name, SEED)


@pytest.mark.parametrize("text", ["", "no end", "a\x00b\n", "a\rb\n"])
def test_no_text_is_signed_that_could_not_be_read_back(text: str) -> None:
    with pytest.raises(CheckpointRefused):
        sign_note(text, ORIGIN, SEED)


# --- checkpoints ---------------------------------------------------------------------------


def test_the_example_of_the_specification_says_what_it_says() -> None:
    checkpoint = parse_checkpoint(C2SP_CHECKPOINT)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a9186")


def test_the_example_of_our_own_documentation_is_signed_by_the_key_beside_it() -> None:
    blocks = re.findall(
        r"```\n(.*?)```", (CHECKOUT / "docs" / "evidence.md").read_text("utf-8"), re.DOTALL
    )
    note, key = [block for block in blocks if block.startswith("izin.example.co.id/netmarks")]

    assert read_checkpoint(note, [key.strip()]).size == 20852


def test_a_checkpoint_is_name_size_and_root_with_one_signature() -> None:
    root = base64.b64encode(ROOT).decode()

    text, _, signature = NOTE.partition("\n\n")

    assert text == f"{ORIGIN}\n1\n{root}"
    assert signature.startswith(f"— {ORIGIN} ")
    assert signature.count("\n") == 1


@pytest.mark.parametrize("size", [0, 1, 7, 10**12])
def test_what_was_signed_is_read_back(size: int) -> None:
    note = sign_checkpoint(ORIGIN, size, EMPTY_ROOT, SEED)

    checkpoint = read_checkpoint(note, [OTHER_KEY, KEY])

    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, size)
    assert (checkpoint.root, checkpoint.note) == (EMPTY_ROOT, note)


def test_a_witness_may_add_its_signature() -> None:
    note = (
        NOTE
        + signed(NOTE.split("\n\n")[0] + "\n", name="witness", seed=OTHER_SEED).split("\n\n")[1]
    )

    assert read_checkpoint(note, [KEY]).size == 1


def test_lines_after_the_root_are_signed_too_and_passed_over() -> None:
    note = signed(NOTE.split("\n\n")[0] + "\nextension\n")

    assert read_checkpoint(note, [KEY]).root == ROOT
    with pytest.raises(CheckpointRefused):
        read_checkpoint(note.replace("extension", "extensiom"), [KEY])


def test_a_key_with_another_name_does_not_speak_for_the_log() -> None:
    key = vkey_of("witness", public_key(OTHER_SEED))
    note = signed(NOTE.split("\n\n")[0] + "\n", name="witness", seed=OTHER_SEED)

    with pytest.raises(CheckpointRefused, match="no known key"):
        read_checkpoint(note, [KEY, key])


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        f"a\n01\n{base64.b64encode(ROOT).decode()}\n",
        f"a\n-1\n{base64.b64encode(ROOT).decode()}\n",
        f"a\n1.0\n{base64.b64encode(ROOT).decode()}\n",
        f"a\n1²\n{base64.b64encode(ROOT).decode()}\n",
        f"a\n{'9' * 20}\n{base64.b64encode(ROOT).decode()}\n",
        f"a\n1\n{base64.b64encode(ROOT[:31]).decode()}\n",
        f"a\n1\n{ROOT.hex()}\n",
        f"a\n1\n{base64.urlsafe_b64encode(ROOT).decode()}=\n",
        f"\n1\n{base64.b64encode(ROOT).decode()}\n",
        f"a\n1\n{base64.b64encode(ROOT).decode()}\n\nextension\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointRefused):
        read_checkpoint(signed(text, name="a"), [vkey_of("a", public_key(SEED))])


@given(at=st.integers(0, len(NOTE.encode()) - 1), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_in_a_checkpoint_is_noticed(at: int, bit: int) -> None:
    changed = bytearray(NOTE.encode())
    changed[at] ^= 1 << bit
    try:
        note = changed.decode()
    except UnicodeDecodeError:
        return

    with pytest.raises(CheckpointRefused):
        read_checkpoint(note, [KEY])
