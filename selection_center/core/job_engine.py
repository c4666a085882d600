"""The durable engine behind `jobs`: DBOS. The one module that imports it; business state stays in our own rows.

DBOS keeps its tables in our database: beside ours on SQLite, in the schema `dbos` on PostgreSQL.
"""

import logging
import os
import secrets
import signal
import socket
import threading
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from flask import Flask, current_app
from sqlalchemy import event

from selection_center.core import job_workers, jobs
from selection_center.core.db import BUSY_TIMEOUT_SECONDS, db, engine_options, utcnow
from selection_center.core.job_kinds import LANES

APPLICATION = "selection-center"
VERSION = "1"
"""Constant, so that a new release goes on with the jobs of the one before it."""
QUEUE, WORKFLOW = "jobs", "job"
AT_ONCE = 4
"""Of each queue, in each worker."""
IN_A_LANE = 2
"""Of one lane, in all workers."""
POLL_SECONDS = 0.5
GRACE_SECONDS = 20
"""Shorter than what bin/serve waits for a child."""
KEPT = timedelta(days=1)
PURGED_AT_ONCE = 500
PURGED_AT = "0 20 * * *"
"""UTC: four in the morning in China."""
GIVEN_UP = ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

log = logging.getLogger(__name__)


def new_client(engine: sa.Engine) -> DBOSClient:
    """A hold on the engine's tables that starts nothing."""
    return DBOSClient(
        system_database_engine=engine,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        lazy=True,
    )


def enqueue(key: str, turn: int, *, lane: str | None, wait: float) -> None:
    """Puts the job of this key into the queue, in the session's transaction, to be begun after so many seconds."""
    extensions = current_app.extensions
    if "job_client" not in extensions:
        extensions["job_client"] = new_client(db.engine)
    client: DBOSClient = extensions["job_client"]
    options: EnqueueOptions = {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": id_of(key, turn)}
    if lane is not None:
        options["queue_name"], _slash, options["queue_partition_key"] = lane.partition("/")
    if wait > 0:
        options["delay_seconds"] = wait
    client.enqueue_in_transaction(db.session(), options, key, turn)


def id_of(key: str, turn: int) -> str:
    return key if turn == 1 else f"{key}~{turn}"


def turn_of(workflow_id: str) -> tuple[str, int]:
    """The key and the turn that this workflow was for."""
    key, tilde, turn = workflow_id.rpartition("~")
    return (key, int(turn)) if tilde and turn.isdecimal() else (workflow_id, 1)


def own_engine(url: str) -> sa.Engine:
    """An engine as DBOS wants it: on SQLite the driver begins, before the first write, and at once for all."""
    engine = sa.create_engine(url, **engine_options(url))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = "IMMEDIATE"
            for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


def migrate() -> None:
    """Makes or updates DBOS's tables in this application's database."""
    engine = own_engine(db.engine.url.render_as_string(hide_password=False))
    new_client(engine)._sys_db.run_migrations()  # the public way takes an address, and opens SQLite by another library
    engine.dispose()


class Worker:
    """A process that performs jobs, under a name that no other start has had or will have."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.dead_after: int = app.config["SETTINGS"].job_dead_after
        self.name = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(6)}"
        self.engine = own_engine(app.config["SQLALCHEMY_DATABASE_URI"])
        self.client = new_client(self.engine)
        self.stopping, self.stopped = threading.Event(), threading.Event()
        self.running: set[str] = set()
        self.looking = threading.Lock()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        with self.app.app_context():
            job_workers.beat(self.name)  # before the first job, or another worker would take it over
        beating = threading.Thread(target=self.keep_beating, name="heartbeat", daemon=True)
        beating.start()
        self.launch()
        self.stopping.wait()
        DBOS.destroy(workflow_completion_timeout_sec=GRACE_SECONDS)
        self.stopped.set()
        beating.join()
        if self.running:
            log.warning("worker %s leaves to others: %s", self.name, ", ".join(sorted(self.running)))
            os._exit(0)  # the name stays, so that they are taken over only when this process has surely ended
        with self.app.app_context():
            job_workers.leave(self.name)

    def launch(self) -> None:
        DBOS(config=self.config)

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
        def job(key: str, turn: int = 1) -> None:
            self.perform(key, turn)

        @DBOS.workflow(name="take-over")
        def take_over(_at: Any, _context: Any) -> None:
            with self.app.app_context():
                self.take_over()
                jobs.ask_due()

        @DBOS.workflow(name="purge")
        def purge(_at: Any, _context: Any) -> None:
            with self.app.app_context():
                self.purge()

        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=POLL_SECONDS)
        for name in {lanes.queue for lanes in LANES.values()}:
            DBOS.register_queue(
                name, worker_concurrency=AT_ONCE, partition_concurrency=IN_A_LANE, polling_interval_sec=POLL_SECONDS
            )
        every = f"*/{self.looks_every} * * * * *"
        DBOS.apply_schedules(
            [
                {"schedule_name": "take-over", "workflow_fn": take_over, "schedule": every},
                {"schedule_name": "purge", "workflow_fn": purge, "schedule": PURGED_AT},
            ]
        )

    @property
    def config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "application_version": VERSION,
            "executor_id": self.name,
            "system_database_engine": self.engine,
            "serializer": DBOSPortableJSONSerializer(),
            "use_listen_notify": False,
            "log_level": "WARNING",
            "scheduler_polling_interval_sec": float(self.looks_every),
        }

    @property
    def looks_every(self) -> int:
        """Seconds between two looks for jobs whose worker is dead."""
        return max(1, min(20, self.dead_after // 3))

    def keep_beating(self) -> None:
        while not self.stopped.wait(self.dead_after / 12):
            with self.app.app_context():
                try:
                    job_workers.beat(self.name)
                except sa.exc.OperationalError as error:  # busy or away: the next beat may come through
                    log.warning("worker %s cannot say that it lives: %s", self.name, error.orig)

    def perform(self, key: str, turn: int) -> None:
        self.running.add(key)
        try:
            with self.app.app_context():
                jobs.perform(key, turn)
        finally:
            self.running.discard(key)

    def take_over(self) -> None:
        """Puts back into the queue what dead workers held, and ends what the engine itself gave up.

        One look at a time: a second one that began before the first had put a job back would put it back again, when
        it may already run here. And whoever looks is alive, however late its own heartbeat is.
        """
        if not self.looking.acquire(blocking=False):
            return
        try:
            self.put_back()
        finally:
            self.looking.release()

    def put_back(self) -> None:
        # First the jobs, then who lives: a worker says that it lives before it takes its first job.
        held = self.client.list_workflows(status="PENDING", name=WORKFLOW, load_input=False, load_output=False)
        alive = job_workers.names_alive(self.dead_after) | {self.name}
        orphans: dict[str, list[str]] = {}
        for one in held:
            if one.executor_id not in alive:
                orphans.setdefault(one.queue_name or QUEUE, []).append(one.workflow_id)
        for queue, ids in orphans.items():
            log.warning("worker %s takes over %s", self.name, ", ".join(ids))
            self.client.resume_workflows(ids, queue_name=queue)
        broken = self.client.list_workflows(status=GIVEN_UP, name=WORKFLOW, load_input=False, load_output=False)
        jobs.give_up({turn_of(one.workflow_id) for one in broken})

    def purge(self) -> None:
        """Deletes what ended a day ago from the engine's tables; our own rows stay."""
        before = (utcnow() - KEPT).isoformat()
        while found := self.client.list_workflows(
            status=[*GIVEN_UP, "SUCCESS"],
            completed_before=before,
            limit=PURGED_AT_ONCE,
            load_input=False,
            load_output=False,
        ):
            self.client.delete_workflows([one.workflow_id for one in found])
        job_workers.forget(utcnow() - KEPT)
