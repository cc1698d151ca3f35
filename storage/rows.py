"""The shape of what a query answers, so that the rooms above can name it without knowing SQLAlchemy."""

from __future__ import annotations

from sqlalchemy import Row

__all__ = ["Row"]
