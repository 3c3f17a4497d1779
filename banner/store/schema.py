"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.schema import UniqueConstraint

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

records = Table(
    "records",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("site", String(32), nullable=False),
    Column("event", String(36), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("valid_until", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("notice", String(32), nullable=False),
    Column("locale", String(8), nullable=False),
    Column("surface", String(16), nullable=False),
    Column("categories", Text, nullable=False),
    Column("services", Text, nullable=False),
    Column("gpc", Boolean, nullable=False),
    Column("client_time", String(32), nullable=False),
    Column("previous", String(36), nullable=True),
    # Empty or null in rows from before there was a ledger.
    Column("principal", String(36), nullable=True),
    Column("receipt", Boolean, nullable=False, server_default=false()),
    Column("notice_hash", String(64), nullable=False, server_default=text("''")),
    Column("script", String(16), nullable=False, server_default=text("''")),
    Column("keep_until", BigInteger, nullable=False, server_default=text("0")),
    Column("salt", LargeBinary(32), nullable=True),
    # The same event is one row for ever, whichever worker is asked and however often.
    UniqueConstraint("site", "event"),
)

# Most records replace none and name no browser, so most need no place in these two.
_replaces = records.c.previous.is_not(None)
_named = records.c.principal.is_not(None)
# Each with the time: the newest is found without a look at the others, however many there are.
Index(
    "ix_records_previous",
    records.c.previous,
    records.c.recorded_at,
    sqlite_where=_replaces,
    postgresql_where=_replaces,
)
Index(
    "ix_records_principal",
    records.c.principal,
    records.c.recorded_at,
    sqlite_where=_named,
    postgresql_where=_named,
)
Index("ix_records_keep_until", records.c.keep_until)

# --- the ledger: one log for each site (RFC 6962) ------------------------------------------

leaves = Table(
    "leaves",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    # What the leaf commits to; null in one that tells of an erasure or says something else.
    Column("record", String(36), nullable=True),
    sqlite_with_rowid=False,
)

Index("ix_leaves_record", leaves.c.record)

nodes = Table(
    "nodes",
    metadata,
    Column("site", String(32), primary_key=True),
    # The root of the complete subtree over the leaves from `position << level` on.
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)

erasures = Table(
    "erasures",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("erased", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", String(16), nullable=False),
    # Null in rows from before erasures had one.
    Column("salt", LargeBinary(32), nullable=True),
    UniqueConstraint("site", "erased"),
    sqlite_with_rowid=False,
)

# What leaves say in the open, as canonical JSON: see banner/core/statement.py.
statements = Table(
    "statements",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("about", String(300), nullable=False),
    # When it was said; nothing vouches for it.
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("site", "kind", "about"),
    sqlite_with_rowid=False,
)

# Logs that nothing is signed for any more: somebody outside holds what they contradict.
closed_logs = Table(
    "closed_logs",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("origin", String(300), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("reason", String(300), nullable=False),
    sqlite_with_rowid=False,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_with_rowid=False,
)

# --- the words shown -----------------------------------------------------------------------

notices = Table(
    "notices",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("site", String(32), nullable=False),
    Column("version", String(32), nullable=False),
    Column("revision", SmallInteger, nullable=False),
    Column("locale", String(8), nullable=False),
    Column("body", Text, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
)

Index("ix_notices_site", notices.c.site, notices.c.version, notices.c.locale)

# Which words a script showed: a browser may hold an older script for a while.
shown = Table(
    "shown",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("script", String(16), primary_key=True),
    Column("locale", String(8), primary_key=True),
    Column("notice", String(64), nullable=False),
    sqlite_with_rowid=False,
)

# --- whom to tell of a withdrawal ----------------------------------------------------------

stops = Table(
    "stops",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("site", String(32), nullable=False),
    Column("record", String(36), nullable=False),
    Column("principal", String(36), nullable=True),
    Column("withdrawn", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    # What its leaf is salted with; null in rows from before there was one.
    Column("salt", LargeBinary(32), nullable=True),
)

Index("ix_stops_record", stops.c.record)

# Those that nobody has said are done: so that what was done long ago need not be looked through.
open_stops = Table(
    "open_stops",
    metadata,
    Column("stop", String(36), primary_key=True),
    Column("site", String(32), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

Index("ix_open_stops_site", open_stops.c.site, open_stops.c.due_at, open_stops.c.stop)

# Every attempt to tell; a stop is done once one of them worked.
stop_attempts = Table(
    "stop_attempts",
    metadata,
    Column("stop", String(36), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("done", Boolean, nullable=False),
    Column("answer", String(120), nullable=False),
    sqlite_with_rowid=False,
)
