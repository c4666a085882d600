"""A job as people follow it: its progress, whose it is, and stopping it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core import job_workers, jobs
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow, writing
from selection_center.core.jobs import JobRun, JobState
from selection_center.core.permissions import Role
from selection_center.sites.models import Site
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
JSON = {"Accept": "application/json"}


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(site: Site) -> User:
    return make.user("Ana", Role.MANAGER, site)


@pytest.fixture
def run(ana: User, site: Site, monkeypatch: pytest.MonkeyPatch) -> JobRun:
    monkeypatch.setitem(jobs.JOBS, "test", lambda run: None)
    with writing():
        made = jobs.enqueue("test", key="print-17", user_id=ana.id, site_id=site.id, total=48)
        made.actor = "Ana"
        db.session.commit()
    return made


def at(run: JobRun, state: JobState, **values: object) -> JobRun:
    """The same job further on."""
    with writing():
        db.session.execute(sa.update(JobRun).filter_by(id=run.id).values(state=state, **values))
        db.session.commit()
    db.session.expire_all()
    return run


def test_a_person_sees_how_far_it_is(visit: Visit, ana: User, run: JobRun) -> None:
    browser, here = visit(ana), f"/jobs/{run.id}"
    page = browser.get(here)
    assert page.status_code == 200
    assert "排队中" in page.text
    assert 'data-module="progress"' in page.text
    at(run, JobState.RUNNING, done=12, attempts=1)
    part = browser.get(f"{here}?part=progress").text
    assert "12 / 48" in part
    assert 'value="25"' in part
    assert "<html" not in part
    at(run, JobState.FAILED, failure="第 3 行的字体缺字。")
    assert "第 3 行的字体缺字。" in browser.get(here).text
    assert 'data-module="progress"' not in browser.get(here).text
    assert "data-ended" in browser.get(f"{here}?part=progress").text


def test_every_state_has_its_words_in_both_languages(visit: Visit, ana: User, run: JobRun) -> None:
    browser = visit(ana)
    words = {
        JobState.WAITING: ("Waiting for its turn", "排队中"),
        JobState.RUNNING: ("At work", "进行中"),
        JobState.DONE: ("Done: 48", "完成：48"),
        JobState.FAILED: ("Failed", "失败"),
        JobState.CANCELLED: ("Stopped at 12 of 48", "已停止，完成 12 / 48"),
    }
    for state, (english, chinese) in words.items():
        at(run, state, done=12, failure="x")
        assert english in browser.get(f"/jobs/{run.id}?lang=en").text
        assert chinese in browser.get(f"/jobs/{run.id}?lang=zh").text


def test_a_program_gets_the_same_as_json(visit: Visit, ana: User, run: JobRun) -> None:
    at(run, JobState.RUNNING, done=12, attempts=1)
    said = visit(ana).get(f"/jobs/{run.id}", headers=JSON).get_json()
    assert said | {"created_at": None} == {
        "id": run.id, "name": "test", "state": "running", "done": 12, "total": 48, "percent": 25, "failure": None,
        "tries": 0, "attempts": 1, "created_at": None, "started_at": None, "ended_at": None, "cancel_asked_at": None,
        "due_at": None,
    }  # fmt: skip
    assert said["created_at"].endswith("+00:00")


def test_it_belongs_to_who_asked_and_to_the_people_of_its_site(visit: Visit, site: Site, run: JobRun) -> None:
    away = make.site("chenghai")
    seen = {
        "Bo": (make.user("Bo", Role.FLOOR_STAFF, site), 200),
        "Hana": (make.user("Hana", Role.HEAD_OFFICE), 200),
        "Cy": (make.user("Cy", Role.MANAGER, away), 404),
        "Eve": (make.user("Eve", Role.SUPPLIER, supplier=make.supplier()), 404),
    }
    for person, status in seen.values():
        assert visit(person).get(f"/jobs/{run.id}").status_code == status
    cy = visit(seen["Cy"][0])
    assert cy.submit(f"/jobs/{run.id}/cancellation").status_code == 404
    at(run, JobState.WAITING, user_id=seen["Cy"][0].id)
    assert cy.get(f"/jobs/{run.id}").status_code == 200


def test_a_visitor_is_asked_to_sign_in(client: Visitor, run: JobRun) -> None:
    assert client.get(f"/jobs/{run.id}").status_code == 302
    assert client.submit(f"/jobs/{run.id}/cancellation").status_code == 403
    assert client.get("/jobs/999").status_code == 302


def test_a_waiting_job_is_stopped(visit: Visit, ana: User, run: JobRun, work: Callable[[], list[str]]) -> None:
    browser, here = visit(ana), f"/jobs/{run.id}"
    answer = browser.submit(f"{here}/cancellation", headers={"Referer": "https://yp.example.com/catalog?page=2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/catalog?page=2")
    db.session.expire_all()
    assert run.state is JobState.CANCELLED
    assert work() == []
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.verb, entry.user_id, entry.site_id) == ("job_stopped", ana.id, run.site_id)
    assert "已停止" in browser.get(here).text


def test_a_running_job_is_asked_to_stop(visit: Visit, ana: User, run: JobRun) -> None:
    at(run, JobState.RUNNING, attempts=1)
    browser, here = visit(ana), f"/jobs/{run.id}"
    assert browser.submit(f"{here}/cancellation", headers=JSON).get_json()["cancel_asked_at"]
    page = browser.get(here).text
    assert "正在停止" in page
    assert f"{here}/cancellation" not in page
    db.session.expire_all()
    with pytest.raises(jobs.Cancelled):
        run.advance(13)


def test_an_ended_job_cannot_be_stopped(visit: Visit, ana: User, run: JobRun) -> None:
    at(run, JobState.DONE)
    answer = visit(ana).submit(f"/jobs/{run.id}/cancellation", headers=JSON)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "job_ended")
    db.session.expire_all()
    assert run.state is JobState.DONE


def test_a_manager_sees_all_tasks_in_their_parts(visit: Visit, ana: User, run: JobRun) -> None:
    browser = visit(ana)
    states = {JobState.WAITING: "open", JobState.RUNNING: "open", JobState.FAILED: "failed",
              JobState.DONE: "done", JobState.CANCELLED: "stopped"}  # fmt: skip
    for state, part in states.items():
        at(run, state, failure="第 3 行的字体缺字。")
        for asked in ("open", "failed", "done", "stopped", "duties"):
            assert ("print-17" in browser.get(f"/jobs?state={asked}").text) == (asked == part), (state, asked)


def test_tasks_are_seen_by_the_people_who_answer_for_them(visit: Visit, site: Site, run: JobRun) -> None:
    seen = {
        make.user("Bo", Role.FLOOR_STAFF, site): 403,
        make.user("Cas", Role.CASHIER, site): 403,
        make.user("Eve", Role.SUPPLIER, supplier=make.supplier()): 403,
        make.user("Cy", Role.MANAGER, make.site("chenghai")): 200,
        make.user("Hana", Role.HEAD_OFFICE): 200,
    }
    for person, status in seen.items():
        answer = visit(person).get("/jobs")
        assert answer.status_code == status
        assert ("print-17" in answer.text) == (person.name == "Hana")


def test_head_office_sees_what_comes_up_by_itself(visit: Visit, ana: User) -> None:
    jobs.ask_due()
    hana = visit(make.user("Hana", Role.HEAD_OFFICE))
    assert "清理旧任务" in hana.get("/jobs").text
    assert "清理旧任务" not in visit(ana).get("/jobs").text


def test_what_is_put_off_says_why_and_until_when(visit: Visit, ana: User, run: JobRun) -> None:
    at(run, JobState.WAITING, tries=2, failure="平台没有应答。", due_at=datetime(2026, 11, 26, 4, 30, tzinfo=UTC))
    for address in ("/jobs", f"/jobs/{run.id}"):
        page = visit(ana).get(address).text
        assert "12:30 再试" in page
        assert "平台没有应答。" in page


def test_what_failed_is_tried_again(visit: Visit, ana: User, run: JobRun, work: Callable[[], list[str]]) -> None:
    at(run, JobState.FAILED, failure="x")
    browser, retries = visit(ana), f"/jobs/{run.id}/retries"
    assert retries in browser.get("/jobs?state=failed").text
    assert retries in browser.get(f"/jobs/{run.id}").text
    assert browser.submit(retries, headers={"Referer": "https://yp.example.com/jobs"}).location == "/jobs"
    assert work() == ["print-17"]
    db.session.expire_all()
    assert run.state is JobState.DONE
    assert db.session.scalars(sa.select(AuditEntry.verb)).one() == "job_retried"
    assert browser.submit(retries, headers=JSON).get_json()["error"]["code"] == "not_failed"


def test_every_key_says_what_came_of_it(visit: Visit, ana: User, run: JobRun) -> None:
    browser, here = visit(ana), f"/jobs/{run.id}"

    def said_after(key: str) -> str:
        assert browser.submit(f"{here}/{key}").status_code == 303
        db.session.expire_all()
        return browser.get("/jobs").text

    assert "还没开始，已停止。" in said_after("cancellation")
    assert "已重新排队。" in said_after("retries")
    at(run, JobState.WAITING, tries=2, failure="x", due_at=utcnow() + timedelta(hours=1))
    page = browser.get("/jobs").text
    assert ("马上再试" in page, "再试一次" in page) == (True, False)
    assert "现在就排队" in said_after("retries")
    at(run, JobState.RUNNING, attempts=1)
    assert "做完手上这一步就停。" in said_after("cancellation")
    at(run, JobState.FAILED, failure=None)
    assert "没有记下原因。" in browser.get("/jobs?state=failed").text


def test_only_who_answers_for_it_has_it_tried_again(visit: Visit, site: Site, run: JobRun) -> None:
    at(run, JobState.FAILED, failure="x")
    retries = f"/jobs/{run.id}/retries"
    bo, cy = make.user("Bo", Role.FLOOR_STAFF, site), make.user("Cy", Role.MANAGER, make.site("chenghai"))
    assert retries not in visit(bo).get(f"/jobs/{run.id}").text
    assert visit(bo).submit(retries).status_code == 403
    assert visit(cy).submit(retries).status_code == 404


def test_a_page_says_when_nobody_works(visit: Visit, ana: User) -> None:
    browser = visit(ana)
    assert "目前没有后台程序在处理任务" in browser.get("/jobs").text
    job_workers.beat("here-1")
    assert "目前没有后台程序在处理任务" not in browser.get("/jobs").text


def test_health_counts_workers_and_jobs(client: Visitor, run: JobRun) -> None:
    assert client.get("/healthz").get_json()["workers"] == 0
    job_workers.beat("here-1")
    job_workers.beat("here-1")
    job_workers.beat("here-2")
    said = client.get("/healthz").get_json()
    assert (said["workers"], said["queue"]) == (2, {"waiting": 1, "running": 0, "failed": 0})
    job_workers.leave("here-2")
    assert client.get("/healthz").get_json()["workers"] == 1
