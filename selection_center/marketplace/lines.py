"""A line to a marketplace: an account's connector, each call of which keeps the pace, is timed, counted and noted.

The pace and the breaker stand in the account's row, so that all processes together keep them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.core.db import own_transaction, table_of, utcnow
from selection_center.core.errors import Refused
from selection_center.marketplace.accounts import Account, CallCount, resealed
from selection_center.marketplace.connectors import Connector, ConnectorError
from selection_center.marketplace.connectors.registry import CONNECTORS

ACCOUNTS = table_of(Account)
CALLS = table_of(CallCount)
FAILURES_ALLOWED = 5
FIRST_REST, LONGEST_REST = 10, 600
"""Seconds for which a marketplace that does not answer is left alone: doubled with each further failure."""
TOO_OFTEN_REST = 10
LONGEST_WAIT = 60
"""Seconds that a call waits for its turn before it gives up."""


def line_to(account: Account) -> AbstractContextManager[Connector]:
    """The account's connector, to be used inside `with`. Refuses a paused account.

    The caller ends its transaction before the first call: nothing of ours may be open while others are asked.
    """
    if account.is_paused:
        raise Refused("account_paused", _("%(name)s is paused: nothing is asked there.", name=account.name))
    gate = Gate(account.id, account.calls_per_minute)
    return closing(CONNECTORS[account.connector](account.opened(), partial(keep_secrets, account.id), gate))


def keep_secrets(account_id: int, values: Mapping[str, str]) -> None:
    """Writes renewed tokens at once, before they are used: the marketplace forgets the old ones."""
    own = ACCOUNTS.c.id == account_id
    with own_transaction() as connection:
        sealed = connection.execute(sa.select(ACCOUNTS.c.sealed).where(own).with_for_update()).scalar_one()
        connection.execute(sa.update(ACCOUNTS).where(own).values(sealed=resealed(sealed, values)))


class Gate:
    """Where every call of an account passes: it waits for its turn, and what came of it is written down."""

    def __init__(self, account_id: int, calls_per_minute: int) -> None:
        self.account_id = account_id
        self.apart = timedelta(minutes=1) / calls_per_minute

    @contextmanager
    def __call__(self, call: str) -> Iterator[None]:
        self.wait_for_turn()
        begun = time.monotonic()
        error: ConnectorError | None = None
        try:
            yield
        except ConnectorError as raised:
            error = raised
            raise
        finally:
            self.note(call, round((time.monotonic() - begun) * 1000), error)

    def wait_for_turn(self) -> None:
        """Takes the next free moment; one UPDATE takes it, so no two processes get the same."""
        now = utcnow()
        with own_transaction() as connection:
            row = connection.execute(
                sa.select(ACCOUNTS.c.rests_until, ACCOUNTS.c.next_call_at)
                .where(ACCOUNTS.c.id == self.account_id)
                .with_for_update()
            ).one()
            self.refuse_while_resting(row.rests_until, now)
            turn = max(now, row.next_call_at or now)
            if turn - now > timedelta(seconds=LONGEST_WAIT):
                raise ConnectorError("too_often", permanent=False, wait=(turn - now).total_seconds())
            here = sa.update(ACCOUNTS).where(ACCOUNTS.c.id == self.account_id)
            connection.execute(here.values(next_call_at=turn + self.apart))
        time.sleep((turn - now).total_seconds())

    def refuse_while_resting(self, rests_until: datetime | None, now: datetime) -> None:
        if rests_until is not None and rests_until > now:
            raise ConnectorError("resting", permanent=False, wait=(rests_until - now).total_seconds())

    def note(self, call: str, took_ms: int, error: ConnectorError | None) -> None:
        own = ACCOUNTS.c.id == self.account_id
        with own_transaction() as connection:
            before = connection.execute(sa.select(ACCOUNTS.c.failures).where(own).with_for_update()).scalar_one()
            count_call(connection, self.account_id, call, took_ms, failed=error is not None)
            connection.execute(sa.update(ACCOUNTS).where(own).values(after_call(before, error)))


def after_call(failures: int, error: ConnectorError | None) -> dict[str, object]:
    """What a call leaves in its account's row: an answer, even a "no", closes the breaker; silence may open it."""
    now = utcnow()
    said: dict[str, object] = {"succeeded_at": now}
    if error:
        said = {"failed_at": now, "failure": error.code, "failure_said": error.said[:400]}
    if error is None or (error.permanent and error.code != "too_often"):
        return {"failures": 0, "rests_until": None, **said}
    failures += 1
    rest = 0.0
    if error.code == "too_often":
        rest = error.wait or min(LONGEST_REST, TOO_OFTEN_REST * 2 ** (failures - 1))
    elif failures >= FAILURES_ALLOWED:
        rest = min(LONGEST_REST, FIRST_REST * 2 ** (failures - FAILURES_ALLOWED))
    return {"failures": failures, "rests_until": now + timedelta(seconds=rest) if rest else None, **said}


def count_call(connection: sa.Connection, account_id: int, call: str, took_ms: int, *, failed: bool) -> None:
    key = {"account_id": account_id, "on": utcnow().date().isoformat(), "call": call[:80]}
    here = sa.update(CALLS).where(*(CALLS.c[name] == value for name, value in key.items()))
    slower = sa.case((CALLS.c.slowest_ms < took_ms, took_ms), else_=CALLS.c.slowest_ms)
    more = {
        "count": CALLS.c.count + 1,
        "failed": CALLS.c.failed + int(failed),
        "total_ms": CALLS.c.total_ms + took_ms,
        "slowest_ms": slower,
    }
    if not connection.execute(here.values(more)).rowcount:
        first = {"count": 1, "failed": int(failed), "total_ms": took_ms, "slowest_ms": took_ms}
        connection.execute(sa.insert(CALLS).values(key | first))
