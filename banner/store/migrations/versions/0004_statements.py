"""What the ledger says beside records: salted erasures, statements, and logs that are closed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # None in rows from before: their leaves are in the open.
    op.add_column("erasures", sa.Column("salt", sa.LargeBinary(32), nullable=True))
    # None in rows from before: no leaf commits to them.
    op.add_column("stops", sa.Column("salt", sa.LargeBinary(32), nullable=True))
    op.create_table(
        "statements",
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.String(300), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("site", "position", name="pk_statements"),
        sa.UniqueConstraint("site", "kind", "about", name="uq_statements_site_kind_about"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closed_logs",
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("site", "origin", name="pk_closed_logs"),
        sqlite_with_rowid=False,
    )
