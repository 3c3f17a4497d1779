"""The offline verifiers: a real receipt is authentic, and nothing else is.

``static/verify.py`` is driven here, ``static/verify.html`` in ``tests/browser``. ``python -m
tests.test_verifiers`` renews the hashes in the page's own policy.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as some

from banner.core.canonical import canonical, fingerprint
from banner.core.checkpoint import as_kept, public_key, read_checkpoint, sign_note, vkey_of
from banner.core.errors import CheckpointRefused
from banner.core.merkle import inclusion_proof, node_hash
from banner.core.receipt import receipt_file
from banner.paths import STATIC
from tests.receipts import (
    NOTICE,
    ORIGIN,
    OTHER_SEED,
    SEED,
    VKEY,
    a_ledger,
    a_receipt,
    an_identified_record,
    changed,
    node_of,
    other_leaves,
    resigned,
    the_script,
)
from tests.verifier_cases import AUTHENTIC, CASES, CHECKPOINTS, NONE, Case, a_case, script_says

PAGE = STATIC / "verify.html"
verify = the_script()


class Told:
    """What the script says of a file: its exit code and its words."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys

    def __call__(
        self, receipt: Any, *, key: str = VKEY, checkpoint: str | None = None
    ) -> tuple[int, str]:
        file = self._folder / "receipt.json"
        file.write_bytes(receipt if isinstance(receipt, bytes) else receipt_file(receipt))
        arguments = [str(file), "--key", key]
        if checkpoint is not None:
            note = self._folder / "checkpoint.txt"
            note.write_text(checkpoint, "utf-8")
            arguments += ["--checkpoint", str(note)]
        return verify.main(arguments), self._capsys.readouterr().out


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(tmp_path, capsys)


def is_authentic(content: bytes, key: str = VKEY) -> bool:
    """As the script finds, without the words: the first check that fails ends it."""
    try:
        receipt = verify.read_json(content)
        verify.check_form(receipt)
        for check in verify.CHECKS.values():
            check(receipt, [verify.Key(key)])
    except verify.Wrong:
        return False
    return True


# --- authentic ---------------------------------------------------------------------------------


@pytest.mark.parametrize("position", [0, 1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7])
def test_a_real_receipt_is_authentic_wherever_its_record_stands(
    told: Told, position: int, size: int
) -> None:
    receipt = a_receipt(position=position % size, size=size)

    code, words = told(receipt)

    assert (code, words.splitlines()[-1]) == (0, "AUTHENTIC: the receipt is genuine and unchanged")
    assert '"record_id": "record-1"' in words


def test_a_checkpoint_from_elsewhere_of_the_same_ledger_confirms_it(told: Told) -> None:
    receipt = a_receipt()

    code, words = told(receipt, checkpoint=receipt["ledger"]["checkpoint"])

    assert code == 0
    assert "your checkpoint is of the same ledger" in words


def test_the_signatures_of_witnesses_are_passed_over(told: Told) -> None:
    receipt = a_receipt()
    witness = "— saksi.example.org " + base64.b64encode(b"w" * 76).decode() + "\n"
    old_key = f"— {ORIGIN} " + base64.b64encode(b"k" * 68).decode() + "\n"

    code, _ = told(receipt, checkpoint=receipt["ledger"]["checkpoint"] + witness + old_key)

    assert code == 0


def test_of_several_keys_the_one_that_signed_counts(told: Told) -> None:
    """As the service shows them after a rotation: oldest first, one a line."""
    newer = vkey_of(ORIGIN, public_key(OTHER_SEED))
    both = f"{VKEY}\n{newer}\n"

    assert told(a_receipt(), key=both)[0] == 0
    assert told(a_receipt(seed=OTHER_SEED), key=both)[0] == 0
    assert told(a_receipt(), key=both, checkpoint=a_receipt()["ledger"]["checkpoint"])[0] == 0
    assert told(a_receipt(seed=b"x" * 32), key=both)[0] == 1


def test_the_script_runs_alone(tmp_path: Path) -> None:
    """As somebody runs it who has downloaded nothing else."""
    script, file = tmp_path / "verify.py", tmp_path / "receipt.json"
    script.write_bytes((STATIC / "verify.py").read_bytes())
    file.write_bytes(receipt_file(a_receipt()))

    command = [sys.executable, "-I", "-S", str(script), str(file), "--key", VKEY]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "AUTHENTIC" in ran.stdout


def test_the_script_needs_only_the_standard_library() -> None:
    tree = ast.parse((STATIC / "verify.py").read_text("utf-8"))

    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported <= sys.stdlib_module_names


# --- one byte is enough ------------------------------------------------------------------------


def test_every_single_flipped_bit_is_found() -> None:
    """Of a file without blanks, so that every byte means something; a bit of each in turn."""
    notice = {"a": "é", "b": [1, True, None]}
    record = an_identified_record(notice_hash=fingerprint(notice))
    content = canonical(a_receipt(record, notice=notice, size=3, position=2))
    assert is_authentic(content)

    passed = [
        at
        for at in range(len(content))
        if is_authentic(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
    ]

    assert passed == []


@settings(max_examples=300)
@given(at=some.integers(0, 10**6), byte=some.integers(0, 255))
def test_a_byte_put_in_the_place_of_another_is_found(at: int, byte: int) -> None:
    """Unless the file still says the same: a blank for another, or another way to write a text."""
    content = receipt_file(a_receipt())
    at %= len(content)

    changed = content[:at] + bytes([byte]) + content[at + 1 :]

    assert is_authentic(changed) == says_the_same(changed, content)


def says_the_same(first: bytes, second: bytes) -> bool:
    try:
        return bool(json.loads(first) == json.loads(second))
    except ValueError:
        return False


@pytest.mark.parametrize("cut", [0, 1, 100, -2, -1000])
def test_a_part_of_a_receipt_is_none(told: Told, cut: int) -> None:
    code, words = told(receipt_file(a_receipt())[:cut])

    assert (code, words.startswith("NOT AUTHENTIC")) == (1, True)


# --- what a forger does ------------------------------------------------------------------------


def another_proof() -> Any:
    hashes = other_leaves(5)
    other = a_receipt(position=2)
    proof = inclusion_proof(1, 5, node_of(hashes))
    return changed("ledger.proof", [each.hex() for each in proof], other)


def another_leaf() -> Any:
    """The whole place of another leaf of the same ledger."""
    receipt = a_receipt(position=2)
    place = a_receipt(an_identified_record("preferences", id="record-2"), position=2)["ledger"]
    return changed("ledger", place, receipt)


def another_root() -> Any:
    """A ledger that was signed too, of the same size."""
    return changed("ledger.checkpoint", a_ledger(other_leaves(5)).note)


def swapped_notice() -> Any:
    return changed("notice", {**NOTICE, "revision": 2})


def swapped_notice_signed_anew() -> Any:
    """By somebody who has the key: the record still names the other one."""
    return resigned(swapped_notice(), SEED)


def unsigned_record_signed_anew() -> Any:
    """By somebody who has the key, and not the ledger's past."""
    receipt = a_receipt()
    receipt["record"]["choices"]["categories"]["advertising"] = True
    return resigned(receipt, SEED)


def a_node_for_a_leaf() -> Any:
    """An inner node must not pass for a leaf: the classic mistake of Merkle trees."""
    hashes = other_leaves(2)
    receipt = a_receipt(position=0, size=1)
    ledger = a_ledger([node_hash(*hashes)])
    return changed("ledger.checkpoint", ledger.note, receipt)


def written_otherwise() -> Any:
    """The same 64 bytes: the last digit of base64 has four bits that mean nothing."""
    receipt = a_receipt()
    value = receipt["signature"]["value"]
    last = DIGITS[DIGITS.index(value[-3]) | 1]
    assert base64.b64decode(f"{value[:-3]}{last}==") == base64.b64decode(value)
    return changed("signature.value", f"{value[:-3]}{last}==", receipt)


def signed_twice() -> Any:
    """Once rightly, and once wrongly under the same key."""
    receipt = a_receipt()
    note = receipt["ledger"]["checkpoint"]
    mark = base64.b64decode(note.split(" ")[-1])[:4]
    wrong = base64.b64encode(mark + b"w" * 64).decode()
    return changed("ledger.checkpoint", f"{note}— {ORIGIN} {wrong}\n", receipt)


def signed_under_another_name() -> Any:
    """A checkpoint of another ledger by the right key, which has not that ledger's name."""
    receipt = a_receipt()
    other = "izin.example.org/example"
    text = receipt["ledger"]["checkpoint"].partition("\n\n")[0].replace(ORIGIN, other) + "\n"
    receipt["ledger"]["origin"] = other
    return changed("ledger.checkpoint", sign_note(text, ORIGIN, SEED), receipt)


DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

FORGERIES: dict[str, tuple[Callable[[], Any], set[str]]] = {
    "signed with another key": (
        lambda: a_receipt(seed=OTHER_SEED),
        {"checkpoint", "signature"},
    ),
    "signed anew with another key": (
        lambda: resigned(a_receipt(), OTHER_SEED),
        {"signature"},
    ),
    "signed anew with another key, under the name of the right one": (
        lambda: changed("signature.key", VKEY, resigned(a_receipt(), OTHER_SEED)),
        {"signature"},
    ),
    "the ledger of another service": (
        lambda: a_receipt(origin="izin.example.org/example"),
        {"checkpoint", "signature"},
    ),
    "another time": (
        lambda: changed("record.event.time", "2026-11-24T10:00:00.000Z"),
        {"ledger", "signature"},
    ),
    "a refusal made a grant": (
        lambda: changed("record.choices.categories.advertising", True),
        {"ledger", "signature"},
    ),
    "signed anew by the operator, with other choices": (
        unsigned_record_signed_anew,
        {"ledger"},
    ),
    "the notice swapped": (swapped_notice, {"notice", "signature"}),
    "the notice swapped by the operator": (swapped_notice_signed_anew, {"notice"}),
    "another salt": (lambda: changed("salt", "0" * 64), {"ledger", "signature"}),
    "the proof of another leaf": (another_proof, {"ledger"}),
    "the place of another leaf": (another_leaf, {"ledger"}),
    "another checkpoint of the same size": (another_root, {"ledger"}),
    "another position": (lambda: changed("ledger.position", 3), {"ledger"}),
    "a position past the end": (lambda: changed("ledger.position", 5), {"ledger"}),
    "another size": (lambda: changed("ledger.size", 6), {"ledger"}),
    "a proof without its end": (
        lambda: changed("ledger.proof", a_receipt()["ledger"]["proof"][:-1]),
        {"ledger"},
    ),
    "a proof that goes on": (
        lambda: changed("ledger.proof", [*a_receipt()["ledger"]["proof"], "0" * 64]),
        {"ledger"},
    ),
    "no proof": (lambda: changed("ledger.proof", []), {"ledger"}),
    "an inner node for a leaf": (a_node_for_a_leaf, {"ledger"}),
    "another origin": (lambda: changed("ledger.origin", "izin.example.org/x"), {"checkpoint"}),
    "the wrong algorithm": (lambda: changed("signature.algorithm", "none"), {"signature"}),
    "the signature written in another way": (written_otherwise, {"signature"}),
    "two signatures of one key": (signed_twice, {"checkpoint"}),
    "the right key for another ledger": (signed_under_another_name, {"checkpoint"}),
    "no checkpoint": (lambda: changed("ledger.checkpoint", ""), {"ledger", "checkpoint"}),
    "a checkpoint without a signature": (
        lambda: changed(
            "ledger.checkpoint", a_receipt()["ledger"]["checkpoint"].partition("\n\n")[0] + "\n\n"
        ),
        {"ledger", "checkpoint"},
    ),
}


@pytest.mark.parametrize(("forge", "found"), FORGERIES.values(), ids=FORGERIES)
def test_a_forgery_is_found_and_said_where(
    told: Told, forge: Callable[[], Any], found: set[str]
) -> None:
    code, words = told(forge())

    assert code == 1
    assert set(re.findall(r"^  WRONG  (\w+):", words, re.MULTILINE)) == found
    assert words.splitlines()[-1].startswith("NOT AUTHENTIC")
    assert "record-1" not in words, "what is not authentic is not shown as if it were"


def test_a_record_of_another_site_is_not_in_this_sites_ledger(told: Told) -> None:
    code, words = told(a_receipt(an_identified_record(site="other")))

    assert code == 1
    assert "another site" in words


def test_the_key_decides_and_not_what_the_receipt_says_of_it(told: Told) -> None:
    forged = a_receipt(seed=OTHER_SEED)
    other = vkey_of(ORIGIN, public_key(OTHER_SEED))

    assert told(forged, key=other)[0] == 0
    assert told(forged, key=VKEY)[0] == 1
    assert told(a_receipt(), key=other)[0] == 1


# --- a checkpoint from elsewhere ---------------------------------------------------------------


def test_two_ledgers_of_one_size_are_called_what_they_are(told: Told) -> None:
    code, words = told(a_receipt(), checkpoint=a_ledger(other_leaves(5)).note)

    assert code == 1
    assert "TWO DIFFERENT LEDGERS" in words
    assert words.splitlines()[-1] == "AUTHENTIC, BUT YOUR CHECKPOINT DOES NOT CONFIRM IT"


def test_the_checkpoint_of_another_site_is_no_proof_of_two_ledgers(told: Told) -> None:
    other = "izin.example.co.id/lain"
    keys = f"{VKEY}\n{vkey_of(other, public_key(SEED))}"

    code, words = told(
        a_receipt(), key=keys, checkpoint=a_ledger(other_leaves(5), origin=other).note
    )

    assert code == 1
    assert "another ledger" in words
    assert "TWO" not in words


def test_another_size_cannot_be_compared_and_it_says_what_to_do(told: Told) -> None:
    code, words = told(a_receipt(), checkpoint=a_ledger(other_leaves(9)).note)

    assert code == 1
    assert "5 entries, your checkpoint for 9" in words
    assert "?size=9" in words


@pytest.mark.parametrize(
    "checkpoint",
    [
        pytest.param("", id="empty"),
        pytest.param("garbage", id="garbage"),
        pytest.param(a_ledger(other_leaves(5), seed=OTHER_SEED).note, id="another key"),
        pytest.param(a_ledger(other_leaves(5), origin="a/b").note, id="another ledger"),
        pytest.param(a_receipt(seed=OTHER_SEED)["ledger"]["checkpoint"], id="the same, unsigned"),
    ],
)
def test_a_checkpoint_that_is_none_confirms_nothing(told: Told, checkpoint: str) -> None:
    code, words = told(a_receipt(), checkpoint=checkpoint)

    assert code == 1
    assert "WRONG  comparison" in words


# --- files that are no receipts ----------------------------------------------------------------


def text_of(receipt: Any) -> str:
    return receipt_file(receipt).decode()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe{}", id="not UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + receipt_file(a_receipt()), id="a byte order mark"),
        pytest.param(b"%PDF-1.7", id="a PDF"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b"[" * 100_000, id="open without an end"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="nested without an end"),
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, id="objects in objects"),
        pytest.param(b"9" * 5000, id="a number without an end"),
        pytest.param(b" " * 1_000_001, id="too long"),
        pytest.param(b"\x00" * 100, id="noughts"),
        *(
            pytest.param(text_of(a_receipt()).replace(old, new, 1).encode(), id=name)
            for name, old, new in (
                ("a name twice", '"salt": ', '"salt": "x", "salt": '),
                ("a name twice, deep inside", '"gpc": false', '"gpc": true, "gpc": false'),
                ("a fraction", '"position": 2', '"position": 2.0'),
                ("an exponent", '"position": 2', '"position": 2e0'),
                ("a nought with a sign", '"position": 2', '"position": -0'),
                ("below nought", '"position": 2', '"position": -1'),
                ("a number past 2**53", '"size": 5', '"size": 9007199254740992'),
                ("not a number", '"position": 2', '"position": NaN'),
                ("true for a number", '"position": 2', '"position": true'),
                ("half a character", "Pilihan", "\\ud800"),
                ("a name that is not ASCII", '"texts"', '"téxts"'),
                ("a member more", '"salt": ', '"note": "trust me", "salt": '),
                ("a member more beside the proof", '"origin": ', '"note": 1, "origin": '),
                ("another version", "izin/receipt/1", "izin/receipt/2"),
                ("another version of the record", "izin/record/1", "izin/record/2"),
                ("another number", '"receipt_id": "record-1"', '"receipt_id": "record-2"'),
                ("upper-case digits", '"salt": "73', '"salt": "7G'),
                ("a comma too many", "}\n}", "},\n}"),
            )
        ),
    ],
)
def test_a_file_that_is_no_receipt_is_refused_without_a_traceback(
    told: Told, content: bytes
) -> None:
    code, words = told(content)

    assert (code, "NOT AUTHENTIC" in words) == (1, True)


@given(some.binary(max_size=200))
@example(b'{"a":1}')
def test_garbage_never_ends_in_a_traceback(content: bytes) -> None:
    assert not is_authentic(content)


values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5) | some.floats(),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = ("record", "record.notice", "notice", "ledger", "ledger.proof", "ledger.position",
         "ledger.size", "ledger.origin", "ledger.checkpoint", "signature", "signature.key",
         "signature.value", "salt", "receipt_id", "schema", "record.site")  # fmt: skip


@given(path=some.sampled_from(PATHS), value=values)
def test_any_value_in_any_place_never_ends_in_a_traceback(path: str, value: Any) -> None:
    receipt = changed(path, value)

    assert is_authentic(json.dumps(receipt).encode()) == (receipt == a_receipt())


# What one of two readers could read otherwise, in JSON that is right in itself.
AMBIGUOUS = {
    "a name twice": '{"a": 1, "a": 1}',
    "a name twice, written otherwise": '{"a": 1, "\\u0061": 1}',
    "a name that is not ASCII": '{"é": 1}',
    "a fraction": "[1.5]",
    "a whole number with a point": "[1.0]",
    "an exponent": "[1e2]",
    "a nought with a sign": "[-0]",
    "2**53": "[9007199254740992]",
    "-2**53": "[-9007199254740992]",
    "a number that goes on": f"[{'9' * 400}]",
    "half a character": '["\\ud83c"]',
    "the other half": '["\\udf6a"]',
    "halves in the wrong order": '["\\udf6a\\ud83c"]',
}


@pytest.mark.parametrize("text", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_could_be_read_in_two_ways_is_not_read(text: str) -> None:
    """Whoever holds the key could sign it, and show two readers two receipts."""
    with pytest.raises(verify.Wrong):
        verify.read_json(text.encode())


def test_what_can_be_read_in_one_way_is_read() -> None:
    text = '[9007199254740991, -1, 0, "\\ud83c\\udf6a", "é\\u0000", {"a": {}, "b": [null, true]}]'

    assert verify.canonical(verify.read_json(text.encode())) == (
        '[9007199254740991,-1,0,"🍪","é\\u0000",{"a":{},"b":[null,true]}]'.encode()
    )


WRONG_FORMS: tuple[tuple[Any, ...], ...] = (
    ("receipt_id", "record-2"),
    ("schema", "izin/receipt/2"),
    ("note", "trust me"),
    ("ledger.note", "trust me"),
    ("signature.note", "trust me"),
    ("ledger.position", -1),
    ("ledger.size", -1),
    ("ledger.position", True),
    ("ledger.proof", {}),
    ("record", []),
    ("record.notice", None),
    ("record.schema", "izin/record/2"),
)


@pytest.mark.parametrize(("path", "value"), WRONG_FORMS)
def test_a_wrong_form_is_refused_though_it_is_signed(path: str, value: Any) -> None:
    receipt = resigned(changed(path, value), SEED)

    with pytest.raises(verify.Wrong):
        verify.check_form(receipt)


@pytest.mark.parametrize("length", [0, 1, 2, 4, 5])
def test_a_proof_has_the_length_that_its_place_wants(length: int) -> None:
    """Place 2 of 5 wants three hashes."""
    with pytest.raises(verify.Wrong, match=r"too (short|long)"):
        verify.root_from(b"l" * 32, 2, 5, [b"p" * 32] * length)


def test_a_place_past_the_end_is_called_one(told: Told) -> None:
    assert "past the end" in told(changed("ledger.position", 5))[1]


def test_a_file_that_is_not_there_is_said(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    code = verify.main(["/nowhere/receipt.json", "--key", VKEY])

    assert code == 1
    assert "cannot be read" in capsys.readouterr().out


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="empty"),
        pytest.param(VKEY[:-4], id="cut short"),
        pytest.param(VKEY.replace("+", " "), id="blanks"),
        pytest.param(VKEY.replace("izin", "lzin", 1), id="another name"),
        pytest.param(VKEY.replace("A", "B", 1), id="mistyped"),
        pytest.param(vkey_of(ORIGIN, b"\x02" + b"\0" * 31), id="no point"),
        pytest.param("🔑+00000000+AAAA", id="not ASCII"),
    ],
)
def test_what_is_no_key_is_refused(told: Told, key: str) -> None:
    code, words = told(a_receipt(), key=key)

    assert code == 1
    assert "the key" in words


# --- Ed25519 -----------------------------------------------------------------------------------

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}
ORDER = 2**252 + 27742317777372353535851937790883648493


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    return bool(verify.is_signed(public, message, signature))


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_the_vectors_of_the_rfc_hold_and_no_neighbour_of_them(vector: tuple[str, str, str]) -> None:
    public, message, signature = map(bytes.fromhex, vector)

    assert is_signed(public, message, signature)
    assert not is_signed(public, message + b"\0", signature)
    for at in range(0, 512, 17):
        flipped = bytearray(signature)
        flipped[at // 8] ^= 1 << at % 8
        assert not is_signed(public, message, bytes(flipped))


@settings(max_examples=40)
@given(seed=some.binary(min_size=32, max_size=32), message=some.binary(max_size=300))
def test_it_agrees_with_the_library_that_signs(seed: bytes, message: bytes) -> None:
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(message)

    assert is_signed(public_key(seed), message, signature)
    assert not is_signed(public_key(OTHER_SEED), message, signature)


def test_a_signature_is_written_in_one_way_alone() -> None:
    """RFC 8032, 5.1.7: a scalar past the order would be a second signature of the same message."""
    public, message, signature = map(bytes.fromhex, VECTORS["TEST 1"])
    scalar = int.from_bytes(signature[32:], "little") + ORDER

    assert not is_signed(public, message, signature[:32] + scalar.to_bytes(32, "little"))


def with_neutral_commitment(encoded: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, message and a signature whose commitment is the neutral point, so encoded: whoever
    knows the key can make one, because the scalar follows from it."""
    secret = bytearray(hashlib.sha512(SEED).digest()[:32])
    secret[0] &= 248
    secret[31] = secret[31] & 127 | 64
    public, message = public_key(SEED), b"message"
    challenge = int.from_bytes(hashlib.sha512(encoded + public + message).digest(), "little")
    scalar = challenge * int.from_bytes(secret, "little") % ORDER
    return public, message, encoded + scalar.to_bytes(32, "little")


NEUTRAL = (1).to_bytes(32, "little")
OTHERWISE = {
    "a sign where there is none": (1 | 1 << 255).to_bytes(32, "little"),
    "past the prime": (2**255 - 18).to_bytes(32, "little"),
}
"""The neutral point, written in ways that RFC 8032 (5.1.3) refuses."""


@pytest.mark.parametrize("encoded", OTHERWISE.values(), ids=OTHERWISE)
def test_a_point_is_written_in_one_way_alone(encoded: bytes) -> None:
    assert is_signed(*with_neutral_commitment(NEUTRAL))
    assert not is_signed(*with_neutral_commitment(encoded))


@pytest.mark.parametrize(
    "public",
    [
        pytest.param((1).to_bytes(32, "little"), id="the neutral point"),
        pytest.param((2**255 - 20).to_bytes(32, "little"), id="of order 2"),
        pytest.param(bytes(32), id="of order 4"),
        pytest.param((2**255 - 18).to_bytes(32, "little"), id="the neutral point, written anew"),
        pytest.param((1 | 1 << 255).to_bytes(32, "little"), id="nought with a sign"),
    ],
)
def test_under_a_key_of_low_order_nothing_is_signed(public: bytes) -> None:
    """With such a key one signature, all noughts but the neutral point, fits many messages."""
    neutral = (1).to_bytes(32, "little")

    assert not any(is_signed(public, bytes([each]), neutral + bytes(32)) for each in range(16))


# --- one table for both ------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_script_answers_by_the_rules_that_both_verifiers_have(case: Case) -> None:
    assert script_says(verify, case) == case.verdict


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_command_ends_as_the_script_answers(told: Told, case: Case) -> None:
    """From the file to the exit code, without a traceback."""
    code, words = told(case.content, key=case.keys, checkpoint=case.checkpoint)

    assert (code == 0) == (case.verdict == AUTHENTIC)
    assert words.splitlines()[-1].startswith(("AUTHENTIC", "NOT AUTHENTIC"))


@pytest.mark.parametrize("case", CHECKPOINTS.values(), ids=CHECKPOINTS)
def test_the_service_reads_what_was_kept_as_the_verifiers_do(case: Case) -> None:
    """``ledger verify`` and ``restore`` take the same files."""
    note = case.checkpoint or ""

    def script_reads() -> tuple[str, int, bytes] | None:
        try:
            found = verify.Checkpoint(verify.as_kept(note))
            found.check([verify.Key(VKEY)])
        except verify.Wrong:
            return None
        return found.origin, found.size, found.root

    def service_reads() -> tuple[str, int, bytes] | None:
        try:
            found = read_checkpoint(as_kept(note), [VKEY])
        except CheckpointRefused:
            return None
        return found.origin, found.size, found.root

    assert service_reads() == script_reads()


@settings(max_examples=150, derandomize=True)
@given(case=a_case())
def test_whatever_a_file_holds_the_script_answers(case: Case) -> None:
    assert script_says(verify, case) in {AUTHENTIC, "unconfirmed", "not authentic", NONE}


# --- the page's own policy ---------------------------------------------------------------------


def hashes_of(page: str) -> dict[str, str]:
    """By the directive: the hash of the one script that runs, and of the one style."""
    blocks = {
        "script-src": re.search(r"<script>(.*?)</script>", page, re.DOTALL),
        "style-src": re.search(r"<style>(.*?)</style>", page, re.DOTALL),
    }
    return {
        name: base64.b64encode(hashlib.sha256(block[1].encode()).digest()).decode()
        for name, block in blocks.items()
        if block
    }


def renew() -> None:
    """Write the hashes of the page's script and style into its policy."""
    page = PAGE.read_text("utf-8")
    for name, digest in hashes_of(page).items():
        page = re.sub(rf"{name} 'sha256-[^']*'", f"{name} 'sha256-{digest}'", page)
    PAGE.write_text(page, "utf-8")


def test_the_pages_policy_allows_its_own_script_and_style_and_nothing_else() -> None:
    page = PAGE.read_text("utf-8")
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)

    hashes = hashes_of(page)
    assert policy == [
        "default-src 'none'; "
        f"script-src 'sha256-{hashes['script-src']}'; style-src 'sha256-{hashes['style-src']}'; "
        "base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ], "python -m tests.test_verifiers"


def test_the_page_names_no_other_address() -> None:
    page = PAGE.read_text("utf-8")

    assert not re.search(r"https?://|//[a-z]+\.|\bimport\b|fetch\(|XMLHttpRequest|innerHTML", page)
    assert re.findall(r'(?:src|href)="([^"]*)"', page) == [""], "the link that saves the page"


def test_the_page_speaks_both_languages_alike() -> None:
    page = PAGE.read_text("utf-8")
    [found] = re.findall(r'<script type="application/json" id="texts">(.*?)</script>', page, re.S)
    texts = json.loads(found)

    assert [*texts] == ["id", "en"]
    assert [*texts["id"]] == [*texts["en"]]
    for key, text in texts["id"].items():
        values = re.findall(r"\{\w+\}", text)
        assert sorted(re.findall(r"\{\w+\}", texts["en"][key])) == sorted(values), key
        assert text.strip(), key
        assert texts["en"][key].strip(), key


if __name__ == "__main__":
    renew()
