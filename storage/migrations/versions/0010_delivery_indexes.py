"""A delivery's indexes: fewer of all rows, the others of the few that are asked for by them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.migrations.writing import index_where

revision: str = "0010_delivery_indexes"
down_revision: str | None = "0009_figures"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE, AFTER = "subject, purpose, identity_id", "subject, identity_id, purpose"
"""The columns of the card's uniqueness."""
ROOMS = ("ix_delivery_room", "subject purpose room_id", "room_id IS NOT NULL")
MADE = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'delivery'"


def upgrade() -> None:
    """Forward."""
    for name in ("due", "waiting", "subject", "identity_id"):
        op.drop_index(f"ix_delivery_{name}", "delivery")
    _reorder(BEFORE, AFTER)
    index_where("ix_delivery_waiting", "delivery", "lane priority created_at id", "state = 'owed' OR state = 'unsure'")
    index_where("ix_delivery_sending", "delivery", "lane", "state = 'sending'")
    index_where("ix_delivery_unseen", "delivery", "state settled_at lane", "state = 'dead' OR state = 'dropped'")
    held = "state = 'owed' AND message IS NULL AND due_at > created_at"
    index_where("ix_delivery_held", "delivery", "identity_id due_at", held)
    index_where("ix_delivery_list", "delivery", "subject created_at", "substr(subject, 1, 7) = 'person:'")


def downgrade() -> None:
    """Back to indexes of every delivery."""
    for name in ("waiting", "sending", "unseen", "held", "list"):
        op.drop_index(f"ix_delivery_{name}", "delivery")
    _reorder(AFTER, BEFORE)
    index_where("ix_delivery_waiting", "delivery", "lane priority created_at id", "state IN ('owed', 'unsure')")
    op.create_index("ix_delivery_subject", "delivery", ["subject", "created_at"])
    op.create_index("ix_delivery_due", "delivery", ["state", "lane", "priority", "due_at"])
    op.create_index("ix_delivery_identity_id", "delivery", ["identity_id"])


def _reorder(before: str, after: str) -> None:
    """SQLite keeps a table's constraints as they were made: the rows move into a new one, with the table's words."""
    if op.get_bind().dialect.name == "postgresql":
        old = f"delivery_{before.replace(', ', '_')}_key"
        op.execute(f"ALTER TABLE delivery ADD UNIQUE ({after}), DROP CONSTRAINT {old}")
        return
    op.drop_index(ROOMS[0], "delivery")
    made = op.get_bind().scalar(sa.text(MADE))
    op.execute("ALTER TABLE delivery RENAME TO delivery_before")
    op.get_bind().exec_driver_sql(made.replace(f"UNIQUE ({before})", f"UNIQUE ({after})"))
    op.execute("INSERT INTO delivery SELECT * FROM delivery_before")
    op.execute("DROP TABLE delivery_before")
    index_where(ROOMS[0], "delivery", *ROOMS[1:], unique=True)
