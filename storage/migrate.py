"""Brings a database to the newest schema with Alembic, whose configuration is built here and nowhere else."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from storage.store import Store, Tx

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
_NAMED = re.compile(r'^(revision|down_revision)\b[^=\n]*= "(\w+)"', re.MULTILINE)
_ONE_AT_A_TIME = 0x6B65796C
"""PostgreSQL advisory lock: replicas that start together migrate one after the other."""


class Newer(Exception):
    """The database was made by a newer program than this one."""


def upgrade(store: Store) -> tuple[str | None, str]:
    """Applies what is missing, all in one transaction; answers (revision before, revision now). Raises Newer.

    Where nothing is missing, as at nearly every start, Alembic is not even imported.
    """
    with store.write() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        before = _revision(tx)
        if before == head():
            return before, before
        from alembic import command
        from alembic.script import ScriptDirectory

        config = _config()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if before is not None and before not in known:
            raise Newer(f"The database is at revision {before}, which this program does not know: run a newer Keyline.")
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
        return before, _revision(tx) or ""


def current(store: Store) -> str | None:
    """The revision a database is at; None for one that was never migrated. Does not import Alembic."""
    with store.read() as tx:
        return _revision(tx)


@lru_cache(maxsize=1)
def head() -> str:
    """The newest revision this program knows: the one that none follows. Does not import Alembic: every start asks."""
    said = [_NAMED.findall(script.read_text()) for script in (SCRIPTS / "versions").glob("*.py")]
    revisions = {value for script in said for name, value in script if name == "revision"}
    followed = {value for script in said for name, value in script if name == "down_revision"}
    (newest,) = revisions - followed
    return newest


def _revision(tx: Tx) -> str | None:
    if not inspect(tx).has_table("alembic_version"):
        return None
    found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
