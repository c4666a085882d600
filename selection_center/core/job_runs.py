"""What we know of each background job, in our own rows: state, progress, attempts, failure."""

import enum
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, Word, db, own_transaction, utcnow
from selection_center.core.permissions import Permission


class Cancelled(Exception):
    """Somebody asked the job to stop; let it pass."""


class TakenOver(Exception):
    """Another worker holds the job now, because this one was silent for too long; let it pass."""


class JobState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (JobState.WAITING, JobState.RUNNING)


class JobRun(Model):
    """One job that was asked for (后台任务). Its key is the business's: the same key is the same job."""

    __tablename__ = "job_runs"

    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    arguments: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[JobState] = mapped_column(Word(JobState), default=JobState.WAITING, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    failure: Mapped[str | None] = mapped_column(sa.Text)
    """A sentence for people, in the language of who asked."""
    turn: Mapped[int] = mapped_column(default=1)
    """How often it was put into the queue: anew with each try."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was put off in a row because it could not be done yet."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Starts in this turn. The newest holds the job: an older one that wakes up again can write nothing here."""
    lane: Mapped[str | None] = mapped_column(sa.String(60))
    """`queue/lane`, where it does not wait in the common queue."""
    due_at: Mapped[datetime | None]
    """Until then it waits for its next try."""
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    actor: Mapped[str] = mapped_column(sa.String(128), default="system")
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancel_asked_at: Mapped[datetime | None]

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_SITE) -> sa.Select[Self]:
        """What this person asked for, and what was asked for at a site where they may so much; for head office all."""
        sites = user.site_ids(permission)
        query = sa.select(cls)
        return query if sites is None else query.where(sa.or_(cls.user_id == user.id, cls.site_id.in_(sites)))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_put_off(self) -> bool:
        return self.state is JobState.WAITING and self.tries > 0

    @property
    def was_begun_before(self) -> bool:
        """Seen from an attempt at it: an earlier one may have done a part."""
        return self.turn > 1 or self.attempts > 1

    @property
    def is_stopping(self) -> bool:
        return self.is_open and self.cancel_asked_at is not None

    @property
    def percent(self) -> int | None:
        """Whole percent done; None while nobody knows how much there is."""
        if not self.total:
            return None
        return min(100, self.done * 100 // self.total)

    def ask_to_cancel(self) -> None:
        """A waiting job is cancelled at once, a running one at its next advance; an ended one stays as it ended."""
        now = utcnow()
        here = sa.update(JobRun).where(JobRun.id == self.id)
        db.session.execute(
            here.where(JobRun.state == JobState.WAITING).values(
                state=JobState.CANCELLED, cancel_asked_at=now, ended_at=now
            )
        )
        db.session.execute(
            here.where(JobRun.state == JobState.RUNNING, JobRun.cancel_asked_at.is_(None)).values(cancel_asked_at=now)
        )
        db.session.refresh(self)

    def advance(self, done: int, total: int | None = None) -> None:
        """Writes the progress at once, beside what the job itself writes. Raises Cancelled when asked to stop.

        On SQLite, where only one may write, it joins a transaction that the job has open and shows with its commit.
        """
        values: dict[str, Any] = {"done": done} if total is None else {"done": done, "total": total}
        asked = execute(self.held().values(values).returning(JobRun.cancel_asked_at))
        if not asked:
            raise TakenOver(self.key)
        self.done, self.total = done, self.total if total is None else total
        if asked[0].cancel_asked_at is not None:
            raise Cancelled(self.key)

    def end(self, state: JobState, failure: str | None = None) -> None:
        """Writes how this attempt ended, if it still holds the job."""
        execute(self.held().values(state=state, failure=failure, ended_at=utcnow()))

    def held(self) -> sa.Update:
        """An update of this row that finds it only while this attempt holds the job."""
        return sa.update(JobRun).where(
            JobRun.id == self.id,
            JobRun.turn == self.turn,
            JobRun.attempts == self.attempts,
            JobRun.state == JobState.RUNNING,
        )


def execute(statement: sa.Update) -> list[Any]:
    """Rows that the statement returns, in a transaction of its own wherever the database allows two at a time."""
    if db.engine.dialect.name == "sqlite" and db.session().in_transaction():
        return rows_of(db.session.connection().execute(statement))
    with own_transaction() as connection:
        return rows_of(connection.execute(statement))


def rows_of(result: sa.CursorResult[Any]) -> list[Any]:
    return list(result) if result.returns_rows else []
