"""The pages of marketplace accounts: head office's alone, and no secret ever leaves them."""

import importlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError, OfferPage
from tests import factories as make
from tests.marketplace.parrot import Parrot
from tests.visitors import Visitor
from tests.working import work_off

Visit = Callable[..., Visitor]
GIVEN = {
    "connector": "parrot", "name": "禾一 1688", "of_address": "here", "of_key": "open sesame", "of_token": "",
    "calls_per_minute": "60", "fetch_every_hours": "4", "supplier_name": "",
}  # fmt: skip


@pytest.fixture
def hana(visit: Visit, app: Flask, parrot: type[Parrot]) -> Visitor:
    return visit(make.user("Hana", Role.HEAD_OFFICE))


def the_account() -> Account:
    db.session.expire_all()
    return db.session.scalars(sa.select(Account)).one()


def test_head_office_connects_checks_and_pauses_an_account(hana: Visitor) -> None:
    assert "还没有账号" in hana.get("/marketplace?lang=zh").text
    assert hana.get("/marketplace/accounts/new?connector=parrot").status_code == 200
    assert hana.submit("/marketplace/accounts", GIVEN).status_code == 303
    account = the_account()
    assert account.opened() == {"address": "here", "key": "open sesame"}
    work_off()
    page = hana.get(f"/marketplace/accounts/{account.id}").text
    assert "Yiwu Heyi" in page
    assert "sesame" not in page
    hana.submit(f"/marketplace/accounts/{account.id}/pause")
    assert the_account().is_paused
    assert "已暂停" in hana.get("/marketplace").text
    hana.submit(f"/marketplace/accounts/{account.id}/going-on")
    assert not the_account().is_paused


def test_a_secret_left_empty_stays_and_is_never_shown(hana: Visitor) -> None:
    hana.submit("/marketplace/accounts", GIVEN)
    account = the_account()
    assert "sesame" not in hana.get(f"/marketplace/accounts/{account.id}/edit").text
    changed = GIVEN | {"name": "新名字", "of_key": "", "of_address": "there"}
    assert hana.submit(f"/marketplace/accounts/{account.id}", changed).status_code == 303
    assert the_account().name == "新名字"
    assert the_account().opened() == {"address": "there", "key": "open sesame"}


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"of_address": ""}, {"of_key": ""}, {"calls_per_minute": "0"}, {"calls_per_minute": "x"},
     {"supplier_name": "nobody's factory"}, {"of_address": "x" * 501}],
)  # fmt: skip
def test_what_is_missing_is_said_and_the_rest_stays(hana: Visitor, wrong: dict[str, str]) -> None:
    answer = hana.submit("/marketplace/accounts", GIVEN | wrong)
    assert answer.status_code == 422
    assert "sesame" not in answer.text
    assert db.session.scalars(sa.select(Account)).all() == []


FEED = {"connector": "feed", "name": "禾一", "of_source": "heyi", "calls_per_minute": "60", "fetch_every_hours": "4"}


def test_two_feeds_do_not_share_a_folder(hana: Visitor) -> None:
    assert hana.submit("/marketplace/accounts", FEED).status_code == 303
    again = hana.submit("/marketplace/accounts?lang=en", FEED | {"name": "和一"})
    assert (again.status_code, "“禾一” has this short name" in again.text) == (422, True)
    assert hana.submit("/marketplace/accounts", FEED | {"name": "和一", "of_source": "he-yi"}).status_code == 303
    first, second = db.session.scalars(sa.select(Account).order_by(Account.id))
    assert hana.submit(f"/marketplace/accounts/{second.id}", FEED).status_code == 422
    assert hana.submit(f"/marketplace/accounts/{first.id}", FEED | {"name": "禾一新"}).status_code == 303
    assert hana.submit(f"/marketplace/accounts/{first.id}", FEED | {"of_source": "heyi2"}).status_code == 303
    assert hana.submit(f"/marketplace/accounts/{second.id}", FEED).status_code == 303


def test_of_two_who_take_a_short_name_at_once_one_gets_it(app: Flask) -> None:
    Account(connector="feed", name="a", alone_as="heyi").keep()
    Account(connector="parrot", name="b", alone_as="heyi").keep()
    with pytest.raises(Refused, match="简称"):
        Account(connector="feed", name="c", alone_as="heyi").keep()


def test_feeds_that_shared_a_name_are_told_apart_by_their_age(app: Flask) -> None:
    names = ("heyi", "heyi", "", "other")
    for name in names:
        db.session.add(Account(connector="feed", name=name, given={"source": name} if name else {}))
    db.session.add(Account(connector="1688", name="x", given={"source": "other2"}))
    db.session.flush()
    importlib.import_module("migrations.versions.20261127_2040_accounts_alone").claim(db.session.connection())
    db.session.expire_all()
    found = db.session.scalars(sa.select(Account).order_by(Account.id)).all()
    assert [account.alone_as for account in found] == ["heyi", None, None, "other", None]


SOON = timedelta(minutes=5)
SILENT = {"failure": "no_answer", "failed_at": utcnow()}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Open: it is asked"),
        ({"paused_at": utcnow()}, "until somebody presses Go on"),
        ({"failure": "too_often", "failed_at": utcnow(), "rests_until": utcnow() + SOON}, "fewer than 60"),
        (SILENT | {"failures": 6, "rests_until": utcnow() + SOON}, "no answer 6 times in a row"),
        (SILENT | {"failures": 2}, "the last call had no answer"),
        (SILENT | {"failures": 6, "rests_until": utcnow() - SOON}, "the last call had no answer"),
        ({"failure": "bad_signature", "failed_at": utcnow()}, "Check key and secret"),
        ({"failure": "bad_signature", "failed_at": utcnow() - SOON, "succeeded_at": utcnow()}, "Open: it is asked"),
        ({"checked_at": None}, "before a check went well"),
        ({"next_call_at": utcnow() + SOON}, "calls wait for their turn"),
    ],
)
def test_an_account_says_whether_it_is_asked_at_present(
    hana: Visitor, an_account: Callable[..., Account], values: dict[str, Any], said: str
) -> None:
    account = an_account(
        **{"checked_at": utcnow(), "calls_per_minute": 60, "succeeded_at": utcnow() - 2 * SOON} | values
    )
    page = hana.get(f"/marketplace/accounts/{account.id}?lang=en").text
    assert (said in page, "Last success" in page) == (True, True)
    assert ("Last failure" in page) == bool(account.failure)


def test_a_check_that_fails_says_why(hana: Visitor) -> None:
    def refuses(_line: object) -> str:
        raise ConnectorError("bad_signature", "Invalid signature", permanent=True)

    Parrot.says = [refuses]
    hana.submit("/marketplace/accounts", GIVEN)
    work_off()
    page = hana.get(f"/marketplace/accounts/{the_account().id}?lang=en").text
    assert "does not accept the signature" in page
    assert "Invalid signature" in page


def test_a_connector_that_is_none_leads_nowhere(hana: Visitor) -> None:
    assert hana.get("/marketplace/accounts/new?connector=gold").location == "/marketplace"
    assert hana.submit("/marketplace/accounts", GIVEN | {"connector": "gold"}).status_code == 422
    assert hana.get("/marketplace/accounts/99").status_code == 404


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FLOOR_STAFF, Role.CASHIER])
def test_nobody_else_comes_in(visit: Visit, app: Flask, role: Role) -> None:
    other = visit(make.user("Ana", role, make.site()))
    assert other.get("/marketplace").status_code == 403
    assert other.submit("/marketplace/accounts", GIVEN).status_code == 403


def test_offers_are_fetched_by_a_button_and_the_run_is_told(hana: Visitor) -> None:
    hana.submit("/marketplace/accounts", GIVEN)
    account = the_account()
    Parrot.pages = [OfferPage((OfferRow("600000000001", "垃圾袋", tiers=((1, 500),)),), None, 1, (("9", "no price"),))]
    path = hana.submit(f"/marketplace/accounts/{account.id}/syncs").location
    assert hana.submit(f"/marketplace/accounts/{account.id}/syncs").location == path, "one run at a time"
    work_off()
    page = hana.get(f"{path}?lang=en").text
    assert "no price" in page
    assert hana.get(f"/marketplace/accounts/{account.id}").status_code == 200
    hana.submit(f"/marketplace/accounts/{account.id}/pause")
    assert hana.submit(f"/marketplace/accounts/{account.id}/syncs").status_code == 409


def test_a_run_tells_what_it_changed(hana: Visitor) -> None:
    hana.submit("/marketplace/accounts", GIVEN)
    account = the_account()
    paths = []
    for fen in (500, 650):
        Parrot.pages = [OfferPage((OfferRow("600000000001", "垃圾袋", tiers=((1, fen),)),), None, 1)]
        paths.append(hana.submit(f"/marketplace/accounts/{account.id}/syncs").location)
        work_off()
    first, second = [hana.get(f"{path}?lang=en").text for path in paths]
    assert ("What changed" in first, "The newest offers" in first) == (False, True)
    assert "垃圾袋" in second
    assert second.index("1+ ¥5.00") < second.index("1+ ¥6.50")


def way_out(hana: Visitor, account_id: int) -> str:
    """The state that the page sends along."""
    page = hana.get(f"/marketplace/accounts/{account_id}/sign-in").text
    assert "auth.parrot.example" in page
    found = re.search(r"state=([^\"&]+)", page)
    assert found is not None
    return found[1]


def test_its_owner_lets_us_in_at_the_marketplace(hana: Visitor) -> None:
    hana.submit("/marketplace/accounts", GIVEN)
    account = the_account()
    state = way_out(hana, account.id)
    back = hana.get(f"/marketplace/sign-in?code=yes&state={state}")
    assert back.status_code == 200
    assert the_account().secret_names == {"key"}, "looking changes nothing"
    assert hana.submit("/marketplace/sign-in", {"code": "yes", "state": state}).status_code == 303
    work_off()
    assert "token" in the_account().secret_names
    assert the_account().checked_as.startswith("let in")


def test_a_refusal_there_says_so_and_changes_nothing(hana: Visitor) -> None:
    hana.submit("/marketplace/accounts", GIVEN)
    state = way_out(hana, the_account().id)
    assert "没有同意" in hana.get(f"/marketplace/sign-in?error=access_denied&state={state}&lang=zh").text
    assert hana.submit("/marketplace/sign-in", {"code": "", "state": state}).status_code == 409
    hana.submit("/marketplace/sign-in", {"code": "no", "state": state})
    work_off()
    assert "token" not in the_account().secret_names


def test_somebody_elses_answer_is_not_taken(hana: Visitor, visit: Visit) -> None:
    hana.submit("/marketplace/accounts", GIVEN)
    state = way_out(hana, the_account().id)
    other = visit(make.user("Ivo", Role.HEAD_OFFICE))
    for forged in (state, "", "x.y.z"):
        assert other.submit("/marketplace/sign-in", {"code": "yes", "state": forged}).status_code == 409
        assert other.get(f"/marketplace/sign-in?code=yes&state={forged}").status_code == 409
