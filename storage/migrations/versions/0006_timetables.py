"""Clients that were there before get what comes by itself: a timer, due at once, plans their reports and talks."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision: str = "0006_timetables"
down_revision: str | None = "0005_reasons"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT_ONCE = datetime(2020, 1, 1, tzinfo=UTC)
"""Before any clock that the house goes by, also one that somebody has moved."""
when = sa.DateTime(timezone=True)
client = sa.table("client", sa.column("id", sa.String()), sa.column("stage", sa.String()))
timer = sa.table(
    "timer",
    *(sa.column(name, sa.String()) for name in ("id", "client_id", "subject", "plan", "deed", "state")),
    sa.column("position", sa.Integer()),
    sa.column("due_at", when),
)


def upgrade() -> None:
    """Forward: only the house can reckon calendars and policies, so it is told to, once for each client."""
    found = sa.select(
        sa.literal("tmr_timetable_") + client.c.id,
        client.c.id,
        sa.literal("timetable:") + client.c.id,
        sa.literal("upgrade"),
        sa.literal(0),
        sa.literal("replan"),
        sa.literal(AT_ONCE, when),
        sa.literal("waiting"),
    ).where(client.c.stage != "ended")
    names = ["id", "client_id", "subject", "plan", "position", "deed", "due_at", "state"]
    op.execute(sa.insert(timer).from_select(names, found))


def downgrade() -> None:
    """Back to clients that wait for their next change."""
    op.execute(sa.delete(timer).where(timer.c.plan == "upgrade", timer.c.deed == "replan"))
