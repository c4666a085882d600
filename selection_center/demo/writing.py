"""Rows in bulk, with their new ids in the order given."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.core.db import Model
from selection_center.core.shop_time import SHOP_TIME

Row = dict[str, Any]


def insert(session: Session, model: type[Model], rows: Sequence[Row]) -> list[int]:
    if not rows:
        return []
    statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def insert_by_age(session: Session, model: type[Model], rows: Sequence[Row], moment: str) -> list[int]:
    """The same, but older rows get the smaller ids: `moment` names the column that tells."""
    order = sorted(range(len(rows)), key=lambda number: rows[number][moment])
    ids = insert(session, model, [rows[number] for number in order])
    by_place = dict(zip(order, ids, strict=True))
    return [by_place[number] for number in range(len(rows))]


def phone(number: int) -> str:
    """Nobody's: numbers that begin with 1400 are of machines and have thirteen digits."""
    return f"1400000{number:04d}"


def days_before(now: datetime, days: int, hour: int = 10, minute: int = 0) -> datetime:
    """That many days ago at this hour in the shops, and never after now."""
    day = now.astimezone(SHOP_TIME).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return min(day - timedelta(days=days), now)


def foreign_phone(number: int) -> str:
    """Nobody's: 555-0100 to 555-0199 are kept for fiction."""
    return f"+1202555{100 + number % 100:04d}"
