"""One page of a long list, and the order that its reader chose."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from flask import request
from flask_sqlalchemy.pagination import Pagination

from selection_center.core.db import db

PER_PAGE = 50
LAST_PAGE = 100_000
LARGEST_ID = 2**63 - 1


def page_of(query: sa.Select[Any], per_page: int = PER_PAGE) -> Pagination:
    """The rows of `?page=`; a number that makes no sense gives the first page, one past the end an empty page."""
    number = request.args.get("page", 1, type=int)
    return db.paginate(query, page=min(max(number, 1), LAST_PAGE), per_page=per_page, error_out=False)


def counted(query: sa.Select[Any], parts: Mapping[str, sa.ColumnElement[bool]]) -> dict[str, int]:
    """How many of the query's rows each part holds, in one statement."""
    sums = (sa.func.count().filter(condition) for condition in parts.values())
    row = db.session.execute(query.order_by(None).with_only_columns(*sums, maintain_column_froms=True)).one()
    return dict(zip(parts, row, strict=True))


class Parted(NamedTuple):
    """A list in parts: the one that is shown, how many rows each holds, and a page of it."""

    state: str
    counts: dict[str, int]
    page: Pagination


def parted(query: sa.Select[Any], parts: Mapping[str, sa.ColumnElement[bool]], *options: Any) -> Parted:
    """What `?state=` asks for, newest first; a name that makes no sense gives the first part."""
    asked = request.args.get("state", "")
    state = asked if asked in parts else next(iter(parts))
    newest = query.column_descriptions[0]["entity"].id.desc()
    page = page_of(query.where(parts[state]).order_by(newest).options(*options))
    return Parted(state, counted(query, parts), page)


class ListPage(Pagination):
    """One page of a list that was put in order by other means than a query: `ListPage.asked(rows)`."""

    @classmethod
    def asked(cls, rows: Sequence[Any], per_page: int = PER_PAGE) -> Self:
        number = request.args.get("page", 1, type=int)
        return cls(min(max(number, 1), LAST_PAGE), per_page, per_page, error_out=False, rows=rows)

    def _query_items(self) -> list[Any]:
        return list(self._query_args["rows"][self._query_offset : self._query_offset + self.per_page])

    def _query_count(self) -> int:
        return len(self._query_args["rows"])


class CountedPage(Pagination):
    """One page of rows whose number is known already: `CountedPage.asked(query, total)`."""

    @classmethod
    def asked(cls, query: sa.Select[Any], total: int, per_page: int = PER_PAGE) -> Self:
        number = request.args.get("page", 1, type=int)
        return cls(min(max(number, 1), LAST_PAGE), per_page, per_page, error_out=False, query=query, total=total)

    def _query_items(self) -> list[Any]:
        return list(db.session.execute(self._query_args["query"].limit(self.per_page).offset(self._query_offset)))

    def _query_count(self) -> int:
        return int(self._query_args["total"])


def ordered(query: sa.Select[Any], columns: Mapping[str, Any], default: str) -> sa.Select[Any]:
    """The query in the order of `?sort=name` or `?sort=-name`; unknown names give the default. Ties go by id."""
    wish = request.args.get("sort", default)
    if wish.removeprefix("-") not in columns:
        wish = default
    column = columns[wish.removeprefix("-")]
    tie = query.column_descriptions[0]["entity"].id
    return query.order_by(column.desc() if wish.startswith("-") else column.asc(), tie)


def like(text: str) -> str:
    """The text as a LIKE pattern for "contains", with the escape character backslash."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def like_anywhere(column: Any, text: str) -> sa.ColumnElement[bool]:
    """The text anywhere in the column, in any case."""
    condition: sa.ColumnElement[bool] = column.ilike(like(text), escape="\\")
    return condition
