"""Cases, reports about them, planned talks, pulses, and opinions of every kind."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.migrations.writing import JSON, day, document, number, table, text, when

revision: str = "0003_rhythm"
down_revision: str | None = "0002_downtimes"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    _cases()
    _reports()
    _touchpoints()
    _pulses()
    opinions: list[sa.Column] = [
        sa.Column("on_behalf_of", sa.String(), nullable=False, server_default=""),
        sa.Column("anonymous", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("answers", JSON, nullable=False, server_default="{}"),
        sa.Column("reply", sa.String(), nullable=False, server_default=""),
        sa.Column("replied_by", sa.String(), nullable=False, server_default=""),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
    ]
    for column in opinions:
        op.add_column("feedback", column)
    op.create_index("ix_feedback_client", "feedback", ["client_id", "kind", "answered_at"])
    op.create_index("ix_feedback_asked", "feedback", ["client_id", "kind", "asked_at"])


def _cases() -> None:
    table(
        "support_case",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("external_id title category priority state"),
        *text("location_id", null=True, to="location.id"),
        *text("requester"),
        *text("requester_id", null=True, to="person.id"),
        *text("device assignee url"),
        *when("opened_at"),
        *when("responded_at waiting_since closed_at reopened_at", null=True),
        *number("reopened"),
        *when("response_due_at resolution_due_at", null=True),
        *when("updated_at"),
        unique="client_id external_id",
        index="requester_id",
    )
    op.create_index("ix_support_case_opened", "support_case", ["client_id", "opened_at"])
    op.create_index("ix_support_case_closed", "support_case", ["client_id", "closed_at"])
    op.create_index("ix_support_case_recent", "support_case", ["opened_at", "id"])
    _index_of_some("ix_support_case_reopened", "support_case", ["client_id", "reopened_at"], "reopened_at IS NOT NULL")


def _reports() -> None:
    table(
        "report",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("kind period"),
        *number("number"),
        *text("state"),
        *number("version"),
        *when("from_at until_at"),
        *document("figures"),
        *text("note"),
        *when("generated_at"),
        *when("release_at", null=True),
        *text("held_by held_why"),
        *when("released_at", null=True),
        *text("released_by"),
        *when("reviewed_at", null=True),
        *text("reviewed_by", null=True, to="person.id"),
        *text("supersedes", null=True, to="report.id"),
        *text("correction"),
        unique="client_id kind period number",
    )
    op.create_index("ix_report_state", "report", ["client_id", "kind", "state"])
    op.create_index("ix_report_recent", "report", ["generated_at", "id"])
    op.create_index("ix_report_period", "report", ["kind", "period", "state"])
    _index_of_some("ix_timer_reports", "timer", ["due_at", "id"], "deed = 'write_report' AND state = 'waiting'")
    table(
        "report_reader",
        *text("id"),
        *text("report_id", to="report.id"),
        *text("person_id", to="person.id"),
        *when("since"),
        *text("why"),
        unique="report_id person_id",
        index="person_id",
    )
    table(
        "report_remark",
        *text("id"),
        *text("report_id", null=True, to="report.id"),
        *text("client_id", to="client.id"),
        *text("kind"),
        *text("case_id", null=True, to="support_case.id"),
        *text("about text"),
        *text("person_id", to="person.id"),
        *when("at"),
        *text("state answer answered_by"),
        *when("answered_at", null=True),
        index="client_id case_id",
    )
    op.create_index("ix_report_remark_report", "report_remark", ["report_id"])
    table(
        "health_check",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("week result text by"),
        *when("at"),
        unique="client_id week",
    )


def _touchpoints() -> None:
    table(
        "cadence",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("kind every"),
        *number("weekday", null=True),
        *text("wall"),
        *number("minutes"),
        *text("confirmed_by reason"),
        *when("at"),
        unique="client_id kind",
    )
    table(
        "touchpoint",
        *text("id ref"),
        *text("client_id", to="client.id"),
        *text("kind period state"),
        *number("version revision"),
        *text("title channel link place"),
        *text("owner_id", null=True, to="person.id"),
        *day("due_on"),
        *number("minutes"),
        *when("created_at"),
        *when("proposed_at starts_at ends_at", null=True),
        *text("decided_by", null=True, to="person.id"),
        *when("decided_at ended_at", null=True),
        *text("ended_by ended_why notes"),
        *document("agenda"),
        *when("closed_at", null=True),
        *number("sequence"),
        unique="ref, client_id kind period",
        index="owner_id",
    )
    op.create_index("ix_touchpoint_state", "touchpoint", ["client_id", "state"])
    table(
        "agenda_item",
        *text("id"),
        *text("touchpoint_id", to="touchpoint.id"),
        *text("text"),
        *text("person_id", null=True, to="person.id"),
        *text("by"),
        *when("at"),
        *text("state"),
    )
    op.create_index("ix_agenda_item_touchpoint", "agenda_item", ["touchpoint_id"])
    table(
        "action_item",
        *text("id"),
        *text("touchpoint_id", to="touchpoint.id"),
        *text("client_id", to="client.id"),
        *text("text"),
        *text("owner_id", to="person.id"),
        *day("due_on", null=True),
        *text("state added_by"),
        *when("at"),
        *when("done_at", null=True),
        *text("done_by"),
        index="touchpoint_id owner_id",
    )
    op.create_index("ix_action_item_client", "action_item", ["client_id", "state"])
    table(
        "meeting_record",
        *text("id"),
        *text("touchpoint_id", to="touchpoint.id"),
        *text("kind url"),
        *day("on", null=True),
        *text("waived_why by"),
        *when("at"),
        unique="touchpoint_id kind",
    )


def _pulses() -> None:
    table(
        "pulse",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("period state channel"),
        *text("owner_id", null=True, to="person.id"),
        *when("asked_at"),
        *when("logged_at", null=True),
        *text("logged_by temperature"),
        *number("users users_year_ago", null=True),
        *text("preference text"),
        *document("suggested"),
        *when("settled_at", null=True),
        *text("settled_by settled_why"),
        sa.Column("kept", sa.Boolean(), nullable=False),
        unique="client_id period",
        index="owner_id",
    )
    op.create_index("ix_pulse_state", "pulse", ["client_id", "state"])


def _index_of_some(name: str, table: str, columns: list[str], which: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))


def downgrade() -> None:
    """Back to a house without cases and talks; what people think of outages stays."""
    op.drop_index("ix_timer_reports", "timer")
    op.drop_index("ix_feedback_asked", "feedback")
    op.drop_index("ix_feedback_client", "feedback")
    for name in ("on_behalf_of", "anonymous", "answers", "reply", "replied_by", "replied_at"):
        op.drop_column("feedback", name)
    tables = (
        "pulse meeting_record action_item agenda_item touchpoint cadence "
        "health_check report_remark report_reader report support_case"
    )
    for name in tables.split():
        op.drop_table(name)
