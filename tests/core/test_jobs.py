"""Background jobs: asked for with the transaction, performed once, and honest about how they ended."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask_babel import gettext as _

from selection_center.config import ROOT
from selection_center.core import audit, jobs
from selection_center.core.db import db, own_transaction, writing
from selection_center.core.errors import Refused
from selection_center.core.jobs import JobRun, JobState
from selection_center.core.permissions import Role
from tests import factories as make

Work = Callable[[], list[str]]


@pytest.fixture
def perform(monkeypatch: pytest.MonkeyPatch, work: Work) -> Callable[..., JobRun]:
    """`perform(function, **arguments)` enqueues a job of this function, lets it be done, and answers its row."""

    def enqueue_and_work(function: jobs.Job, **arguments: Any) -> JobRun:
        monkeypatch.setitem(jobs.JOBS, "test", function)
        with writing():
            run = jobs.enqueue("test", key="test-1", **arguments)
            work()
        return run

    return enqueue_and_work


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job called "test" that does nothing."""
    monkeypatch.setitem(jobs.JOBS, "test", lambda run: None)


def in_engine(app: Flask) -> list[str]:
    """Keys in the engine's own table."""
    table = "workflow_status" if db.engine.dialect.name == "sqlite" else "dbos.workflow_status"
    with db.engine.connect() as connection:
        return list(connection.exec_driver_sql(f"SELECT workflow_uuid FROM {table}").scalars())


@pytest.mark.usefixtures("known")
def test_a_job_exists_if_and_only_if_the_transaction_commits(app: Flask) -> None:
    with writing():
        jobs.enqueue("test", key="undone")
        db.session.rollback()
        jobs.enqueue("test", key="done")
        db.session.commit()
    assert list(db.session.scalars(sa.select(JobRun.key))) == ["done"]
    assert in_engine(app) == ["done"]


@pytest.mark.usefixtures("known")
def test_the_same_key_is_the_same_job(app: Flask, work: Work) -> None:
    with writing():
        first = jobs.enqueue("test", key="print-17", total=12).id
        assert jobs.enqueue("test", key="print-17", total=99).id == first
        db.session.commit()
        assert jobs.enqueue("test", key="print-17").total == 12
        assert work() == ["print-17"]
        assert jobs.enqueue("test", key="print-17").state is JobState.DONE
        assert work() == []
    assert in_engine(app) == ["print-17"]


def test_a_job_nobody_knows_is_refused_at_once(app: Flask) -> None:
    with pytest.raises(KeyError):
        jobs.enqueue("no-such-job", key="x")


def test_progress_is_seen_while_the_job_runs(perform: Callable[..., JobRun]) -> None:
    seen = []

    def count(run: JobRun, to: int) -> None:
        for number in range(1, to + 1):
            run.advance(number, total=to)
            with db.engine.connect() as connection:
                seen.append(connection.execute(sa.select(JobRun.done, JobRun.total, JobRun.state)).one())

    run = perform(count, to=3)
    assert seen == [(1, 3, JobState.RUNNING), (2, 3, JobState.RUNNING), (3, 3, JobState.RUNNING)]
    assert (run.state, run.done, run.total, run.percent, run.attempts) == (JobState.DONE, 3, 3, 100, 1)
    assert run.created_at <= run.started_at <= run.ended_at  # type: ignore[operator]


def test_progress_may_be_told_with_work_uncommitted(perform: Callable[..., JobRun]) -> None:
    def note(run: JobRun) -> None:
        audit.record("counted", None, number=1)
        db.session.flush()
        run.advance(1)
        db.session.commit()

    assert perform(note).done == 1
    assert db.session.scalar(sa.select(audit.AuditEntry.verb)) == "counted"


def test_what_a_job_leaves_uncommitted_is_kept_when_it_ends_well(perform: Callable[..., JobRun]) -> None:
    assert perform(lambda run: audit.record("counted", None)).state is JobState.DONE
    assert db.session.scalar(sa.select(audit.AuditEntry.verb)) == "counted"


def test_a_refusal_is_the_failure_that_is_shown(perform: Callable[..., JobRun]) -> None:
    def refuse(run: JobRun) -> None:
        audit.record("half_done", None)
        raise Refused("no_font", "Three labels hold a character that the font lacks.")

    run = perform(refuse)
    assert (run.state, run.failure) == (JobState.FAILED, "Three labels hold a character that the font lacks.")
    assert db.session.scalar(sa.select(audit.AuditEntry.verb)) is None


def test_a_bug_fails_in_plain_words_and_leaves_its_trace_in_the_log(
    perform: Callable[..., JobRun], caplog: pytest.LogCaptureFixture
) -> None:
    run = perform(lambda run: 1 / 0)
    assert run.state is JobState.FAILED
    assert run.failure == "系统出错，已完成的部分保留，问题已记录。"
    assert run.ended_at
    assert "ZeroDivisionError" in caplog.text


def test_a_job_acts_for_who_asked_and_in_their_language(perform: Callable[..., JobRun], app: Flask) -> None:
    ana = make.user("Ana", Role.MANAGER, make.site())
    said = []

    def speak(run: JobRun) -> None:
        said.append(_("Not found"))
        audit.record("spoke", None)

    with app.test_request_context(headers={"Accept-Language": "en"}):
        g.actor = audit.Actor("Ana", user_id=ana.id)
        perform(speak, user_id=ana.id)
    entry = db.session.scalars(sa.select(audit.AuditEntry)).one()
    assert (entry.actor, entry.user_id, said) == ("Ana", ana.id, ["Not found"])


@pytest.mark.usefixtures("known")
def test_a_waiting_job_is_cancelled_at_once(app: Flask, work: Work) -> None:
    with writing():
        run = jobs.enqueue("test", key="print-17")
        run.ask_to_cancel()
        db.session.commit()
        assert work() == []
        jobs.perform("print-17")  # the engine still holds it, and finds nothing to do
    db.session.expire_all()
    assert (run.state, run.attempts) == (JobState.CANCELLED, 0)


def test_a_running_job_stops_at_its_next_advance(perform: Callable[..., JobRun]) -> None:
    def count(run: JobRun, to: int) -> None:
        for number in range(1, to + 1):
            if number == 3:
                with own_transaction() as connection:
                    connection.execute(sa.update(JobRun).values(cancel_asked_at=sa.func.current_timestamp()))
            run.advance(number, total=to)

    run = perform(count, to=10)
    assert (run.state, run.done, run.failure) == (JobState.CANCELLED, 3, None)


def test_an_attempt_that_lost_the_job_can_write_nothing(perform: Callable[..., JobRun]) -> None:
    """A worker that was asleep for too long wakes up when another one has taken its job."""

    def sleep_too_long(run: JobRun) -> None:
        with own_transaction() as connection:
            connection.execute(sa.update(JobRun).values(attempts=JobRun.attempts + 1, done=40))
        run.advance(7)

    run = perform(sleep_too_long)
    assert (run.state, run.done, run.attempts) == (JobState.RUNNING, 40, 2)


@pytest.mark.usefixtures("known")
def test_a_job_that_always_ends_its_worker_is_given_up(app: Flask) -> None:
    with writing():
        run = jobs.enqueue("test", key="poison")
        run.state, run.attempts = JobState.RUNNING, jobs.MOST_ATTEMPTS
        db.session.commit()
        jobs.perform("poison")
    db.session.expire_all()
    assert run.state is JobState.FAILED
    assert str(jobs.MOST_ATTEMPTS) in (run.failure or "")


@pytest.mark.usefixtures("known")
def test_what_the_engine_gave_up_is_shown_as_failed(app: Flask) -> None:
    with writing():
        run = jobs.enqueue("test", key="broken")
        jobs.enqueue("test", key="well").state = JobState.DONE
        db.session.commit()
        jobs.give_up({("broken", 1), ("well", 1), ("unknown", 1)})
    assert (run.state, run.failure) == (JobState.FAILED, "系统出错，已完成的部分保留，问题已记录。")
    assert jobs.queue_counts() == {"waiting": 0, "running": 0, "failed": 1}


@pytest.mark.usefixtures("known")
def test_an_older_turn_that_the_engine_gave_up_says_nothing_about_the_newest(app: Flask) -> None:
    with writing():
        run = jobs.enqueue("test", key="broken")
        run.turn = 3
        db.session.commit()
        jobs.give_up({("broken", 1), ("broken", 2)})
    assert run.state is JobState.WAITING


@pytest.mark.usefixtures("known")
def test_jobs_are_done_in_order_also_those_that_jobs_ask_for(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(jobs.JOBS, "asking", lambda run: jobs.enqueue("test", key="third"))
    with writing():
        jobs.enqueue("asking", key="first")
        jobs.enqueue("test", key="second")
    assert work() == ["first", "second", "third"]


@pytest.mark.once
def test_a_web_process_does_not_load_the_engine() -> None:
    code = "import sys, selection_center.core.views, selection_center.core.jobs; print('dbos' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


@pytest.mark.once
def test_one_module_alone_knows_the_engine() -> None:
    holders = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "selection_center").rglob("*.py")
        if "import dbos" in path.read_text() or "from dbos" in path.read_text()
    ]
    assert holders == ["selection_center/core/job_engine.py"]
