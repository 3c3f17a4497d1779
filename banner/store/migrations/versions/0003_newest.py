"""The newest record of a browser is found without a look at the rest of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("previous", "principal"):
        present = sa.text(f"{name} IS NOT NULL")
        op.drop_index(f"ix_records_{name}", "records")
        op.create_index(
            f"ix_records_{name}",
            "records",
            [name, "recorded_at"],
            sqlite_where=present,
            postgresql_where=present,
        )
