"""Engine, session, base model, and how a transaction begins.

SQLite's deferred BEGIN turns a read-then-write into "database is locked" at once, whatever the busy timeout.
So a transaction that may write says so before its first statement (`writing()`), and begins IMMEDIATE.
"""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pysqlite3
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.routing import IntegerConverter, ValidationError

from selection_center.core.turns import Turns

S = TypeVar("S", bound=sa.Select[Any])
M = TypeVar("M", bound="Base")

BUSY_TIMEOUT_SECONDS = 20
FIRST_FIXED_SQLITE = (3, 51, 3)
"""Builds from 3.7.0 to 3.51.2 can corrupt a WAL when it is reset; fixed here (sqlite.org/wal.html)."""

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: aware in Python on both databases, naive text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must know its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def Word(words: type[enum.StrEnum], name: str = "") -> sa.Enum:
    """An enum stored as its word, with a CHECK constraint that names the allowed ones.

    `name`: of the constraint, where a table has two columns of one enum.
    """
    return sa.Enum(
        words,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or words.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of the type INTEGER."""


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)


db = SQLAlchemy(model_class=Base)
registry: Any = vars(db.Model)["registry"]
registry.update_type_annotation_map({int: BigId, datetime: UtcDateTime()})

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


def utcnow() -> datetime:
    return datetime.now(UTC)


def hold(row: M) -> M:
    """Keeps a row at hand until the session ends, where it is asked for again and again: by itself a session forgets
    what nobody refers to.
    """
    db.session().info.setdefault("held", set()).add(row)
    return row


def within(query: S, column: Any, ids: set[int] | None) -> S:
    """The query kept to rows whose column is one of these ids; None keeps them all."""
    return query if ids is None else query.where(column.in_(ids))


def unique_where(name: str, *columns: str, where: str) -> sa.Index:
    """Of the rows for which this SQL holds, no two share these columns; alike on both databases."""
    holds = sa.text(where)
    return sa.Index(name, *columns, unique=True, sqlite_where=holds, postgresql_where=holds)


_writes: ContextVar[bool] = ContextVar("writes", default=False)


def begin_as_write(yes: bool = True) -> None:
    """Says that transactions begun from here on, in this context, may write."""
    _writes.set(yes)


@contextmanager
def writing() -> Iterator[None]:
    """A stretch of work whose transactions begin as writes. Commits nothing by itself."""
    token = _writes.set(True)
    try:
        yield
    finally:
        _writes.reset(token)


def engine_options(database_url: str) -> dict[str, Any]:
    """What `create_engine` needs for this address."""
    if database_url.startswith("sqlite"):
        return {"module": pysqlite3.dbapi2, "connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}}
    return {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}


def prepare_engine(engine: sa.Engine) -> None:
    """Gives an SQLite engine its journal mode, its pragmas and its way to begin; leaves others alone."""
    if engine.dialect.name != "sqlite":
        return
    if pysqlite3.sqlite_version_info < FIRST_FIXED_SQLITE:
        raise RuntimeError(f"SQLite {pysqlite3.sqlite_version} may corrupt a WAL: install pysqlite3 0.6.1 or newer")

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's "begin" event below begins, not the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-8000",
            f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    turns = Turns(engine, BUSY_TIMEOUT_SECONDS)

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        if _writes.get():
            turns.begin(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def table_of(model: type[Model]) -> sa.Table:
    """For statements that no object of the session stands behind."""
    return cast(sa.Table, model.__table__)


def update_one(statement: sa.Update) -> bool:
    """Runs a conditional UPDATE in the session; True when it found its one row."""
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    return bool(result.rowcount == 1)


def upsert(into: Any) -> Any:
    """An INSERT into this table or model that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(into)


def insert_new(model: type[Model], values: dict[str, Any]) -> int | None:
    """Inserts this row in the session, unless one is there that it may not stand beside; its id, or None."""
    insert = upsert(model).on_conflict_do_nothing()
    made: int | None = db.session.scalar(insert.values(values).returning(model.id))
    return made


class RowNumber(IntegerConverter):
    """`<int:...>` in an address: what no table can number leads nowhere, before it breaks a query."""

    def to_python(self, value: str) -> int:
        if len(value) > 18:
            raise ValidationError
        return int(super().to_python(value))


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


@contextmanager
def own_transaction() -> Iterator[sa.Connection]:
    """A short write of its own beside the request's transaction (a last-seen time, a counted attempt)."""
    with writing(), db.engine.begin() as connection:
        yield connection
