"""The first schema: the directory, decisions, deliveries, the journal, REST callers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.migrations.writing import SERIAL, big, blob, document, flag, index_where, number, table, text, when

revision: str = "0001_first"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    table(
        "client",
        *text("id slug code name stage timezone country subdivision locale currency csm_title"),
        *text("default_contact_id", null=True),
        *document("policy"),
        *number("policy_version next_number"),
        unique="code, slug",
    )
    table(
        "idempotency_key",
        *text("token_id key route body_hash"),
        *number("status"),
        *blob("answer"),
        *when("at"),
        key="token_id key",
        index="at",
    )
    table(
        "inbox",
        *text("key"),
        *when("at"),
        *flag("refused"),
        *document("outcome"),
        key="key",
        index="at",
    )
    table(
        "journal",
        sa.Column("id", SERIAL, nullable=False),
        *text("chain"),
        *number("position"),
        *when("at"),
        *text("what subject actor"),
        *text("person_id", null=True),
        *text("identity channel"),
        *number("version", null=True),
        *document("before after"),
        *text("request_hash previous hash"),
        unique="chain position",
        index="subject",
    )
    table(
        "journal_head",
        *text("chain"),
        *number("position"),
        *text("hash"),
        key="chain",
    )
    table(
        "api_token",
        *text("id name digest"),
        *document("scopes"),
        *text("client_id", null=True, to="client.id"),
        *when("created_at"),
        *when("revoked_at", null=True),
        unique="digest, name",
    )
    table(
        "location",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("slug name timezone country subdivision"),
        unique="client_id slug",
    )
    table(
        "timer",
        *text("id"),
        *text("client_id", null=True, to="client.id"),
        *text("subject plan"),
        *number("position"),
        *text("deed"),
        *when("due_at"),
        *text("state"),
        *when("done_at", null=True),
        unique="subject plan position",
    )
    op.create_index("ix_timer_due", "timer", ["state", "due_at", "id"])
    table(
        "workspace",
        *text("id platform org name"),
        *text("client_id", null=True, to="client.id"),
        *text("state sealed"),
        *document("facts"),
        unique="platform org",
    )
    table(
        "room",
        *text("id"),
        *text("client_id", null=True, to="client.id"),
        *text("platform org channel name address state"),
        unique="platform org channel",
        index="client_id",
    )
    table(
        "person",
        *text("id"),
        *text("client_id", null=True, to="client.id"),
        *text("location_id", null=True, to="location.id"),
        *text("name title email phone language timezone preferred_channel"),
        *flag("ask_last"),
        *text("state"),
        index="client_id",
    )
    op.create_index("ix_person_client_email", "person", ["client_id", "email"])
    table(
        "absence",
        *text("id"),
        *text("person_id", to="person.id"),
        *when("starts_at ends_at"),
        *text("delegate_id", null=True, to="person.id"),
        index="person_id",
    )
    table(
        "approval_request",
        *text("id ref"),
        *text("client_id", to="client.id"),
        *text("kind category title why urgency external_ref state"),
        *number("version revision"),
        *text("requester_id", null=True, to="person.id"),
        *text("raised_by"),
        *text("csm_id", null=True, to="person.id"),
        *document("subjects"),
        *text("location_id"),
        *document("facts"),
        *text("facts_hash currency"),
        *big("first_year_minor commitment_minor", null=True),
        *text("tier"),
        *document("policy"),
        *number("policy_version"),
        *when("created_at expires_at"),
        *when("closed_at", null=True),
        *text("closed_why replaces"),
        *document("marks"),
        unique="ref",
    )
    op.create_index("ix_approval_client_state", "approval_request", ["client_id", "state"])
    table(
        "identity",
        *text("id"),
        *text("person_id", to="person.id"),
        *text("platform org user address"),
        *flag("reachable linked"),
        unique="platform org user",
        index="person_id",
    )
    table(
        "role_assignment",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("person_id", to="person.id"),
        *text("role"),
        *number("rank"),
        *text("location_id"),
        check="rank >= 1",
        index="person_id",
    )
    op.create_index("ix_role_once", "role_assignment", ["client_id", "person_id", "role", "location_id"], unique=True)
    table(
        "staff_assignment",
        *text("id"),
        *text("person_id", to="person.id"),
        *text("client_id role technology"),
        unique="person_id client_id role",
    )
    table(
        "task",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("owner_id", null=True, to="person.id"),
        *text("subject kind key title detail state"),
        *when("created_at"),
        *when("due_at done_at", null=True),
        unique="subject kind key",
        index="client_id owner_id",
    )
    table(
        "approval_step",
        *text("id"),
        *text("request_id", to="approval_request.id"),
        *number("version position stage"),
        *document("roles"),
        *text("state"),
        *when("opened_at", null=True),
        *text("decided_by", null=True, to="person.id"),
        *when("decided_at", null=True),
        unique="request_id version position",
        index="request_id",
    )
    table(
        "approval_version",
        *text("id"),
        *text("request_id", to="approval_request.id"),
        *number("version"),
        *text("title why"),
        *document("facts"),
        *text("facts_hash"),
        *big("commitment_minor", null=True),
        *text("author"),
        *when("at"),
        unique="request_id version",
        index="request_id",
    )
    table(
        "delivery",
        *text("id subject purpose"),
        *text("identity_id", null=True, to="identity.id"),
        *text("person_id", null=True, to="person.id"),
        *text("room_id", null=True, to="room.id"),
        *text("follows"),
        *text("client_id", null=True, to="client.id"),
        *text("lane"),
        *number("priority wanted shown"),
        *text("state"),
        *when("due_at"),
        *number("attempts repeats"),
        *document("message", null=True),
        *text("error"),
        *when("created_at"),
        *when("settled_at reached_at", null=True),
        unique="subject purpose identity_id",
        check="(identity_id IS NULL) <> (room_id IS NULL)",
        index="identity_id",
    )
    index_where("ix_delivery_room", "delivery", "subject purpose room_id", "room_id IS NOT NULL", unique=True)
    index_where("ix_delivery_waiting", "delivery", "lane priority created_at id", "state IN ('owed', 'unsure')")
    op.create_index("ix_delivery_subject", "delivery", ["subject", "created_at"])
    op.create_index("ix_delivery_due", "delivery", ["state", "lane", "priority", "due_at"])
    table(
        "inquiry",
        *text("id"),
        *text("request_id", to="approval_request.id"),
        *number("version"),
        *text("asker_id", to="person.id"),
        *text("text"),
        *when("at"),
        *text("answer"),
        *text("answered_by", null=True, to="person.id"),
        *when("answered_at", null=True),
        index="request_id",
    )
    table(
        "phone_voice",
        *text("id"),
        *text("request_id", to="approval_request.id"),
        *number("version"),
        *text("person_id recorded_by", to="person.id"),
        *text("number note"),
        *when("at due_at"),
        *text("state"),
        index="request_id",
    )
    table(
        "asked",
        *text("id"),
        *text("step_id", to="approval_step.id"),
        *text("request_id", to="approval_request.id"),
        *text("person_id", to="person.id"),
        *when("since"),
        *text("why"),
        *when("snoozed_until", null=True),
        *text("handed_to", null=True, to="person.id"),
        unique="step_id person_id",
        index="person_id request_id step_id",
    )
    table(
        "vote",
        *text("id"),
        *text("request_id", to="approval_request.id"),
        *text("step_id", to="approval_step.id"),
        *text("person_id", to="person.id"),
        *text("verdict comment"),
        *number("version"),
        *text("identity_id", null=True, to="identity.id"),
        *text("channel"),
        *when("at"),
        *when("withdrawn_at", null=True),
        unique="step_id person_id",
        index="request_id step_id",
    )
    table(
        "notice",
        *text("id ref kind"),
        *number("severity"),
        *text("state"),
        *number("version round"),
        *text("title services impact workaround"),
        *when("started_at"),
        *when("next_update_at", null=True),
        *text("owner_id", null=True, to="person.id"),
        *text("raised_by"),
        *text("about_id", null=True, to="notice.id"),
        *document("findings"),
        *text("external_ref"),
        *when("created_at"),
        *when("sent_at resolved_at root_cause_due_at closed_at", null=True),
        *text("closed_why"),
        unique="ref",
        index="owner_id state",
    )
    table(
        "notice_place",
        *text("id"),
        *text("notice_id", to="notice.id"),
        *text("client_id", to="client.id"),
        *text("location_id impact"),
        *text("csm_id acked_by", null=True, to="person.id"),
        *when("acked_at", null=True),
        unique="notice_id client_id location_id",
    )
    op.create_index("ix_place_client", "notice_place", ["client_id"])
    table(
        "notice_update",
        *text("id"),
        *text("notice_id", to="notice.id"),
        *number("number"),
        *text("what state text workaround"),
        *when("next_update_at", null=True),
        *text("author"),
        *when("at"),
        unique="notice_id number",
    )
    table(
        "receipt",
        *text("id"),
        *text("notice_id", to="notice.id"),
        *text("client_id", to="client.id"),
        *text("person_id", to="person.id"),
        *document("places"),
        *text("why state reason"),
        *when("asked_at"),
        *when("acked_at", null=True),
        *text("via"),
        *text("recorded_by", null=True, to="person.id"),
        *text("trouble"),
        *when("trouble_at call_me_at", null=True),
        unique="notice_id person_id",
    )
    op.create_index("ix_receipt_client", "receipt", ["notice_id", "client_id"])
    op.create_index("ix_receipt_person", "receipt", ["person_id", "state"])
    table(
        "relay",
        *text("id subject"),
        *text("client_id", to="client.id"),
        *text("person_id", to="person.id"),
        *number("number"),
        *text("text state"),
        *flag("edited"),
        *text("room_id", null=True),
        *text("place"),
        *when("created_at"),
        *when("told_at", null=True),
        unique="subject person_id number",
    )
    table(
        "feedback",
        *text("id"),
        *text("client_id", to="client.id"),
        *text("person_id", to="person.id"),
        *text("subject kind state"),
        *number("score", null=True),
        *text("comment"),
        *when("asked_at"),
        *when("answered_at", null=True),
        unique="subject person_id kind",
    )
    op.create_index("ix_feedback_person", "feedback", ["person_id", "asked_at"])


def downgrade() -> None:
    """Back to an empty database."""
    tables = (
        "feedback relay receipt notice_update notice_place notice "
        "vote asked phone_voice inquiry delivery approval_version approval_step task staff_assignment "
        "role_assignment identity approval_request absence person room workspace timer location api_token "
        "journal_head journal inbox idempotency_key client"
    )
    for name in tables.split():
        op.drop_table(name)
