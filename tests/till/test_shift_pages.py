"""The pages of tills and shifts: set up, open, move cash, count blind, compare, sign."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.sites.models import Site, SiteKind
from selection_center.till.models import PayMethod, Shift, Till, TillRules
from tests import factories as make
from tests.till import selling
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def store(app: Flask) -> Site:
    return make.site("store", SiteKind.STORE)


@pytest.fixture
def chen_herself(store: Site) -> Any:
    return make.user("Chen", Role.CASHIER, store)


@pytest.fixture
def chen(visit: Visit, chen_herself: Any) -> Visitor:
    return visit(chen_herself)


@pytest.fixture
def ana(visit: Visit, store: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, store))


@pytest.fixture
def till(store: Site) -> Till:
    return Till.create(store, "收银 1 号")


@pytest.fixture
def shift(till: Till, chen_herself: Any) -> Shift:
    return Shift.open(till, 50_000, chen_herself)


def closer_of(shift: Shift) -> str | None:
    return shift.closed_by.name if shift.closed_by is not None else None


def the_shift() -> Shift:
    db.session.expire_all()
    return db.session.scalars(sa.select(Shift)).one()


def test_a_manager_sets_tills_up(ana: Visitor, store: Site) -> None:
    assert "No till yet" in ana.get("/sites/store/tills/settings?lang=en").text
    assert ana.submit("/sites/store/tills", {"name": " 收银 1 号 "}).location == "/sites/store/tills/settings"
    till = db.session.scalars(sa.select(Till)).one()
    assert till.name == "收银 1 号"
    twice = ana.submit("/sites/store/tills?lang=en", {"name": "收银 1 号"})
    assert twice.status_code == 422
    assert "Another till is called" in twice.text
    ana.submit(f"/tills/{till.id}/name", {"name": "出口"})
    page = ana.get("/sites/store/tills/settings?lang=en").text
    assert "出口" in page
    ana.submit(f"/tills/{till.id}/closing")
    assert "Out of use since" in ana.get("/sites/store/tills/settings?lang=en").text
    ana.submit(f"/tills/{till.id}/reopening")
    db.session.expire_all()
    assert till.closed_at is None


@pytest.mark.parametrize(("name", "message"), [("", "Write a name"), ("x" * 41, "Field cannot be longer")])
def test_a_bad_name_stays_in_the_form(ana: Visitor, till: Till, name: str, message: str) -> None:
    for address in ("/sites/store/tills", f"/tills/{till.id}/name"):
        answer = ana.submit(address, {"name": name})
        assert answer.status_code == 422


def test_renaming_to_a_name_in_use_says_so(ana: Visitor, store: Site, till: Till) -> None:
    second = Till.create(store, "2")
    answer = ana.submit(f"/tills/{second.id}/name?lang=en", {"name": till.name})
    assert answer.status_code == 422
    assert "Another till is called" in answer.text
    db.session.expire_all()
    assert second.name == "2"


def test_the_limits_of_a_cashier_are_a_managers(ana: Visitor, chen: Visitor, store: Site) -> None:
    assert ana.submit("/sites/store/till-rules", {"percent": "5.5", "refund": "80", "below": "20"}).status_code == 303
    rules = db.session.scalars(sa.select(TillRules)).one()
    assert (rules.discount_permille, rules.refund_fen) == (55, 8_000)
    for percent, refund in (("101", "1"), ("-1", "1"), ("NaN", "1"), ("x", "1"), ("5", "1.005"), ("5", "")):
        assert (
            ana.submit("/sites/store/till-rules", {"percent": percent, "refund": refund, "below": "0"}).status_code
            == 422
        )
    assert chen.submit("/sites/store/till-rules", {"percent": "100", "refund": "9", "below": "9"}).status_code == 403
    assert chen.get("/sites/store/tills/settings").status_code == 403


def test_a_shift_opens_with_a_float(chen: Visitor, till: Till) -> None:
    assert chen.get(f"/tills/{till.id}/shifts/new").status_code == 200
    assert chen.submit(f"/tills/{till.id}/shifts", {"float_fen": ""}).status_code == 422
    assert chen.submit(f"/tills/{till.id}/shifts", {"float_fen": "500"}).location == f"/tills/{till.id}"
    shift = the_shift()
    assert (shift.float_fen, shift.opened_by.name) == (50_000, "Chen")
    assert chen.submit(f"/tills/{till.id}/shifts", {"float_fen": "1"}).status_code == 409
    assert chen.get(f"/tills/{till.id}/shifts/new").location == f"/shifts/{shift.id}"


def test_cash_in_and_out_for_a_reason(chen: Visitor, shift: Shift) -> None:
    address = f"/shifts/{shift.id}/cash-movements"
    assert chen.submit(address, {"direction": "out", "amount": "300", "reason": "存银行"}).status_code == 303
    assert chen.submit(address, {"direction": "in", "amount": "12.34", "reason": "换零钱"}).status_code == 303
    assert [move.amount_fen for move in the_shift().cash_movements] == [-30_000, 1_234]
    for bad in ({"amount": "0"}, {"amount": ""}, {"reason": ""}, {"amount": "212.35"}, {"direction": "x"}):
        values = {"direction": "out", "amount": "1", "reason": "存银行"} | bad
        assert chen.submit(address, values).status_code == 422, bad
    assert len(the_shift().cash_movements) == 2


def test_a_cashier_counts_without_being_told(chen: Visitor, ana: Visitor, shift: Shift) -> None:
    selling.paid(shift, 12_345, wechat=6_789)
    for page in (f"/shifts/{shift.id}", f"/shifts/{shift.id}/count"):
        text = chen.get(f"{page}?lang=en").text
        assert "623.45" not in text
        assert "67.89" not in text
    assert chen.get(f"/shifts/{shift.id}/report.xlsx").status_code == 409
    assert chen.get(f"/shifts/{shift.id}/report.pdf").status_code == 409
    told = ana.get(f"/shifts/{shift.id}?lang=en").text
    assert "623" in told
    assert "Should be there now" in told


def test_count_compare_sign(chen: Visitor, shift: Shift) -> None:
    selling.paid(shift, 12_345, wechat=6_789)
    assert chen.get(f"/shifts/{shift.id}/close").location == f"/shifts/{shift.id}/count"
    counted = {
        "pieces_10000": "6",
        "pieces_1000": "2",
        "pieces_100": "3",
        "pieces_10": "4",
        "pieces_1": "5",
        "wechat": "67.89",
    }
    assert chen.submit(f"/shifts/{shift.id}/count", counted).location == f"/shifts/{shift.id}/close"
    review = chen.get(f"/shifts/{shift.id}/close?lang=en").text
    assert "Everything is there, to the fen." in review
    seen = review.split('name="seen" value="')[1].split('"')[0]
    assert chen.submit(f"/shifts/{shift.id}/closing", {"seen": seen}).location == f"/shifts/{shift.id}"
    closed = the_shift()
    assert (closer_of(closed), closed.differs) == ("Chen", False)
    assert closed.notes_and_coins == {"10000": 6, "1000": 2, "100": 3, "10": 4, "1": 5}
    page = chen.get(f"/shifts/{shift.id}?lang=en").text
    assert "signed by Chen" in page
    for again in ("count", "close"):
        assert chen.get(f"/shifts/{shift.id}/{again}").location == f"/shifts/{shift.id}"
    assert chen.submit(f"/shifts/{shift.id}/closing", {"seen": seen}).status_code == 409


def seen_on(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def test_a_difference_is_signed_with_a_word(chen: Visitor, shift: Shift) -> None:
    chen.submit(f"/shifts/{shift.id}/count", {"pieces_10000": "4", "pieces_5000": "1"})
    review = chen.get(f"/shifts/{shift.id}/close?lang=en").text
    assert "¥50.00 missing" in review
    wordless = chen.submit(f"/shifts/{shift.id}/closing?lang=en", {"seen": seen_on(review)})
    assert wordless.status_code == 422
    assert "Write why the count differs." in wordless.text
    assert the_shift().is_open
    chen.submit(f"/shifts/{shift.id}/closing", {"seen": seen_on(review), "note": "找错零钱"})
    closed = the_shift()
    assert (closed.difference_fen, closed.note) == (-5_000, "找错零钱")
    assert "¥50.00 missing" in chen.get(f"/shifts/{shift.id}?lang=en").text
    assert "¥50.00 missing" in chen.get("/sites/store/shifts?lang=en&where=differs").text


def test_what_landed_since_the_comparison_is_not_signed_unseen(chen: Visitor, shift: Shift) -> None:
    chen.submit(f"/shifts/{shift.id}/count", {"pieces_10000": "5"})
    review = chen.get(f"/shifts/{shift.id}/close").text
    selling.paid(shift, 100)
    late = chen.submit(f"/shifts/{shift.id}/closing?lang=en", {"seen": seen_on(review), "note": "x"})
    assert late.status_code == 422
    assert "Compare again" in late.text
    assert the_shift().is_open
    assert chen.submit(f"/shifts/{shift.id}/closing", {"seen": seen_on(late.text), "note": "x"}).status_code == 303


def test_a_count_comes_before_the_signature(chen: Visitor, shift: Shift) -> None:
    assert chen.submit(f"/shifts/{shift.id}/closing", {"seen": "", "note": "x"}).status_code == 409
    for bad in ({"pieces_10000": "-1"}, {"pieces_10000": "x"}, {"pieces_10000": "1000000"}, {"wechat": "1.005"}):
        assert chen.submit(f"/shifts/{shift.id}/count", bad).status_code == 422, bad
    assert the_shift().counts == []


def test_each_count_stays_in_the_history(chen: Visitor, shift: Shift) -> None:
    for pieces in ("4", "5"):
        chen.submit(f"/shifts/{shift.id}/count", {"pieces_10000": pieces})
    counted = sa.select(AuditEntry.detail).filter_by(verb="shift_counted").order_by(AuditEntry.id)
    assert [detail["fen"] for detail in db.session.scalars(counted)] == [40_000, 50_000]


def test_another_cashiers_shift_is_a_managers_to_close(
    visit: Visit, chen: Visitor, ana: Visitor, store: Site, shift: Shift
) -> None:
    li = visit(make.user("Li", Role.CASHIER, store))
    assert "Count and close" not in li.get(f"/shifts/{shift.id}?lang=en").text
    for address, values in (
        ("count", {"pieces_10000": "5"}),
        ("closing", {"seen": "", "note": "x"}),
        ("cash-movements", {"direction": "in", "amount": "1", "reason": "x"}),
    ):
        assert li.submit(f"/shifts/{shift.id}/{address}", values).status_code == 409
    ana.submit(f"/shifts/{shift.id}/count", {"pieces_10000": "5"})
    seen = seen_on(ana.get(f"/shifts/{shift.id}/close").text)
    assert ana.submit(f"/shifts/{shift.id}/closing", {"seen": seen}).status_code == 303
    assert closer_of(the_shift()) == "Ana"


def test_other_stores_and_other_roles(visit: Visit, app: Flask, store: Site, till: Till, shift: Shift) -> None:
    pages = ("/sites/store/shifts", f"/shifts/{shift.id}", f"/shifts/{shift.id}/count", f"/tills/{till.id}/shifts/new")
    away = visit(make.user("Cy", Role.CASHIER, make.site("elsewhere", SiteKind.STORE)))
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, store))
    for page in pages:
        assert away.get(page).status_code == 404
        assert bo.get(page).status_code == 403


def test_the_list_narrows(chen: Visitor, store: Site, shift: Shift, chen_herself: Any) -> None:
    second = Shift.open(Till.create(store, "2"), 0, chen_herself)
    second.close({PayMethod.CASH: 100}, {100: 1}, "多一元", chen_herself)
    for query, found in (
        ("", 2), ("where=open", 1), ("where=differs", 1), (f"till={second.till_id}", 1), ("day=2001-01-01", 0),
        (f"person={chen_herself.id}", 2), ("person=9", 0), ("where=x&till=x&day=x&person=x", 2),
    ):  # fmt: skip
        assert chen.get(f"/sites/store/shifts?{query}").text.count("/shifts/") - 0 >= found
        assert chen.get(f"/sites/store/shifts?{query}").text.count("<tr><td><a") == found, query
