"""A sale that comes whole is kept whole: one INSERT each for the sale, its lines and its payments.

The session would order and write the same rows one object after the other, for twice the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached

from selection_center.core.db import Model, db, table_of, upsert
from selection_center.till.numbers import drawn_number
from selection_center.till.sales import Sale

SALES = table_of(Sale)


def keep(sale: Sale) -> None:
    """The sale is new. From here on it is the session's, as if it had been loaded."""
    insert_sale(sale)
    for line in sale.lines:
        line.sale_id = sale.id
    for payment in sale.payments:
        payment.sale_id = sale.id
    insert(sale.lines)
    insert(sale.payments)
    db.session.add(sale)


def insert_sale(sale: Sale) -> None:
    """Draws another number where an earlier sale has the drawn one."""
    statement = upsert(SALES).on_conflict_do_nothing().returning(SALES.c.id)
    while (sale_id := db.session.scalar(statement, said(sale))) is None:
        sale.number = drawn_number(sale.site.slug)
    take_as_loaded(sale, sale_id)


def insert(rows: Sequence[Model]) -> None:
    """New rows of one table, in their order; what they do not say is the column's default."""
    for _names, group in groupby(rows, key=lambda row: tuple(said(row))):
        alike = list(group)
        ids = db.session.scalars(into(type(alike[0])), [said(row) for row in alike])
        for row, row_id in zip(alike, ids, strict=True):
            take_as_loaded(row, row_id)


@cache
def into(model: type[Model]) -> Any:
    table = table_of(model)
    return sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)


def said(row: Model) -> dict[str, Any]:
    """The columns that it says."""
    values = vars(row)
    return {column.key: values[column.key] for column in type(row).__table__.columns if column.key in values}


def take_as_loaded(row: Model, row_id: int) -> None:
    row.id = row_id
    make_transient_to_detached(row)
