"""What the benchmarks fill a database with is what the service would have written."""

from __future__ import annotations

from sqlalchemy import Engine

from banner.core.merkle import check_inclusion, root_of
from banner.store.append import Add, Appending
from banner.store.tree import Tree
from bench.fill import Filling
from tests.builders import a_record
from tests.service import Rows


def test_it_is_a_log_that_goes_on(engine: Engine, rows: Rows) -> None:
    filling, tree = Filling(engine), Tree(engine)

    for size in (20, 33):
        filling.up_to(size)
    Appending(engine)([Add(a_record())])

    root = root_of(tree.peaks("example", 34))
    assert rows.count() == 34
    for position in range(34):
        leaf = tree.leaf("example", position)
        proof = tree.inclusion("example", position, 34)
        assert check_inclusion(leaf.hash, position, 34, proof, root)
    assert {row["id"] for row in rows.all()} == {
        tree.leaf("example", position).record for position in range(34)
    }
