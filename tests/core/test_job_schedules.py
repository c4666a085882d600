"""Duties that come up again and again: asked for when they are due, once, and not while the last is still open."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import job_schedules, jobs
from selection_center.core.db import db, utcnow, writing
from selection_center.core.jobs import JobRun, JobSchedule, JobState

Work = Callable[[], list[str]]
DUTY = "core-sweep"


@pytest.fixture
def swept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """A duty of every five minutes, alone; the moments at which it was done."""
    done: list[datetime] = []

    def sweep() -> None:
        done.append(utcnow())

    sweep.__module__ = "selection_center.core.test"
    monkeypatch.setattr(job_schedules, "SCHEDULES", {})
    jobs.scheduled("Sweep", timedelta(minutes=5))(sweep)
    yield done
    del jobs.JOBS[DUTY]


def keys() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(JobRun.key).order_by(JobRun.id)))


def let_it_be_due(ago: timedelta = timedelta(seconds=1)) -> None:
    with writing():
        db.session.execute(sa.update(JobSchedule).values(due_at=utcnow() - ago))
        db.session.commit()


def test_it_is_asked_for_when_it_is_due_and_once(swept: list[datetime], work: Work) -> None:
    jobs.ask_due()
    assert keys() == []
    let_it_be_due()
    jobs.ask_due()
    jobs.ask_due()
    (key,) = keys()
    assert key.startswith(f"{DUTY} 20")
    assert work() == [key]
    assert len(swept) == 1


def test_it_is_not_asked_for_while_the_last_is_open(swept: list[datetime], work: Work) -> None:
    for ago in (20, 10):
        jobs.ask_due()
        let_it_be_due(timedelta(seconds=ago))
    jobs.ask_due()
    assert len(keys()) == 1
    work()
    let_it_be_due()
    jobs.ask_due()
    assert len(keys()) == 2


def test_a_night_is_at_four_in_china() -> None:
    nightly = job_schedules.Schedule("x", lambda: None, None)
    assert nightly.after(datetime(2026, 11, 26, 3, tzinfo=UTC)) == datetime(2026, 11, 26, 20, tzinfo=UTC)
    assert nightly.after(datetime(2026, 11, 26, 20, tzinfo=UTC)) == datetime(2026, 11, 27, 20, tzinfo=UTC)


def test_every_duty_of_the_house_is_asked_for_and_done(app: Flask, work: Work) -> None:
    jobs.ask_due()
    let_it_be_due()
    jobs.ask_due()
    work()
    states = dict(db.session.execute(sa.select(JobRun.name, JobRun.state)).all())
    assert states == dict.fromkeys(jobs.SCHEDULES, JobState.DONE)


def test_a_duty_that_breaks_is_a_failed_task_that_comes_again(
    swept: list[datetime], work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.ask_due()
    let_it_be_due(timedelta(seconds=20))
    jobs.ask_due()
    with monkeypatch.context() as broken:
        broken.setitem(jobs.JOBS, DUTY, lambda run: 1 / 0)
        work()
    let_it_be_due()
    jobs.ask_due()
    work()
    states = list(db.session.scalars(sa.select(JobRun.state).order_by(JobRun.id)))
    assert (states, len(swept)) == ([JobState.FAILED, JobState.DONE], 1)


def test_old_tasks_are_forgotten_duties_sooner(swept: list[datetime]) -> None:
    now = utcnow()
    ends = {
        f"{DUTY} old": (DUTY, JobState.DONE, timedelta(days=3)),
        f"{DUTY} failed": (DUTY, JobState.FAILED, timedelta(days=3)),
        f"{DUTY} new": (DUTY, JobState.DONE, timedelta(days=1)),
        "print-1": ("print-run", JobState.DONE, timedelta(days=80)),
        "print-0": ("print-run", JobState.DONE, timedelta(days=91)),
    }
    with writing():
        for key, (name, state, ago) in ends.items():
            db.session.add(JobRun(key=key, name=name, arguments={}, state=state, ended_at=now - ago))
        db.session.commit()
        job_schedules.forget_runs()
        db.session.commit()
    assert keys() == [f"{DUTY} failed", f"{DUTY} new", "print-1"]
