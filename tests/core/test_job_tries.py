"""Jobs that cannot be done yet: put off with growing waits, tried again, by the clock or by a person's word."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import job_attempts, job_kinds, jobs
from selection_center.core.db import db, own_transaction, utcnow, writing
from selection_center.core.errors import Refused
from selection_center.core.jobs import JobRun, JobState, Later

Work = Callable[[], list[str]]


class Shop:
    """Refuses so often for now, then takes what is brought."""

    def __init__(self, refusals: int, wait: float | None = None) -> None:
        self.refusals, self.wait, self.asked = refusals, wait, 0

    def __call__(self, run: JobRun) -> None:
        self.asked += 1
        if self.asked <= self.refusals:
            raise Later("closed", f"Closed ({self.asked}).", self.wait)


@pytest.fixture
def ask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[jobs.Job], JobRun]:
    def ask(function: jobs.Job) -> JobRun:
        monkeypatch.setitem(jobs.JOBS, "test", function)
        with writing():
            run = jobs.enqueue("test", key="bring")
            db.session.commit()
        return run

    return ask


def let_it_be_due() -> None:
    with writing():
        db.session.execute(sa.update(JobRun).values(due_at=utcnow() - timedelta(seconds=1)))
        db.session.commit()


def in_engine() -> dict[str, Any]:
    """Workflow -> from when on it may run, in seconds since 1970, or None."""
    table = "workflow_status" if db.engine.dialect.name == "sqlite" else "dbos.workflow_status"
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT workflow_uuid, delay_until_epoch_ms FROM {table}").all()
    return {name: moment and moment / 1000 for name, moment in rows}


def test_what_cannot_be_done_yet_waits_and_is_then_done(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    shop = Shop(refusals=2)
    run = ask(shop)
    assert work() == ["bring"]
    db.session.refresh(run)
    assert (run.state, run.tries, run.failure, shop.asked) == (JobState.WAITING, 1, "Closed (1).", 1)
    assert work() == []  # not yet
    let_it_be_due()
    assert work() == ["bring"]
    let_it_be_due()
    assert work() == ["bring"]
    db.session.refresh(run)
    assert (run.state, run.failure, shop.asked) == (JobState.DONE, None, 3)


def test_the_engine_holds_each_turn_until_it_is_due(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    run = ask(Shop(refusals=1))
    work()
    db.session.refresh(run)
    held = in_engine()
    assert set(held) == {"bring", "bring~2"}
    assert held["bring"] is None
    assert run.due_at
    assert abs(held["bring~2"] - run.due_at.timestamp()) < 2


def test_an_older_turn_finds_nothing_to_do(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    shop = Shop(refusals=1)
    ask(shop)
    work()
    jobs.perform("bring", turn=1)
    assert shop.asked == 1
    jobs.perform("bring", turn=2)
    assert shop.asked == 2


def test_waits_double_differ_and_end() -> None:
    waits = [{job_attempts.back_off(tries) for _ in range(20)} for tries in range(12)]
    assert all(len(each) > 10 for each in waits)
    for tries, each in enumerate(waits):
        middle = min(job_attempts.LONGEST_WAIT, job_attempts.FIRST_WAIT * 2**tries)
        assert all(0.75 * middle <= wait <= 1.25 * middle for wait in each)


def test_a_wait_that_the_other_side_names_is_kept(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    run = ask(Shop(refusals=1, wait=7200))
    work()
    db.session.refresh(run)
    assert run.due_at
    assert run.due_at > utcnow() + timedelta(seconds=7100)


def test_after_the_last_try_it_has_failed_with_the_reason(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    shop = Shop(refusals=100)
    run = ask(shop)
    for _ in range(job_attempts.MOST_TRIES + 5):
        work()
        let_it_be_due()
    db.session.refresh(run)
    assert (run.state, shop.asked) == (JobState.FAILED, job_attempts.MOST_TRIES + 1)
    assert run.failure == f"Closed ({shop.asked})."


def test_a_stop_that_was_asked_for_meanwhile_is_heard(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    def stopped_then_later(run: JobRun) -> None:
        with own_transaction() as connection:
            connection.execute(sa.update(JobRun).values(cancel_asked_at=utcnow()))
        raise Later("closed", "Closed.")

    run = ask(stopped_then_later)
    work()
    db.session.refresh(run)
    assert run.state is JobState.CANCELLED
    assert set(in_engine()) == {"bring"}


def test_what_is_put_off_can_be_stopped(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    shop = Shop(refusals=1)
    run = ask(shop)
    work()
    with writing():
        run.ask_to_cancel()
        db.session.commit()
    let_it_be_due()
    assert work() == []
    assert (run.state, shop.asked) == (JobState.CANCELLED, 1)


def test_an_attempt_that_lost_its_turn_puts_nothing_off(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    def overtaken(run: JobRun) -> None:
        with own_transaction() as connection:
            connection.execute(sa.update(JobRun).values(attempts=JobRun.attempts + 1))
        raise Later("closed", "Closed.")

    run = ask(overtaken)
    work()
    db.session.refresh(run)
    assert (run.state, run.turn, run.attempts) == (JobState.RUNNING, 1, 2)
    assert set(in_engine()) == {"bring"}


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_a_person_has_it_tried_again(ask: Callable[[jobs.Job], JobRun], work: Work, state: JobState) -> None:
    shop = Shop(refusals=0)
    run = ask(shop)
    with writing():
        run.state, run.tries, run.failure, run.ended_at = state, 8, "Closed.", utcnow()
        run.cancel_asked_at = utcnow()
        db.session.commit()
        jobs.retry(run)
        db.session.commit()
    assert work() == ["bring"]
    db.session.refresh(run)
    assert (run.state, run.tries, shop.asked) == (JobState.DONE, 0, 1)
    assert run.failure is None
    assert set(in_engine()) == {"bring", "bring~2"}


def test_a_person_hurries_what_was_put_off(ask: Callable[[jobs.Job], JobRun], work: Work) -> None:
    shop = Shop(refusals=1)
    run = ask(shop)
    work()
    with writing():
        jobs.retry(run)
        db.session.commit()
    assert (run.turn, run.due_at) == (3, None)
    assert work() == ["bring"]
    jobs.perform("bring", turn=2)  # the turn that was put off finds nothing to do
    assert shop.asked == 2


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.RUNNING, JobState.DONE])
def test_what_is_not_over_or_went_well_is_not_tried_again(ask: Callable[[jobs.Job], JobRun], state: JobState) -> None:
    run = ask(Shop(refusals=0))
    with writing():
        run.state = state
        db.session.commit()
        with pytest.raises(Refused):
            jobs.retry(run)


def test_a_job_waits_in_the_lane_that_its_arguments_name(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(jobs.JOBS, "test", lambda run, account_id: None)
    monkeypatch.setitem(job_kinds.LANES, "test", jobs.Lanes("orders", lambda account_id: f"{account_id}"))
    with writing():
        run = jobs.enqueue("test", key="bring", account_id=4)
        db.session.commit()
    assert run.lane == "orders/4"
    table = "workflow_status" if db.engine.dialect.name == "sqlite" else "dbos.workflow_status"
    with db.engine.connect() as connection:
        row = connection.exec_driver_sql(f"SELECT queue_name, queue_partition_key FROM {table}").one()
    assert tuple(row) == ("orders", "4")
