"""How often somebody tried: sign-ins by account, device, address and in all; counted in the database."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, db, own_transaction, utcnow

WINDOW = timedelta(minutes=5)
KEPT = timedelta(days=1)


class Attempt(Model):
    """One failed try, under one key such as `sign-in account <digest>`."""

    __tablename__ = "attempts"
    __table_args__ = (sa.Index("ix_attempts_key_at", "key", "at"),)

    key: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[datetime] = mapped_column(default=utcnow)


def key(kind: str, of: str) -> str:
    """Keys hold digests: an address or a login is nobody's business in this table."""
    return f"{kind} {hashlib.sha256(of.encode()).hexdigest()[:32]}"


def too_many(limits: dict[str, int], window: timedelta = WINDOW) -> bool:
    """True when any of these keys has reached its limit within the window, of a day at most."""
    counts = db.session.execute(
        sa.select(Attempt.key, sa.func.count())
        .where(Attempt.key.in_(limits), Attempt.at > utcnow() - window)
        .group_by(Attempt.key)
    )
    return any(count >= limits[name] for name, count in counts)


def count(keys: list[str]) -> None:
    """Counts one failure under each key, in a transaction of its own: it stays when the request is refused."""
    now = utcnow()
    with own_transaction() as connection:
        connection.execute(sa.delete(Attempt).where(Attempt.at < now - KEPT))
        connection.execute(sa.insert(Attempt), [{"key": name, "at": now} for name in keys])


def number(name: str, window: timedelta) -> int:
    """How many failures this key has within the window, of a day at most."""
    counted = sa.select(sa.func.count()).where(Attempt.key == name, Attempt.at > utcnow() - window)
    return db.session.scalar(counted) or 0


def forget(name: str) -> None:
    """Nothing is counted under this key any more: whoever tried was right at last."""
    db.session.execute(sa.delete(Attempt).where(Attempt.key == name))
