"""What somebody has here beside a record: their account, how they are reached, what they proposed and rated. It stands
only in a copy that they ask for themselves, since ideas are shown without a name unless their maker wants otherwise."""

import uuid
from collections.abc import Iterator

from sqlalchemy import Table, select
from sqlmodel import Session

from core.export.everything import Row
from core.vault import vault
from models import Base, Idea, IdeaRating, NotificationChannel, SignInSession, User

# The table, the column that names the person, and what opens or proves something and says nothing about them.
_TABLES: tuple[tuple[type[Base], str, frozenset[str]], ...] = (
    (User, "id", frozenset({"password_hash"})),
    (SignInSession, "user_id", frozenset({"token_hash"})),
    (NotificationChannel, "user_id", frozenset()),
    (Idea, "made_by", frozenset()),
    (IdeaRating, "rated_by", frozenset()),
)


def own_rows(session: Session, user_id: uuid.UUID) -> Iterator[tuple[str, list[Row]]]:
    """Each table's name and the rows of this account, the addresses of channels readable."""
    for model, column, secret in _TABLES:
        table = Base.metadata.tables[str(model.__tablename__)]
        yield table.name, [_opened(session, table, row) for row in _rows(session, table, column, secret, user_id)]


def _rows(session: Session, table: Table, column: str, secret: frozenset[str], user_id: uuid.UUID) -> list[Row]:
    shown = [one for one in table.columns if one.name not in secret]
    found = session.execute(select(*shown).where(table.c[column] == user_id).order_by(*table.primary_key))
    return [dict(row) for row in found.mappings()]


def _opened(session: Session, table: Table, row: Row) -> Row:
    if table.name == NotificationChannel.__tablename__:
        row["address"] = vault(session).unseal(table.name, row["id"], row["user_id"], row["address"])
    return row
