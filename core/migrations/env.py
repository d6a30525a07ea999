"""Alembic's entry: runs within the connection and the transaction that ``core.migrate`` has opened."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from models import Base
from models.base import EnumText, UtcDateTime


def plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as the plain ones beneath, so that a migration never depends on today's models."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, EnumText):
        return f"sa.String({item.impl.length})"
    if isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    return False


connection: sa.Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_types,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
