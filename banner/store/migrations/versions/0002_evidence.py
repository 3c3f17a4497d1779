"""The ledger, the words shown, and whom to tell of a withdrawal."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("records") as records:
        records.add_column(sa.Column("principal", sa.String(36), nullable=True))
        records.add_column(
            sa.Column("receipt", sa.Boolean, nullable=False, server_default=sa.false())
        )
        records.add_column(
            sa.Column("notice_hash", sa.String(64), nullable=False, server_default=sa.text("''"))
        )
        records.add_column(
            sa.Column("script", sa.String(16), nullable=False, server_default=sa.text("''"))
        )
        records.add_column(
            sa.Column("keep_until", sa.BigInteger, nullable=False, server_default=sa.text("0"))
        )
        records.add_column(sa.Column("salt", sa.LargeBinary(32), nullable=True))
    op.drop_index("ix_records_previous", "records")
    for name in ("previous", "principal"):
        present = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_records_{name}",
            "records",
            [name],
            sqlite_where=present,
            postgresql_where=present,
        )
    op.create_index("ix_records_keep_until", "records", ["keep_until"])
    op.create_table(
        "leaves",
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("record", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("site", "position", name="pk_leaves"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_leaves_record", "leaves", ["record"])
    op.create_table(
        "nodes",
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("site", "level", "position", name="pk_nodes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasures",
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("erased", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("site", "position", name="pk_erasures"),
        sa.UniqueConstraint("site", "erased", name="uq_erasures_site_erased"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoints",
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("site", "size", name="pk_checkpoints"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notices",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("revision", sa.SmallInteger, nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_notices"),
    )
    op.create_index("ix_notices_site", "notices", ["site", "version", "locale"])
    op.create_table(
        "shown",
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("script", sa.String(16), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("notice", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", "script", "locale", name="pk_shown"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stops",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("record", sa.String(36), nullable=False),
        sa.Column("principal", sa.String(36), nullable=True),
        sa.Column("withdrawn", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stops"),
    )
    op.create_index("ix_stops_at", "stops", ["at"])
    op.create_index("ix_stops_record", "stops", ["record"])
    op.create_table(
        "stop_attempts",
        sa.Column("stop", sa.String(36), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("answer", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("stop", "at", name="pk_stop_attempts"),
        sqlite_with_rowid=False,
    )
