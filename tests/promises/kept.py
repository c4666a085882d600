"""What stands in the database: as rows to compare, and as a copy to go back to."""

from datetime import date, datetime
from typing import Any

import pysqlite3
import sqlalchemy as sa

from selection_center.core.db import db

Rows = dict[str, dict[Any, dict[str, Any]]]
"""By table and row number, the row's columns."""

PASSING = {"operations", "attempts", "scans", "scan_days", "price_gaps"}
"""Tables that note that somebody was here, or what a page worked out: no effect of a form, and allowed to a GET."""
TAKEN_OUT = {
    *("loans_exported", "members_exported", "stock_exported", "sales_exported", "day_report_given"),
    *("shift_report_given", "cards_printed"),
}
"""Verbs of the audit that note that somebody took a table or cards away: a reading page writes them."""
MARKS = {"last_seen_at", *("compared_version", "gap_seen", "agrees_with", "differs_from")}
"""Columns of that kind."""
DRAWN = {
    *("code", "token", "share_token", "number", "key", "token_digest", "password_hash", "device", "fingerprint"),
    *("address", "version", "list_code", "pin_hash", "secret", "handle", "link", "left_as", "external_id"),
}
"""Columns whose values are drawn anew each time."""


def tables() -> list[sa.Table]:
    existing = set(sa.inspect(db.engine).get_table_names())
    return [table for table in db.metadata.sorted_tables if table.name in existing]


def rows() -> Rows:
    """Everything that is kept, without marks of passing."""
    found: Rows = {}
    with db.engine.connect() as connection:
        for table in tables():
            if table.name in PASSING:
                continue
            found[table.name] = {}
            for row in connection.execute(sa.select(table)).mappings():
                if table.name == "audit_entries" and row["verb"] in TAKEN_OUT:
                    continue
                values = {name: value for name, value in row.items() if name not in MARKS}
                key = tuple(row[column.name] for column in table.primary_key)
                found[table.name][key] = values
    return found


def changed(before: Rows, after: Rows) -> dict[str, list[Any]]:
    """By table, the rows that came, went or differ."""
    found: dict[str, list[Any]] = {}
    for table, now in after.items():
        then = before.get(table, {})
        keys = [key for key in {*then, *now} if then.get(key) != now.get(key)]
        if keys:
            found[table] = sorted(keys, key=str)
    return found


def effect(before: Rows, after: Rows) -> list[str]:
    """What a form did, told without moments and drawn values, so that twice the same deed reads the same."""
    told = []
    for table, keys in changed(before, after).items():
        for key in keys:
            row = after[table].get(key)
            told.append(f"{table}: {plain(row) if row is not None else 'gone'}")
    return sorted(told)


def plain(row: dict[str, Any]) -> dict[str, Any]:
    moments = (datetime, date)
    return {
        name: plain(value) if isinstance(value, dict) else value
        for name, value in row.items()
        if name not in DRAWN and name != "id" and not isinstance(value, moments)
    }


class Copy:
    """The database as it is now; `restore` goes back to it."""

    def __init__(self) -> None:
        self.is_sqlite = db.engine.dialect.name == "sqlite"
        db.session.rollback()
        if self.is_sqlite:
            self.memory = pysqlite3.connect(":memory:")
            with pysqlite3.connect(str(db.engine.url.database)) as file:
                file.backup(self.memory)
            file.close()
        else:
            self.rows = self.raw()

    def restore(self) -> None:
        db.session.rollback()
        db.session.expire_all()
        if self.is_sqlite:
            db.engine.dispose()
            with pysqlite3.connect(str(db.engine.url.database)) as file:
                self.memory.backup(file)
            file.close()
            return
        now = self.raw()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in tables():
                if now[table.name] != self.rows[table.name]:
                    connection.execute(sa.delete(table))
                    if self.rows[table.name]:
                        connection.execute(sa.insert(table), self.rows[table.name])
            for table in tables():
                if "id" in table.c:
                    connection.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                        f' (SELECT coalesce(max(id), 0) + 1 FROM "{table.name}"), false)'
                    )

    def close(self) -> None:
        if self.is_sqlite:
            self.memory.close()

    @staticmethod
    def raw() -> dict[str, list[dict[str, Any]]]:
        with db.engine.connect() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in tables()
            }
