"""Real worker processes: killed in the middle of a job, told to stop, and side by side."""

import itertools
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center import create_app
from selection_center.config import Settings
from selection_center.core import job_workers, jobs
from selection_center.core.db import db, own_transaction, utcnow, writing
from selection_center.core.job_engine import IN_A_LANE, Worker
from selection_center.core.jobs import JobRun, JobState
from tests.core import counting
from tests.databases import SECRET, Databases
from tests.processes import Process, Processes

DEAD_AFTER = 3
"""Seconds, so that nobody waits a minute."""
LONG = 60


@pytest.fixture
def workers(migrated: Databases, tmp_path: Path) -> Iterator["Workers"]:
    """Worker processes on a database of its own; the test holds an app context on the same."""
    with Workers(migrated.create(), tmp_path) as found, found.app.app_context():
        counting.make_tables()
        yield found
        db.session.rollback()
        db.engine.dispose()


class Workers(Processes):
    def __init__(self, database_url: str, folder: Path) -> None:
        environment = {
            **os.environ,
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET,
            "JOB_DEAD_AFTER": str(DEAD_AFTER),
        }
        super().__init__(environment, folder / "workers.log")
        self.app: Flask = create_app(Settings.from_environment(environment))

    def work(self) -> Process:
        return self.start("-m", "tests.core.counting")


def count_to(number: int, pause_ms: int = 0) -> int:
    """Asks for the job that counts; the number of its run."""
    db.session.rollback()  # what was read before must not become a write
    with writing():
        made = jobs.enqueue("test-count", key="count", to=number, pause_ms=pause_ms).id
        db.session.commit()
    return made


def run_now(run_id: int) -> JobRun:
    db.session.rollback()
    return db.session.get_one(JobRun, run_id)


def until(what: Callable[[], bool], seconds: float = LONG) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.05)


def test_a_job_survives_the_death_of_its_worker_and_has_its_effect_once(workers: Workers) -> None:
    run_id = count_to(60, pause_ms=40)
    first = workers.work()
    until(lambda: len(counting.counted()) > 5)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert run_now(run_id).state is JobState.RUNNING
    workers.work()
    until(lambda: not run_now(run_id).is_open)
    run = run_now(run_id)
    assert (run.state, run.done, run.attempts) == (JobState.DONE, 60, 2)
    assert counting.counted() == list(range(1, 61))


def test_a_worker_that_is_told_to_stop_finishes_its_job(workers: Workers) -> None:
    run_id = count_to(40, pause_ms=50)
    worker = workers.work()
    until(lambda: len(counting.counted()) > 3)
    until(lambda: run_alive(1))
    worker.terminate()
    assert worker.wait(30) == 0
    assert run_now(run_id).state is JobState.DONE
    assert counting.counted() == list(range(1, 41))
    assert not db.session.scalars(sa.select(job_workers.JobWorker)).all()


def test_two_workers_do_a_job_once(workers: Workers) -> None:
    workers.work()
    workers.work()
    until(lambda: run_alive(2))
    run_id = count_to(80, pause_ms=50)
    until(lambda: run_now(run_id).state is JobState.RUNNING)
    time.sleep(DEAD_AFTER + 1)  # time enough for a take-over that must not come
    until(lambda: not run_now(run_id).is_open)
    run = run_now(run_id)
    assert (run.state, run.attempts) == (JobState.DONE, 1)
    assert counting.counted() == list(range(1, 81))


def run_alive(number: int) -> bool:
    db.session.rollback()
    return jobs.workers_alive() == number


def test_a_running_job_is_stopped_from_outside(workers: Workers) -> None:
    run_id = count_to(10_000, pause_ms=20)
    workers.work()
    until(lambda: len(counting.counted()) > 3)
    db.session.rollback()
    with writing():
        run_now(run_id).ask_to_cancel()
        db.session.commit()
    until(lambda: not run_now(run_id).is_open)
    run = run_now(run_id)
    assert run.state is JobState.CANCELLED
    assert len(counting.counted()) == run.done


def ask(name: str, key: str, **arguments: int | str) -> int:
    db.session.rollback()
    with writing():
        made = jobs.enqueue(name, key=key, **arguments).id  # type: ignore[arg-type]
        db.session.commit()
    return made


def test_what_cannot_be_done_yet_is_tried_again_by_itself(workers: Workers) -> None:
    run_id = ask("test-later", "later", refusals=2)
    workers.work()
    until(lambda: not run_now(run_id).is_open)
    run = run_now(run_id)
    assert (run.state, run.turn, run.tries) == (JobState.DONE, 3, 2)
    assert counting.counted() == [0, 1, 2]


def test_what_is_put_off_outlives_its_worker(workers: Workers) -> None:
    run_id = ask("test-later", "later", refusals=1)
    first = workers.work()
    until(lambda: run_now(run_id).tries == 1)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    workers.work()
    until(lambda: not run_now(run_id).is_open)
    assert run_now(run_id).state is JobState.DONE


def test_of_a_lane_few_run_at_once_and_others_pass(workers: Workers) -> None:
    runs = [ask("test-lane", f"lane {number}", lane="slow", pause_ms=400) for number in range(6)]
    workers.work()
    workers.work()
    until(lambda: len(counting.counted()) > 0)
    beside = ask("test-later", "beside", refusals=0)
    until(lambda: not run_now(beside).is_open)
    assert any(run_now(run_id).state is JobState.WAITING for run_id in runs)
    until(lambda: not any(run_now(run_id).is_open for run_id in runs))
    at_once = list(itertools.accumulate(number for number in counting.written() if number))
    assert (max(at_once), at_once[-1]) == (IN_A_LANE, 0)


def test_a_worker_has_a_new_name_at_each_start(workers: Workers) -> None:
    workers.work()
    workers.work()
    until(lambda: run_alive(2))
    names = set(db.session.scalars(sa.select(job_workers.JobWorker.name)))
    assert len(names) == 2
    assert all(name.startswith(socket.gethostname()[:60]) for name in names)


def test_who_was_silent_for_too_long_does_not_count(app: Flask) -> None:
    job_workers.beat("silent")
    job_workers.beat("alive")
    with own_transaction() as connection:
        long_ago = utcnow() - timedelta(days=2)
        connection.execute(sa.update(job_workers.JobWorker).filter_by(name="silent").values(seen_at=long_ago))
    assert job_workers.names_alive(60) == {"alive"}
    assert jobs.workers_alive() == 1
    job_workers.forget(utcnow() - timedelta(days=1))
    db.session.rollback()
    assert list(db.session.scalars(sa.select(job_workers.JobWorker.name))) == ["alive"]


@pytest.fixture
def housekeeper(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker that was never started, for its regular duties; three jobs called a, b and c wait."""
    monkeypatch.setitem(jobs.JOBS, "test", lambda run: None)
    with writing():
        for key in ("a", "b", "c"):
            jobs.enqueue("test", key=key)
        db.session.commit()
    worker = Worker(app)
    yield worker
    worker.engine.dispose()


def workflows(statement: str = "") -> dict[str, str]:
    """Key -> status of what the engine holds, after this change to its table."""
    table = "workflow_status" if db.engine.dialect.name == "sqlite" else "dbos.workflow_status"
    with writing(), db.engine.begin() as connection:
        if statement:
            connection.exec_driver_sql(f"UPDATE {table} SET {statement}")
        held: Any = connection.exec_driver_sql(f"SELECT workflow_uuid, status FROM {table}").all()
        return dict(held)


def test_the_nightly_purge_deletes_what_ended_a_day_ago(housekeeper: Worker) -> None:
    now = int(time.time() * 1000)
    workflows(f"status = 'SUCCESS', completed_at = {now - 25 * 3600 * 1000} WHERE workflow_uuid = 'a'")
    workflows(f"status = 'SUCCESS', completed_at = {now - 3600 * 1000} WHERE workflow_uuid = 'b'")
    housekeeper.purge()
    assert workflows() == {"b": "SUCCESS", "c": "ENQUEUED"}
    assert set(db.session.scalars(sa.select(JobRun.key))) == {"a", "b", "c"}


def test_only_what_dead_workers_hold_is_taken_over(housekeeper: Worker) -> None:
    job_workers.beat("alive")
    workflows("status = 'PENDING', executor_id = 'alive' WHERE workflow_uuid = 'a'")
    workflows("status = 'PENDING', executor_id = 'dead' WHERE workflow_uuid = 'b'")
    housekeeper.take_over()
    assert workflows() == {"a": "PENDING", "b": "ENQUEUED", "c": "ENQUEUED"}


def test_a_worker_whose_heartbeat_is_late_does_not_take_over_its_own_jobs(housekeeper: Worker) -> None:
    workflows(f"status = 'PENDING', executor_id = '{housekeeper.name}' WHERE workflow_uuid = 'a'")
    housekeeper.take_over()
    assert workflows()["a"] == "PENDING"


def test_a_look_that_begins_during_another_puts_nothing_back_twice(housekeeper: Worker) -> None:
    workflows("status = 'PENDING', executor_id = 'dead' WHERE workflow_uuid = 'a'")
    with housekeeper.looking:
        housekeeper.take_over()
        assert workflows()["a"] == "PENDING"
    housekeeper.take_over()
    assert workflows()["a"] == "ENQUEUED"


def test_a_job_that_the_engine_could_not_end_is_shown_as_failed(housekeeper: Worker) -> None:
    workflows("status = 'ERROR' WHERE workflow_uuid = 'a'")
    housekeeper.take_over()
    db.session.rollback()
    states = dict(db.session.execute(sa.select(JobRun.key, JobRun.state)).all())
    assert states == {"a": JobState.FAILED, "b": JobState.WAITING, "c": JobState.WAITING}
