"""Asking again: no second try beside one that is to come, and a person's word brings forward what was put off."""

from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.core import jobs
from selection_center.core.db import db, writing
from selection_center.core.jobs import JobRun, Later
from selection_center.core.permissions import Role
from selection_center.marketplace import runs
from tests import factories as make


def test_a_person_brings_forward_what_was_put_off(
    app: Flask, monkeypatch: pytest.MonkeyPatch, work: Callable[[], list[str]]
) -> None:
    done: list[int] = []

    def shy(run: JobRun) -> None:
        if not done:
            done.append(run.turn)
            raise Later("closed", "Closed.")
        done.append(run.turn)

    monkeypatch.setitem(jobs.JOBS, "test", shy)
    ana = make.user("Ana", Role.HEAD_OFFICE)

    def ask(user_id: int | None) -> int:
        with writing():
            run_id = runs.ask_again("test", "look 1", user_id=user_id).id
            db.session.commit()
        return run_id

    first = ask(None)
    work()
    assert ask(None) == first
    assert work() == []
    assert ask(ana.id) == first
    assert len(work()) == 1
    assert done == [1, 3]
