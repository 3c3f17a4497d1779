"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, String, Table, Text
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
    # The same event is one row for ever, whichever worker is asked and however often.
    UniqueConstraint("site", "event"),
)

Index("ix_records_previous", records.c.previous)
