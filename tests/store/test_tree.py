from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, text

from banner.core.errors import LedgerBroken, LedgerPlace, StoreUnavailable
from banner.core.merkle import EMPTY, check_consistency, check_inclusion, extend, root_of
from banner.store.checkpoints import Checkpoints, Signed, all_of
from banner.store.engine import open_engine
from banner.store.schema import leaves, nodes
from banner.store.snapshot import snapshot
from banner.store.tree import Leaf, Tree
from tests.databases import make_tables
from tests.logs import Log
from tests.service import Clock
from tests.work import work_of

SIZE = 21


@pytest.fixture
def log(engine: Engine, clock: Clock) -> Log:
    log = Log(engine, clock)
    log.grow(SIZE)
    return log


@pytest.fixture
def tree(log: Log) -> Tree:
    return Tree(log.engine)


def hashes(tree: Tree, size: int = SIZE) -> list[bytes]:
    return [tree.leaf("example", position).hash for position in range(size)]


# --- the tree ------------------------------------------------------------------------------


def test_a_site_without_a_record_has_an_empty_log(tree: Tree) -> None:
    assert tree.size("other") == 0
    assert tree.peaks("other", 0) == EMPTY


def test_each_site_has_a_log_of_its_own(log: Log, tree: Tree) -> None:
    other = Log(log.engine, log.clock, site="other")
    other.grow(3)

    assert (tree.size("example"), tree.size("other")) == (SIZE, 3)
    assert tree.leaf("other", 0).record == "other-record-0"


def test_a_leaf_is_found_by_its_place_and_by_its_record(tree: Tree) -> None:
    leaf = tree.leaf("example", 5)

    assert leaf == Leaf("example", 5, leaf.hash, "example-record-5")
    assert tree.leaf_of("example-record-5") == leaf
    assert tree.leaf_of("nobody") is None


PROOFS: dict[str, Callable[[Tree, int], object]] = {
    "inclusion": lambda tree, size: tree.inclusion("example", size // 3, size - 1),
    "consistency": lambda tree, size: tree.consistency("example", size // 3, size - 1),
    "peaks": lambda tree, size: tree.peaks("example", size - 1),
}


@pytest.mark.parametrize("prove", PROOFS.values(), ids=PROOFS.keys())
def test_a_proof_costs_what_the_tree_is_high_and_not_what_it_holds(
    tmp_path: Path, clock: Clock, prove: Callable[[Tree, int], object]
) -> None:
    make_tables(tmp_path / "log.sqlite3")
    engine = open_engine(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    log, tree, costs = Log(engine, clock), Tree(engine), []

    for size in (64, 4096):
        log.grow(size - tree.size("example"))
        with work_of(engine) as work:
            prove(tree, size)
        costs.append(work.steps)

    engine.dispose()
    assert costs[1] < 3 * costs[0], "twice as high, 64 times as many"


def test_the_peaks_of_every_size_are_those_of_its_leaves(tree: Tree) -> None:
    all_hashes = hashes(tree)

    for size in range(SIZE + 1):
        assert tree.peaks("example", size) == extend(EMPTY, all_hashes[:size])[0]


def test_every_stored_proof_leads_to_its_root(tree: Tree) -> None:
    all_hashes = hashes(tree)
    roots = [root_of(extend(EMPTY, all_hashes[:size])[0]) for size in range(SIZE + 1)]

    for size in range(1, SIZE + 1):
        for at in (0, size // 2, size - 1):
            proof = tree.inclusion("example", at, size)
            assert check_inclusion(all_hashes[at], at, size, proof, roots[size])
        for first in {1, (size + 1) // 2, size}:
            growth = tree.consistency("example", first, size)
            assert check_consistency(first, size, roots[first], roots[size], growth)


def test_a_log_that_has_grown_still_proves_its_former_sizes(log: Log, tree: Tree) -> None:
    before = tree.inclusion("example", 20, SIZE)

    log.grow(12)

    assert tree.inclusion("example", 20, SIZE) == before


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree.leaf("example", SIZE),
        lambda tree: tree.leaf("example", -1),
        lambda tree: tree.leaf("other", 0),
        lambda tree: tree.peaks("example", SIZE + 1),
        lambda tree: tree.peaks("example", -1),
        lambda tree: tree.inclusion("example", 0, SIZE + 1),
        lambda tree: tree.inclusion("example", 5, 5),
        lambda tree: tree.inclusion("example", -1, 5),
        lambda tree: tree.inclusion("example", 0, 0),
        lambda tree: tree.consistency("example", 5, SIZE + 1),
        lambda tree: tree.consistency("example", 6, 5),
        lambda tree: tree.consistency("example", 0, 5),
    ],
)
def test_what_the_log_does_not_have_is_refused(tree: Tree, ask: Callable[[Tree], object]) -> None:
    with pytest.raises(LedgerPlace):
        ask(tree)


def test_a_missing_node_breaks_the_ledger(log: Log, tree: Tree) -> None:
    with log.engine.begin() as connection:
        connection.execute(delete(nodes).where(nodes.c.level == 2, nodes.c.position == 0))
        connection.execute(delete(leaves).where(leaves.c.position == 7))

    for ask in (
        lambda: tree.inclusion("example", 6, 8),
        lambda: tree.inclusion("example", 6, SIZE),
        lambda: tree.peaks("example", 4),
        lambda: tree.consistency("example", 5, 8),
    ):
        with pytest.raises(LedgerBroken):
            ask()


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree.size("example"),
        lambda tree: tree.leaf_of("record"),
        lambda tree: tree.peaks("example", 1),
    ],
)
def test_without_its_tables_nothing_is_answered(
    tree: Tree, log: Log, ask: Callable[[Tree], object]
) -> None:
    with log.engine.begin() as connection:
        connection.execute(text("DROP TABLE leaves"))

    with pytest.raises(StoreUnavailable):
        ask(tree)


# --- checkpoints ---------------------------------------------------------------------------


def signed(size: int, *, at: int = 0, note: str = "note") -> Signed:
    return Signed("example", size, at, note)


def test_the_newest_checkpoint_is_the_largest(engine: Engine) -> None:
    stored = Checkpoints(engine)

    added = [stored.add(signed(size, at=size * 1000)) for size in (1, 5, 9)]

    assert added == [True, True, True]
    assert stored.latest("example") == signed(9, at=9000)
    assert stored.at_size("example", 5) == signed(5, at=5000)
    assert stored.at_size("example", 6) is None
    assert stored.latest("other") is None


@pytest.mark.parametrize("size", [4, 5])
def test_who_comes_second_does_not_replace_the_first(engine: Engine, size: int) -> None:
    stored = Checkpoints(engine)
    stored.add(signed(5, note="first"))

    assert not stored.add(signed(size, at=9000, note="second"))
    with snapshot(engine) as connection:
        assert [each.note for each in all_of(connection, "example")] == ["first"]


def test_two_checkpoints_stand_apart_and_a_clock_that_was_ahead_does_no_harm(
    engine: Engine,
) -> None:
    stored = Checkpoints(engine)
    stored.add(signed(1, at=10_000))

    assert not stored.add(signed(2, at=10_999), apart=1000)
    assert stored.add(signed(3, at=11_000), apart=1000)
    assert stored.add(signed(4, at=5_000), apart=1000)
    assert stored.add(Signed("other", 1, 5_000, "note"), apart=1000)


def test_checkpoints_are_read_in_order_whatever_the_batch(engine: Engine) -> None:
    stored = Checkpoints(engine)
    for size in range(1, 8):
        stored.add(signed(size))

    with snapshot(engine) as connection:
        for batch in (1, 3, 7, 100):
            found = [each.size for each in all_of(connection, "example", batch=batch)]
            assert found == [1, 2, 3, 4, 5, 6, 7]


def test_without_their_table_checkpoints_are_unavailable(engine: Engine) -> None:
    stored = Checkpoints(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE checkpoints"))

    for ask in (lambda: stored.add(signed(1)), lambda: stored.latest("example")):
        with pytest.raises(StoreUnavailable):
            ask()


# --- one moment ----------------------------------------------------------------------------


def test_a_snapshot_does_not_see_what_is_committed_after_it_began(log: Log, tree: Tree) -> None:
    with snapshot(log.engine) as connection:
        before = connection.scalar(text("SELECT count(*) FROM leaves"))
        log.grow(1)
        after = connection.scalar(text("SELECT count(*) FROM leaves"))

    assert (before, after) == (SIZE, SIZE)
    assert tree.size("example") == SIZE + 1
