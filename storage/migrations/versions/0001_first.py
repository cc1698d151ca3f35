"""The first schema: the directory, decisions, deliveries, the journal, REST callers."""

from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0001_first"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _columns(kind: sa.types.TypeEngine, names: str, null: bool = False, to: str = "") -> list[sa.Column]:
    links = [sa.ForeignKey(to)] if to else []
    return [sa.Column(name, kind, *links, nullable=null) for name in names.split()]


_text = partial(_columns, sa.String())
_when = partial(_columns, sa.DateTime(timezone=True))
_document = partial(_columns, JSON)
_number = partial(_columns, sa.Integer())
_big = partial(_columns, sa.BigInteger())
_flag = partial(_columns, sa.Boolean())
_blob = partial(_columns, sa.LargeBinary())


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "client",
        *_text("id slug code name stage timezone country subdivision locale currency csm_title"),
        *_text("default_contact_id", null=True),
        *_document("policy"),
        *_number("policy_version next_number"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "idempotency_key",
        *_text("token_id key route body_hash"),
        *_number("status"),
        *_blob("answer"),
        *_when("at"),
        sa.PrimaryKeyConstraint("token_id", "key"),
    )
    op.create_index("ix_idempotency_key_at", "idempotency_key", ["at"])
    op.create_table(
        "inbox",
        *_text("key"),
        *_when("at"),
        *_flag("refused"),
        *_document("outcome"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])
    op.create_table(
        "journal",
        sa.Column("id", SERIAL, nullable=False),
        *_text("chain"),
        *_number("position"),
        *_when("at"),
        *_text("what subject actor"),
        *_text("person_id", null=True),
        *_text("identity channel"),
        *_number("version", null=True),
        *_document("before after"),
        *_text("request_hash previous hash"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chain", "position"),
    )
    op.create_index("ix_journal_subject", "journal", ["subject"])
    op.create_table(
        "journal_head",
        *_text("chain"),
        *_number("position"),
        *_text("hash"),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.create_table(
        "api_token",
        *_text("id name digest"),
        *_document("scopes"),
        *_text("client_id", null=True, to="client.id"),
        *_when("created_at"),
        *_when("revoked_at", null=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "location",
        *_text("id"),
        *_text("client_id", to="client.id"),
        *_text("slug name timezone country subdivision"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("client_id", "slug"),
    )
    op.create_table(
        "timer",
        *_text("id"),
        *_text("client_id", to="client.id"),
        *_text("subject plan"),
        *_number("position"),
        *_text("deed"),
        *_when("due_at"),
        *_text("state"),
        *_when("done_at", null=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject", "plan", "position"),
    )
    op.create_index("ix_timer_due", "timer", ["state", "due_at"])
    op.create_table(
        "workspace",
        *_text("id platform org name"),
        *_text("client_id", null=True, to="client.id"),
        *_text("state sealed"),
        *_document("facts"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("platform", "org"),
    )
    op.create_table(
        "person",
        *_text("id"),
        *_text("client_id", null=True, to="client.id"),
        *_text("location_id", null=True, to="location.id"),
        *_text("name title email phone language timezone preferred_channel"),
        *_flag("ask_last"),
        *_text("state"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_person_client_email", "person", ["client_id", "email"])
    op.create_index("ix_person_client_id", "person", ["client_id"])
    op.create_table(
        "absence",
        *_text("id"),
        *_text("person_id", to="person.id"),
        *_when("starts_at ends_at"),
        *_text("delegate_id", null=True, to="person.id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_absence_person_id", "absence", ["person_id"])
    op.create_table(
        "approval_request",
        *_text("id ref"),
        *_text("client_id", to="client.id"),
        *_text("kind category title why urgency external_ref state"),
        *_number("version revision"),
        *_text("requester_id", null=True, to="person.id"),
        *_text("raised_by"),
        *_text("csm_id", null=True, to="person.id"),
        *_document("subjects"),
        *_text("location_id"),
        *_document("facts"),
        *_text("facts_hash currency"),
        *_big("first_year_minor commitment_minor", null=True),
        *_text("tier"),
        *_document("policy"),
        *_number("policy_version"),
        *_when("created_at expires_at"),
        *_when("closed_at", null=True),
        *_text("closed_why replaces"),
        *_document("marks"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_approval_client_state", "approval_request", ["client_id", "state"])
    op.create_table(
        "identity",
        *_text("id"),
        *_text("person_id", to="person.id"),
        *_text("platform org user address"),
        *_flag("reachable"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("platform", "org", "user"),
    )
    op.create_index("ix_identity_person_id", "identity", ["person_id"])
    op.create_table(
        "role_assignment",
        *_text("id"),
        *_text("client_id", to="client.id"),
        *_text("person_id", to="person.id"),
        *_text("role"),
        *_number("rank"),
        *_text("location_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("rank >= 1"),
    )
    op.create_index("ix_role_assignment_person_id", "role_assignment", ["person_id"])
    op.create_index("ix_role_once", "role_assignment", ["client_id", "person_id", "role", "location_id"], unique=True)
    op.create_table(
        "staff_assignment",
        *_text("id"),
        *_text("person_id", to="person.id"),
        *_text("client_id role technology"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "client_id", "role"),
    )
    op.create_table(
        "task",
        *_text("id"),
        *_text("client_id", to="client.id"),
        *_text("owner_id", null=True, to="person.id"),
        *_text("subject kind key title detail state"),
        *_when("created_at"),
        *_when("due_at done_at", null=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject", "kind", "key"),
    )
    op.create_index("ix_task_client_id", "task", ["client_id"])
    op.create_index("ix_task_owner_id", "task", ["owner_id"])
    op.create_table(
        "approval_step",
        *_text("id"),
        *_text("request_id", to="approval_request.id"),
        *_number("version position stage"),
        *_document("roles"),
        *_text("state"),
        *_when("opened_at", null=True),
        *_text("decided_by", null=True, to="person.id"),
        *_when("decided_at", null=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", "version", "position"),
    )
    op.create_index("ix_approval_step_request_id", "approval_step", ["request_id"])
    op.create_table(
        "approval_version",
        *_text("id"),
        *_text("request_id", to="approval_request.id"),
        *_number("version"),
        *_text("title why"),
        *_document("facts"),
        *_text("facts_hash"),
        *_big("commitment_minor", null=True),
        *_text("author"),
        *_when("at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", "version"),
    )
    op.create_index("ix_approval_version_request_id", "approval_version", ["request_id"])
    op.create_table(
        "inquiry",
        *_text("id"),
        *_text("request_id", to="approval_request.id"),
        *_number("version"),
        *_text("asker_id", to="person.id"),
        *_text("text"),
        *_when("at"),
        *_text("answer"),
        *_text("answered_by", null=True, to="person.id"),
        *_when("answered_at", null=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_inquiry_request_id", "inquiry", ["request_id"])
    op.create_table(
        "phone_voice",
        *_text("id"),
        *_text("request_id", to="approval_request.id"),
        *_number("version"),
        *_text("person_id", to="person.id"),
        *_text("recorded_by", to="person.id"),
        *_text("number note"),
        *_when("at due_at"),
        *_text("state"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_phone_voice_request_id", "phone_voice", ["request_id"])
    op.create_table(
        "delivery",
        *_text("id subject purpose"),
        *_text("identity_id", to="identity.id"),
        *_text("person_id", to="person.id"),
        *_text("client_id", null=True, to="client.id"),
        *_text("lane"),
        *_number("priority wanted shown"),
        *_text("state"),
        *_when("due_at"),
        *_number("attempts repeats"),
        *_document("message", null=True),
        *_text("error"),
        *_when("created_at"),
        *_when("settled_at", null=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject", "purpose", "identity_id"),
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "lane", "priority", "due_at"])
    op.create_index("ix_delivery_identity_id", "delivery", ["identity_id"])
    op.create_index("ix_delivery_subject", "delivery", ["subject"])
    op.create_table(
        "asked",
        *_text("id"),
        *_text("step_id", to="approval_step.id"),
        *_text("request_id", to="approval_request.id"),
        *_text("person_id", to="person.id"),
        *_when("since"),
        *_text("why"),
        *_when("snoozed_until", null=True),
        *_text("handed_to", null=True, to="person.id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("step_id", "person_id"),
    )
    op.create_index("ix_asked_person_id", "asked", ["person_id"])
    op.create_index("ix_asked_request_id", "asked", ["request_id"])
    op.create_index("ix_asked_step_id", "asked", ["step_id"])
    op.create_table(
        "vote",
        *_text("id"),
        *_text("request_id", to="approval_request.id"),
        *_text("step_id", to="approval_step.id"),
        *_text("person_id", to="person.id"),
        *_text("verdict comment"),
        *_number("version"),
        *_text("identity_id", null=True, to="identity.id"),
        *_text("channel"),
        *_when("at"),
        *_when("withdrawn_at", null=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("step_id", "person_id"),
    )
    op.create_index("ix_vote_request_id", "vote", ["request_id"])
    op.create_index("ix_vote_step_id", "vote", ["step_id"])


def downgrade() -> None:
    """Back to an empty database."""
    tables = (
        "phone_voice inquiry approval_version vote asked delivery approval_step task staff_assignment "
        "role_assignment identity approval_request "
        "absence person workspace timer location api_token journal_head journal inbox idempotency_key client"
    )
    for table in tables.split():
        op.drop_table(table)
