from __future__ import annotations

import uuid

from banner.core.decision import UUID
from banner.ids import new_record_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = new_record_id()

    assert UUID.match(made)
    assert uuid.UUID(made).version == 7
    assert uuid.UUID(made).variant == uuid.RFC_4122


def test_no_two_are_alike_and_later_ones_come_after_earlier_ones() -> None:
    made = [new_record_id() for _ in range(10_000)]

    assert len(set(made)) == 10_000
    assert [each[:13] for each in made] == sorted(each[:13] for each in made)
