"""S5: signing in is limited by account, device, address and in all; only a trusted proxy names the address."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center import create_app
from selection_center.accounts import attempts
from selection_center.accounts.attempts import Attempt
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from tests import databases
from tests import factories as make
from tests.conftest import new_visitor
from tests.promises.test_access_matrix import bare
from tests.visitors import Visitor

WRONG = {"login": "ana", "password": "not the password"}


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are tried here, not the time that a hash takes."""
    monkeypatch.setattr("selection_center.accounts.views.password_fits", lambda _stored, given: given == make.PASSWORD)


@pytest.fixture
def ana(app: Flask) -> None:
    make.user("Ana", Role.MANAGER, make.site())
    db.session.commit()


def failed(kind: str, of: str, times: int) -> None:
    """So many failures under this key just now."""
    db.session.add_all(Attempt(key=attempts.key(kind, of), at=utcnow()) for _ in range(times))
    db.session.commit()


@pytest.mark.usefixtures("ana")
def test_s5_an_account_has_ten_failures_in_five_minutes(app: Flask) -> None:
    """From ten devices, so that only the account's own limit counts; the right password does not help then."""
    for _ in range(10):
        assert new_visitor(app).submit("/sign-in", WRONG).status_code == 422
    assert new_visitor(app).submit("/sign-in", WRONG).status_code == 429
    assert new_visitor(app).submit("/sign-in", WRONG | {"password": make.PASSWORD}).status_code == 429
    db.session.execute(sa.update(Attempt).values(at=utcnow() - attempts.WINDOW))
    db.session.commit()
    assert new_visitor(app).submit("/sign-in", WRONG | {"password": make.PASSWORD}).status_code == 303


@pytest.mark.usefixtures("ana")
def test_s5_a_device_has_ten_failures_over_all_accounts(client: Visitor) -> None:
    client.get("/sign-in")
    for number in range(10):
        assert client.submit("/sign-in", WRONG | {"login": f"somebody{number}"}).status_code == 422
    assert client.submit("/sign-in", WRONG).status_code == 429


@pytest.mark.usefixtures("ana")
def test_s5_an_address_has_two_hundred(app: Flask) -> None:
    failed("address", "127.0.0.1", 199)
    assert new_visitor(app).submit("/sign-in", WRONG).status_code == 422
    assert new_visitor(app).submit("/sign-in", WRONG).status_code == 429
    assert new_visitor(app).submit("/sign-in", WRONG, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 422


@pytest.mark.usefixtures("ana")
def test_s5_all_together_have_a_thousand(app: Flask) -> None:
    failed("all", "", 1000)
    assert new_visitor(app).submit("/sign-in", WRONG).status_code == 429


@pytest.mark.usefixtures("ana")
def test_s5_a_failure_counts_once_for_each_spelling_of_an_account(app: Flask) -> None:
    for login in ("ana", "ANA", " Ana ", "aNa") * 3:
        new_visitor(app).submit("/sign-in", WRONG | {"login": login})
    assert new_visitor(app).submit("/sign-in", WRONG).status_code == 429


@pytest.mark.usefixtures("ana")
def test_s5_known_and_unknown_accounts_answer_alike(app: Flask) -> None:
    def answer(login: str) -> object:
        status, headers, body = bare(new_visitor(app).submit("/sign-in", WRONG | {"login": login}), "/sign-in")
        return status, headers, body.replace(login, "LOGIN")

    assert answer("ana") == answer("nobody-of-this-name")


@pytest.mark.usefixtures("ana")
def test_s5_a_forged_address_does_not_help(app: Flask) -> None:
    """No proxy is trusted here: X-Forwarded-For is nobody's word."""
    failed("address", "127.0.0.1", 200)
    for forged in ("203.0.113.7", "203.0.113.7, 198.51.100.2"):
        answer = new_visitor(app).submit("/sign-in", WRONG, headers={"X-Forwarded-For": forged})
        assert answer.status_code == 429, forged


def test_s5_a_trusted_proxy_names_the_address(migrated: databases.Databases, tmp_path: Path) -> None:
    """Of one trusted proxy only the last entry counts: what a visitor wrote before it is not believed."""
    settings = databases.settings(migrated.create(), tmp_path)
    app = create_app(type(settings)(**{**vars(settings), "trusted_proxies": 1}))
    app.test_client_class = Visitor
    with app.app_context():
        failed("address", "203.0.113.7", 200)
        statuses = {
            forwarded: new_visitor(app).submit("/sign-in", WRONG, headers={"X-Forwarded-For": forwarded}).status_code
            for forwarded in ("203.0.113.7", "198.51.100.2", "203.0.113.7, 198.51.100.2", "9.9.9.9, 203.0.113.7")
        }
        db.session.remove()
        db.engine.dispose()
    assert list(statuses.values()) == [429, 422, 422, 429]
