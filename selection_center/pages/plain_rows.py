"""Rows that read like their models, without the ORM's weight: for pages that only show.

A row has a model's columns and speaks its words (`label`, `is_retired`): the model's properties are borrowed, so a word
is written once. It belongs to no session, loads nothing by itself, and what is set on it is never written.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from selection_center.core.db import Base

Model = type[Base]


@cache
def kind(model: Model) -> type[SimpleNamespace]:
    """The class of this model's plain rows."""
    words = {name: word for name, word in vars(model).items() if isinstance(word, property)}
    return type(f"Plain{model.__name__}", (SimpleNamespace,), words)


@cache
def names(model: Model) -> tuple[str, ...]:
    return tuple(column.name for column in model.__table__.columns)


def columns(*models: Model) -> sa.Select[Any]:
    """Everything of these models, side by side."""
    return sa.select(*(model.__table__ for model in models))


def cut(row: Sequence[Any], *models: Model) -> list[Any]:
    """A row of `columns(*models)` cut into one plain row per model; None where an outer join found none."""
    values = iter(row)
    return [plain(model, islice(values, len(names(model)))) for model in models]


def plain(model: Model, values: Iterable[Any]) -> Any:
    fields = dict(zip(names(model), values, strict=True))
    return kind(model)(**fields) if fields["id"] is not None else None
