"""It is kept with a meeting for whom its owner stands in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007_standins"
down_revision: str | None = "0006_timetables"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    op.add_column("touchpoint", sa.Column("stands_in_for", sa.String(), nullable=True))


def downgrade() -> None:
    """Back to owners who are there or are not."""
    op.drop_column("touchpoint", "stands_in_for")
