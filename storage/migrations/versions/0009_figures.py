"""What made new reports dear: an index that nothing needs beside the unique one, and figures as JSONB."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009_figures"
down_revision: str | None = "0008_compression"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

HOW = "SELECT attcompression::text FROM pg_attribute WHERE attrelid = 'report'::regclass AND attname = 'figures'"


def upgrade() -> None:
    """Forward."""
    op.drop_index("ix_report_state", "report")
    _become("text")


def downgrade() -> None:
    """Back to JSONB and a second index of a client's reports."""
    _become("jsonb")
    op.create_index("ix_report_state", "report", ["client_id", "kind", "state"])


def _become(kind: str) -> None:
    """SQLite has had text all along. Another type forgets how it is compressed."""
    if op.get_bind().dialect.name == "postgresql":
        how = op.get_bind().scalar(sa.text(HOW))
        op.execute(f"ALTER TABLE report ALTER COLUMN figures TYPE {kind} USING figures::{kind}")
        if how == "l":
            op.execute("ALTER TABLE report ALTER COLUMN figures SET COMPRESSION lz4")
