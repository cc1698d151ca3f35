"""Addresses of calendars can be replaced, and it is known by id who has closed a downtime."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004_addresses"
down_revision: str | None = "0003_rhythm"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    op.add_column("person", sa.Column("calendar_number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("downtime", sa.Column("closed_by_id", sa.String(), nullable=True))


def downgrade() -> None:
    """Back to addresses that end with their person only."""
    op.drop_column("downtime", "closed_by_id")
    op.drop_column("person", "calendar_number")
