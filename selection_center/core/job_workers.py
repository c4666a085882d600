"""Which job workers live: a row for each, with its last heartbeat."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, db, own_transaction, utcnow


class JobWorker(Model):
    """One living job worker: a name that is new at each start, and when it was last heard of."""

    __tablename__ = "job_workers"

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    started_at: Mapped[datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)


def beat(name: str) -> None:
    """Says that this worker is alive."""
    with own_transaction() as connection:
        seen = connection.execute(sa.update(JobWorker).filter_by(name=name).values(seen_at=utcnow()))
        if not seen.rowcount:
            connection.execute(sa.insert(JobWorker).values(name=name, started_at=utcnow(), seen_at=utcnow()))


def leave(name: str) -> None:
    """Says that this worker has ended, with nothing left undone."""
    with own_transaction() as connection:
        connection.execute(sa.delete(JobWorker).filter_by(name=name))


def names_alive(seconds: float) -> set[str]:
    """Workers heard of in the last so many seconds."""
    limit = utcnow() - timedelta(seconds=seconds)
    return set(db.session.scalars(sa.select(JobWorker.name).where(JobWorker.seen_at > limit)))


def forget(before: datetime) -> None:
    """Deletes the rows of workers that were last heard of before that."""
    with own_transaction() as connection:
        connection.execute(sa.delete(JobWorker).where(JobWorker.seen_at < before))
