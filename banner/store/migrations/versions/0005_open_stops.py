"""Which stop requests are open, in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "open_stops",
        sa.Column("stop", sa.String(36), nullable=False),
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("stop", name="pk_open_stops"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_open_stops_site", "open_stops", ["site", "due_at", "stop"])
    op.execute(
        "INSERT INTO open_stops (stop, site, due_at) SELECT id, site, due_at FROM stops"
        " WHERE NOT EXISTS (SELECT 1 FROM stop_attempts WHERE stop = stops.id AND done)"
    )
    op.drop_index("ix_stops_at", "stops")
