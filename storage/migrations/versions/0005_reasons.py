"""It is kept with a meeting who asked for another time, and why."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005_reasons"
down_revision: str | None = "0004_addresses"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    op.add_column("touchpoint", sa.Column("moved_by", sa.String(), nullable=True))
    op.add_column("touchpoint", sa.Column("moved_why", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Back to reasons that stand in tasks only."""
    op.drop_column("touchpoint", "moved_why")
    op.drop_column("touchpoint", "moved_by")
