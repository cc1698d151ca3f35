"""Downtimes: the times offered for them, who answers, and when a client does not want any work."""

from collections.abc import Sequence

from alembic import op

from storage.migrations.writing import document, number, table, text, when

revision: str = "0002_downtimes"
down_revision: str | None = "0001_first"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    table(
        "downtime",
        *text("id ref"),
        *text("client_id", to="client.id"),
        *text("state life side"),
        *number("version revision"),
        *text("work implications prep_steps"),
        *document("locations"),
        *text("override"),
        *text("owner_id engineer_id asker_id", null=True, to="person.id"),
        *text("raised_by external_ref"),
        *when("created_at"),
        *when("proposed_at expires_at", null=True),
        *text("decided_by", null=True, to="person.id"),
        *when("decided_at", null=True),
        *text("decided_why"),
        *when("starts_at ends_at began_at extended_to finished_at closed_at", null=True),
        *text("closed_why closed_by"),
        *document("steps"),
        *number("sequence"),
        *text("instead_of", null=True, to="downtime.id"),
        unique="ref",
        index="owner_id engineer_id",
    )
    op.create_index("ix_downtime_client", "downtime", ["client_id", "state"])
    op.create_index("ix_downtime_life", "downtime", ["life"])
    table(
        "offered_window",
        *text("id subject"),
        *number("revision number"),
        *when("starts_at ends_at"),
        *text("state side offered_by"),
        *text("author_id", null=True, to="person.id"),
        *text("text"),
        *when("offered_at"),
        *text("size"),
        *number("needed_days given_days"),
        *document("conflicts"),
        unique="subject revision number",
    )
    table(
        "window_voice",
        *text("id subject"),
        *number("revision"),
        *text("kind location_id state"),
        *when("opened_at", null=True),
        unique="subject revision kind location_id",
    )
    table(
        "voice_asked",
        *text("id"),
        *text("voice_id", to="window_voice.id"),
        *text("subject"),
        *text("person_id", to="person.id"),
        *when("since"),
        *text("why"),
        unique="voice_id person_id",
        index="person_id subject",
    )
    table(
        "window_answer",
        *text("id"),
        *text("voice_id", to="window_voice.id"),
        *text("subject"),
        *number("number"),
        *text("verdict reason"),
        *text("person_id", to="person.id"),
        *text("identity_id", null=True, to="identity.id"),
        *text("channel"),
        *when("at"),
        unique="voice_id number",
        index="subject",
    )
    table(
        "blackout",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("location_id"),
        *number("weekday", null=True),
        *text("from_wall until_wall"),
        *when("starts_at ends_at", null=True),
        *text("why added_by"),
        *when("created_at"),
        *text("state"),
    )
    op.create_index("ix_blackout_client", "blackout", ["client_id", "state"])
    table(
        "preferred_time",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("location_id"),
        *document("weekdays"),
        *text("from_wall until_wall added_by"),
        *when("created_at"),
        unique="client_id location_id",
    )


def downgrade() -> None:
    """Back to a house without downtimes."""
    for name in [
        "preferred_time",
        "blackout",
        "window_answer",
        "voice_asked",
        "window_voice",
        "offered_window",
        "downtime",
    ]:
        op.drop_table(name)
