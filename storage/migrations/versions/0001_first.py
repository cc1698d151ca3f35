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
    return [sa.Column(name, kind, *([sa.ForeignKey(to)] if to else []), nullable=null) for name in names.split()]


_text = partial(_columns, sa.String())
_when = partial(_columns, sa.DateTime(timezone=True))
_document = partial(_columns, JSON)
_number = partial(_columns, sa.Integer())
_big = partial(_columns, sa.BigInteger())
_flag = partial(_columns, sa.Boolean())
_blob = partial(_columns, sa.LargeBinary())


def _table(name: str, *columns: sa.Column, key: str = "id", unique: str = "", index: str = "", check: str = "") -> None:
    """`key` and each part of `unique` (parted by commas) are columns; `index` are columns indexed one by one."""
    checks = [sa.CheckConstraint(check)] if check else []
    uniques = [sa.UniqueConstraint(*one.split()) for one in unique.split(", ") if one]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key.split()), *uniques, *checks)
    for column in index.split():
        op.create_index(f"ix_{name}_{column}", name, [column])


def upgrade() -> None:
    """Forward."""
    _table(
        "client",
        *_text("id slug code name stage timezone country subdivision locale currency csm_title"),
        *_text("default_contact_id", null=True),
        *_document("policy"),
        *_number("policy_version next_number"),
        unique="code, slug",
    )
    _table(
        "idempotency_key",
        *_text("token_id key route body_hash"),
        *_number("status"),
        *_blob("answer"),
        *_when("at"),
        key="token_id key",
        index="at",
    )
    _table(
        "inbox",
        *_text("key"),
        *_when("at"),
        *_flag("refused"),
        *_document("outcome"),
        key="key",
        index="at",
    )
    _table(
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
        unique="chain position",
        index="subject",
    )
    _table(
        "journal_head",
        *_text("chain"),
        *_number("position"),
        *_text("hash"),
        key="chain",
    )
    _table(
        "api_token",
        *_text("id name digest"),
        *_document("scopes"),
        *_text("client_id", null=True, to="client.id"),
        *_when("created_at"),
        *_when("revoked_at", null=True),
        unique="digest, name",
    )
    _table(
        "location",
        *_text("id"),
        *_text("client_id", to="client.id"),
        *_text("slug name timezone country subdivision"),
        unique="client_id slug",
    )
    _table(
        "timer",
        *_text("id"),
        *_text("client_id", to="client.id"),
        *_text("subject plan"),
        *_number("position"),
        *_text("deed"),
        *_when("due_at"),
        *_text("state"),
        *_when("done_at", null=True),
        unique="subject plan position",
    )
    op.create_index("ix_timer_due", "timer", ["state", "due_at"])
    _table(
        "workspace",
        *_text("id platform org name"),
        *_text("client_id", null=True, to="client.id"),
        *_text("state sealed"),
        *_document("facts"),
        unique="platform org",
    )
    _table(
        "person",
        *_text("id"),
        *_text("client_id", null=True, to="client.id"),
        *_text("location_id", null=True, to="location.id"),
        *_text("name title email phone language timezone preferred_channel"),
        *_flag("ask_last"),
        *_text("state"),
        index="client_id",
    )
    op.create_index("ix_person_client_email", "person", ["client_id", "email"])
    _table(
        "absence",
        *_text("id"),
        *_text("person_id", to="person.id"),
        *_when("starts_at ends_at"),
        *_text("delegate_id", null=True, to="person.id"),
        index="person_id",
    )
    _table(
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
        unique="ref",
    )
    op.create_index("ix_approval_client_state", "approval_request", ["client_id", "state"])
    _table(
        "identity",
        *_text("id"),
        *_text("person_id", to="person.id"),
        *_text("platform org user address"),
        *_flag("reachable"),
        unique="platform org user",
        index="person_id",
    )
    _table(
        "role_assignment",
        *_text("id"),
        *_text("client_id", to="client.id"),
        *_text("person_id", to="person.id"),
        *_text("role"),
        *_number("rank"),
        *_text("location_id"),
        check="rank >= 1",
        index="person_id",
    )
    op.create_index("ix_role_once", "role_assignment", ["client_id", "person_id", "role", "location_id"], unique=True)
    _table(
        "staff_assignment",
        *_text("id"),
        *_text("person_id", to="person.id"),
        *_text("client_id role technology"),
        unique="person_id client_id role",
    )
    _table(
        "task",
        *_text("id"),
        *_text("client_id", to="client.id"),
        *_text("owner_id", null=True, to="person.id"),
        *_text("subject kind key title detail state"),
        *_when("created_at"),
        *_when("due_at done_at", null=True),
        unique="subject kind key",
        index="client_id owner_id",
    )
    _table(
        "approval_step",
        *_text("id"),
        *_text("request_id", to="approval_request.id"),
        *_number("version position stage"),
        *_document("roles"),
        *_text("state"),
        *_when("opened_at", null=True),
        *_text("decided_by", null=True, to="person.id"),
        *_when("decided_at", null=True),
        unique="request_id version position",
        index="request_id",
    )
    _table(
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
        unique="request_id version",
        index="request_id",
    )
    _table(
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
        unique="subject purpose identity_id",
        index="identity_id subject",
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "lane", "priority", "due_at"])
    _table(
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
        index="request_id",
    )
    _table(
        "phone_voice",
        *_text("id"),
        *_text("request_id", to="approval_request.id"),
        *_number("version"),
        *_text("person_id recorded_by", to="person.id"),
        *_text("number note"),
        *_when("at due_at"),
        *_text("state"),
        index="request_id",
    )
    _table(
        "asked",
        *_text("id"),
        *_text("step_id", to="approval_step.id"),
        *_text("request_id", to="approval_request.id"),
        *_text("person_id", to="person.id"),
        *_when("since"),
        *_text("why"),
        *_when("snoozed_until", null=True),
        *_text("handed_to", null=True, to="person.id"),
        unique="step_id person_id",
        index="person_id request_id step_id",
    )
    _table(
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
        unique="step_id person_id",
        index="request_id step_id",
    )


def downgrade() -> None:
    """Back to an empty database."""
    tables = (
        "vote asked phone_voice inquiry delivery approval_version approval_step task staff_assignment "
        "role_assignment identity approval_request absence person workspace timer location api_token "
        "journal_head journal inbox idempotency_key client"
    )
    for table in tables.split():
        op.drop_table(table)
