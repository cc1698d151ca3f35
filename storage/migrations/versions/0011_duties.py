"""Who of the provider's people works for a client is found without looking at everybody's duties."""

from collections.abc import Sequence

from alembic import op

revision: str = "0011_duties"
down_revision: str | None = "0010_delivery_indexes"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEX, TABLE = "ix_staff_assignment_client_id", "staff_assignment"


def upgrade() -> None:
    """Forward."""
    op.create_index(INDEX, TABLE, ["client_id"])


def downgrade() -> None:
    """Back to looking at all."""
    op.drop_index(INDEX, TABLE)
