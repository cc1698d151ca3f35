"""Figures of reports are compressed by LZ4 where the server knows it: its own way takes as long as to count them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008_compression"
down_revision: str | None = "0007_standins"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KNOWS_LZ4 = "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"


def upgrade() -> None:
    """Forward: what is written from now on; what is there is read as ever."""
    if op.get_bind().dialect.name == "postgresql" and op.get_bind().scalar(sa.text(KNOWS_LZ4)):
        op.execute("ALTER TABLE report ALTER COLUMN figures SET COMPRESSION lz4")


def downgrade() -> None:
    """Back to what the server does by itself."""
    if op.get_bind().dialect.name == "postgresql" and op.get_bind().scalar(sa.text(KNOWS_LZ4)):
        op.execute("ALTER TABLE report ALTER COLUMN figures SET COMPRESSION default")
