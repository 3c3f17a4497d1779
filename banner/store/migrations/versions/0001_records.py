"""The records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("event", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("valid_until", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("notice", sa.String(32), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("surface", sa.String(16), nullable=False),
        sa.Column("categories", sa.Text, nullable=False),
        sa.Column("services", sa.Text, nullable=False),
        sa.Column("gpc", sa.Boolean, nullable=False),
        sa.Column("client_time", sa.String(32), nullable=False),
        sa.Column("previous", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("site", "event", name="uq_records_site_event"),
    )
    op.create_index("ix_records_previous", "records", ["previous"])
