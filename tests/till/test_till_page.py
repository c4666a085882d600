"""The till's page: what is scanned in any order, lines and their undo, holds, discounts, and every way to pay."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.search import index_listings
from selection_center.core.codes import format_code
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.membership import points, turning
from selection_center.membership.models import Card, CardPhoto, RevokeReason
from selection_center.orders.models import Order
from selection_center.samples.models import Sample
from selection_center.till.compared import sealed
from selection_center.till.models import Charge, ChargeState, LineKind, PayMethod, Sale, SaleLine, SaleState
from selection_center.till.showing import STEPS
from tests import factories as make
from tests.accounts.tablets import PIN, with_pin
from tests.floor.scanning import JSON, as_printed
from tests.stock import making as goods
from tests.till.making import BAGS_FEN, BAGS_MEMBER_FEN, Shop, shop
from tests.visitors import Visitor

Visit = Callable[[Any], Visitor]
WECHAT = "134567890123456780"
ADDRESS = {"name": "陈女士", "phone": "13900009000", "address": "文一西路 998 号", "consent": "y"}


@pytest.fixture
def store(app: Flask) -> Shop:
    return shop()


@pytest.fixture
def cas(store: Shop, visit: Visit) -> Visitor:
    return visit(store.cas)


def scan(by: Visitor, store: Shop, text: str, how: str = "wedge") -> Any:
    answer = by.submit(f"/tills/{store.till.id}/scans", {"text": text, "how": how}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.json


def page(by: Visitor, store: Shop, query: str = "") -> str:
    answer = by.get(f"/tills/{store.till.id}{query}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("step", sorted(STEPS))
def test_each_step_can_be_asked_for_with_and_without_a_sale(cas: Visitor, store: Shop, step: str) -> None:
    page(cas, store, f"?step={step}")
    scan(cas, store, tag(store).code or "")
    page(cas, store, f"?step={step}")


def tag(store: Shop, name: str = "bags", **values: Any) -> Sample:
    """A shelf tag of these goods."""
    sku = store.goods(name, **values)
    return make.sample(sku.listing, store.site, sku=sku)


def the_sale() -> Sale:
    db.session.rollback()
    return db.session.scalars(sa.select(Sale).order_by(Sale.id.desc())).first() or pytest.fail("no sale")


def turned(card: Card, ago: int = 0) -> str:
    """What the phone shows, or showed so many half minutes ago."""
    return turning.code_of(card.handle, card.secret, turning.step_at() - ago)


def pay(by: Visitor, sale: Sale, method: str = "cash", **fields: str) -> Any:
    return by.submit(f"/sales/{sale.id}/payments", {"method": method} | fields)


# --- scanning ---------------------------------------------------------------------------------------------------


def test_goods_and_the_member_are_scanned_in_any_order(cas: Visitor, store: Shop) -> None:
    bags, card = tag(store, member_fen=BAGS_MEMBER_FEN), store.member()
    assert scan(cas, store, as_printed(bags.code))["outcome"] == "done"
    assert f"¥{BAGS_FEN / 100:.2f}" in page(cas, store)
    assert scan(cas, store, turned(card))["word"] in ("Member recognised", "已认出会员")
    shown = page(cas, store, "?lang=en")
    assert f"member ¥{BAGS_MEMBER_FEN / 100:.2f}" in shown
    assert f"non-member ¥{BAGS_FEN / 100:.2f}" in shown
    assert the_sale().card_id == card.id


def test_the_same_goods_again_are_one_more_and_the_undo_takes_it_back(cas: Visitor, store: Shop) -> None:
    bags = tag(store)
    scan(cas, store, bags.code or "")
    again = scan(cas, store, bags.code or "")
    assert (again["outcome"], the_sale().lines[0].quantity) == ("already", 2)
    assert "数量 1 → 2" in cas.get(again["location"]).text
    (undo,) = again["keys"]
    assert cas.submit(undo["url"], undo["fields"]).status_code == 303
    assert the_sale().lines[0].quantity == 1


def test_the_goods_own_barcode_and_a_typed_name_put_them_on(cas: Visitor, store: Shop) -> None:
    sku = store.goods("cups")
    sku.barcode = "6901234567892"
    assert scan(cas, store, "6901234567892")["outcome"] == "done"
    index_listings([sku.listing_id])
    assert scan(cas, store, "cups", how="typed")["outcome"] == "already"
    assert the_sale().lines[0].quantity == 2


def test_an_offer_of_several_styles_asks_which_one(cas: Visitor, store: Shop) -> None:
    listing = make.listing(make.supplier("杯子厂"), tiers=((1, 900),), specs=("红", "蓝"))
    for sku in listing.skus:
        goods.item(store.site, 5, store.ana, of=sku)
    said = scan(cas, store, make.sample(listing, store.site).code or "")
    shown = cas.get(said["location"]).text
    assert "红" in shown
    assert "蓝" in shown
    blue = listing.skus[1]
    added = cas.submit(f"/tills/{store.till.id}/lines", {"sku": str(blue.id), "kind": "take_away"})
    assert added.status_code == 303
    assert the_sale().lines[0].sku_id == blue.id


def test_what_no_store_stocks_is_sent_by_its_factory(cas: Visitor, store: Shop) -> None:
    listing = make.listing(make.supplier("箱厂"), tiers=((3, 1280),))
    said = scan(cas, store, make.sample(listing, store.site, sku=listing.skus[0]).code or "")
    assert said["outcome"] == "wrong"
    assert the_sale().lines[0].kind is LineKind.FACTORY_DIRECT
    shown = page(cas, store, "?lang=en")
    assert "The factory sends from 3 pieces on." in shown
    assert "The factory needs an address" in shown
    assert 'id="pay-cash"' not in shown


@pytest.mark.parametrize("text", ["", "nothing of ours", "https://pay.example.net/x", "7" * 40, "'; --", "MU000"])
def test_what_is_not_known_says_so_and_begins_no_sale(cas: Visitor, store: Shop, text: str) -> None:
    assert scan(cas, store, text)["outcome"] == "unknown"
    assert db.session.scalar(sa.select(sa.func.count(Sale.id))) == 0


def test_another_stores_tag_is_not_sold_here(cas: Visitor, store: Shop) -> None:
    other = shop("ningbo")
    assert scan(cas, store, tag(other).code or "")["outcome"] == "unknown"


def test_a_scan_sent_twice_counts_once(cas: Visitor, store: Shop) -> None:
    bags = tag(store)
    fields = {"text": bags.code or "", "how": "wedge", "operation_id": make.operation()}
    answers = [cas.submit(f"/tills/{store.till.id}/scans", fields, headers=JSON).json for _time in range(2)]
    assert answers[0] == answers[1]
    assert the_sale().lines[0].quantity == 1


def test_without_scripts_the_page_comes_back_and_says_it(cas: Visitor, store: Shop) -> None:
    answer = cas.submit(f"/tills/{store.till.id}/scans", {"text": tag(store).code or ""}, follow_redirects=True)
    assert "已加" in answer.text
    assert "撤销" in answer.text


# --- members ----------------------------------------------------------------------------------------------------


def test_a_screenshot_is_too_old_and_a_lost_card_does_not_hold(cas: Visitor, store: Shop) -> None:
    card = store.member()
    assert scan(cas, store, turned(card, ago=4))["outcome"] == "refused"
    card.revoked_at, card.revoked_reason = utcnow(), RevokeReason.LOST
    assert scan(cas, store, turned(card))["outcome"] == "refused"
    assert db.session.scalar(sa.select(sa.func.count(Sale.id))) == 0


def test_a_printed_card_asks_for_the_last_four_digits(cas: Visitor, store: Shop) -> None:
    card = store.member(phone="13800008123")
    said = scan(cas, store, card.code)
    shown = cas.get(said["location"]).text
    assert 'name="digits"' in shown
    seal = said["query"]["card"]
    check = f"/tills/{store.till.id}/member/check"
    assert cas.submit(check, {"card": seal, "digits": "0000"}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Sale.id)).where(Sale.member_id.is_not(None))) == 0
    assert cas.submit(check, {"card": seal, "digits": "8123"}).status_code == 303
    assert the_sale().member_id == card.member_id


def test_goods_scanned_meanwhile_leave_the_card_to_be_compared(cas: Visitor, store: Shop) -> None:
    card = store.member(phone="13800008123")
    seal = scan(cas, store, card.code)["query"]["card"]
    scans, fields = f"/tills/{store.till.id}/scans", {"comparing": seal}
    said = cas.submit(scans, {"text": tag(store).code or ""} | fields, headers=JSON).json
    assert said is not None
    assert 'name="digits"' in cas.get(said["location"]).text
    line = said["keys"][0]["url"]  # and what is taken out again
    assert 'name="digits"' in cas.submit(line, fields, follow_redirects=True).text
    phone = cas.submit(scans, {"text": turned(card)} | fields, headers=JSON).json
    assert phone is not None
    assert 'name="digits"' not in cas.get(phone["location"]).text, "the phone says who it is"
    forged = cas.submit(scans, {"text": "x", "comparing": "made up"}, headers=JSON).json
    assert forged is not None
    assert 'name="digits"' not in cas.get(forged["location"]).text


def test_with_a_photo_the_cashiers_eyes_count(cas: Visitor, store: Shop) -> None:
    card = store.member()
    card.photo = CardPhoto(data=b"RIFF", consent_version="photo", taken_by_id=store.ana.id)
    seal = scan(cas, store, card.code)["query"]["card"]
    assert cas.get(f"/tills/{store.till.id}/photo", query_string={"card": seal}).data == b"RIFF"
    assert cas.get(f"/tills/{store.till.id}/photo", query_string={"card": "x"}).status_code == 404
    check = f"/tills/{store.till.id}/member/check"
    assert cas.submit(check, {"card": seal}).status_code == 422
    assert cas.submit(check, {"card": seal, "seen": "yes"}).status_code == 303


def test_a_seal_of_another_till_names_nobody(cas: Visitor, store: Shop) -> None:
    card, other = store.member(), shop("ningbo")
    with cas.application.test_request_context():
        seal = sealed(card, other.till)
    assert card.holder not in page(cas, store, f"?step=compare&card={seal}")


def test_a_member_is_found_by_the_whole_number_and_tries_are_counted(cas: Visitor, store: Shop) -> None:
    card = store.member(phone="13800008123")
    find = f"/tills/{store.till.id}/member"
    found = cas.submit(find, {"phone": "138 0000 8123"})
    assert "step=compare" in found.location
    panel = cas.get(found.location).text
    assert card.holder in panel
    assert re.search(r"<button[^>]*>核对</button>", panel), "a key says what it does; it does not ask"
    nobody = cas.submit(find, {"phone": "13800008124"})
    assert "不是会员" in cas.get(nobody.location).text
    for _try in range(30):
        last = cas.submit(find, {"phone": "13800008124"})
    assert last.status_code in (303, 409)
    assert "?step=compare" not in (last.location or "")


# --- lines ------------------------------------------------------------------------------------------------------


def test_quantities_by_steps_by_typing_and_to_nothing(cas: Visitor, store: Shop) -> None:
    scan(cas, store, tag(store).code or "")
    line = the_sale().lines[0]
    url = f"/sale-lines/{line.id}/quantity"
    for fields, expected in (({"by": "1"}, 2), ({"quantity": "7"}, 7), ({"by": "-3"}, 4)):
        assert cas.submit(url, fields).status_code == 303
        assert the_sale().lines[0].quantity == expected
    assert cas.submit(url, {"quantity": "0"}).status_code == 303
    assert the_sale().lines == []
    assert cas.submit(f"/sale-lines/{line.id}/removal/reversal").status_code == 303
    assert the_sale().lines[0].quantity == 4


@pytest.mark.parametrize("fields", [{}, {"quantity": "x"}, {"quantity": "99999999"}, {"by": "1e9"}])
def test_a_quantity_that_is_none_changes_nothing(cas: Visitor, store: Shop, fields: dict[str, str]) -> None:
    scan(cas, store, tag(store).code or "")
    line = the_sale().lines[0]
    assert cas.submit(f"/sale-lines/{line.id}/quantity", fields).status_code == 409
    assert the_sale().lines[0].quantity == 1


def test_goods_without_a_code_are_typed(cas: Visitor, store: Shop) -> None:
    url = f"/tills/{store.till.id}/typed-lines"
    assert cas.submit(url, {"title": "", "price": "0", "quantity": "1"}).status_code == 422
    assert cas.submit(url, {"title": "散装糖", "price": "12.80", "quantity": "2"}).status_code == 303
    (line,) = the_sale().lines
    assert (line.title, line.marked_fen, line.quantity, line.kind) == ("散装糖", 1280, 2, LineKind.OTHER)


def test_a_discount_beyond_the_cashiers_right_needs_a_managers_pin(cas: Visitor, store: Shop) -> None:
    with_pin(store.ana)
    scan(cas, store, tag(store).code or "")
    url = f"/sale-lines/{the_sale().lines[0].id}/discount"
    assert cas.submit(url, {"off": "1", "reason": "包装破损"}).status_code == 303
    alone = cas.submit(url, {"off": "5", "reason": "包装破损"})
    assert alone.status_code == 422
    assert 'name="pin"' in alone.text
    wrong = cas.submit(url, {"off": "5", "reason": "包装破损", "manager": str(store.ana.id), "pin": "9138"})
    assert wrong.status_code == 422
    assert the_sale().lines[0].discount_fen == 100
    right = {"off": "5", "reason": "包装破损", "manager": str(store.ana.id), "pin": PIN}
    assert cas.submit(url, right).status_code == 303
    assert (the_sale().lines[0].discount_fen, the_sale().lines[0].discount_approved_by_id) == (500, store.ana.id)


def test_an_approved_form_sent_twice_answers_as_the_first_time(cas: Visitor, store: Shop) -> None:
    """Checking a PIN ends the transaction in which the operation was claimed: it is claimed anew."""
    with_pin(store.ana)
    scan(cas, store, tag(store).code or "")
    sale = the_sale()
    fields = {"off": "5", "reason": "x", "manager": str(store.ana.id), "pin": PIN, "operation_id": make.operation()}
    first, again = (cas.submit(f"/sales/{sale.id}/discount", fields) for _time in range(2))
    assert (first.status_code, first.location) == (again.status_code, again.location) == (303, first.location)
    assert cas.submit(f"/sales/{sale.id}/discount", fields | {"off": "6"}).status_code == 422


# --- as a whole -------------------------------------------------------------------------------------------------


def test_a_sale_is_held_and_taken_up_again_by_its_code(cas: Visitor, store: Shop) -> None:
    scan(cas, store, tag(store).code or "")
    first = the_sale()
    assert cas.submit(f"/sales/{first.id}/hold", {"note": "红衣服"}).status_code == 303
    assert "红衣服" in page(cas, store, "?step=held")
    scan(cas, store, tag(store, "cups").code or "")
    scan(cas, store, format_code(first.code))
    db.session.rollback()
    assert db.session.get_one(Sale, first.id).state is SaleState.OPEN
    assert the_sale().state is SaleState.HELD  # what was open there


def test_a_cancelled_sale_needs_a_reason_and_is_gone(cas: Visitor, store: Shop) -> None:
    scan(cas, store, tag(store).code or "")
    sale = the_sale()
    assert cas.submit(f"/sales/{sale.id}/void", {"reason": ""}).status_code == 422
    assert cas.submit(f"/sales/{sale.id}/void", {"reason": "顾客走了"}).status_code == 303
    assert the_sale().state is SaleState.VOID
    assert "可以接待下一位" in page(cas, store)


# --- paying -----------------------------------------------------------------------------------------------------


def rung_up(cas: Visitor, store: Shop, pieces: int = 1) -> Sale:
    scan(cas, store, tag(store).code or "")
    if pieces > 1:
        cas.submit(f"/sale-lines/{the_sale().lines[0].id}/quantity", {"quantity": str(pieces)})
    return the_sale()


def test_cash_with_change_and_the_receipt(cas: Visitor, store: Shop) -> None:
    sale = rung_up(cas, store)
    paid = pay(cas, sale, tendered="20")
    assert f"paid={sale.id}" in paid.location
    shown = cas.get(paid.location).text
    assert 'class="y">¥</span>7<span class="f">.20' in shown
    assert "</svg>找零</p>" in shown, "money to give back, not something to edit"
    assert (the_sale().state, the_sale().payments[0].change_fen, store.left()) == (SaleState.PAID, 720, 19)
    receipt = cas.get(f"/sales/{sale.id}/receipt?width=58")
    assert "找零" in receipt.text
    assert "¥7.20" in receipt.text


def test_one_tap_for_what_is_given(cas: Visitor, store: Shop) -> None:
    sale = rung_up(cas, store)
    assert 'value="1500"' in page(cas, store, "?step=cash")
    pay(cas, sale, note="2000", tendered="")
    assert the_sale().payments[0].tendered_fen == 2000


def test_a_payment_in_parts_by_four_ways(cas: Visitor, store: Shop) -> None:
    card = store.member()
    points.earn(card.member_id, 300, "sale 0", None)
    scan(cas, store, turned(card))
    sale = rung_up(cas, store, 3)
    assert pay(cas, sale, "points", amount="3").status_code == 303
    assert pay(cas, sale, tendered="10").status_code == 303
    assert the_sale().state is SaleState.PAYING
    assert pay(cas, sale, "card", amount="5", reference="").status_code == 422
    assert pay(cas, sale, "card", amount="5", reference="000123").status_code == 303
    assert pay(cas, sale, "wechat", amount="99", reference="4200").status_code == 422
    last = pay(cas, sale, "wechat", amount="20.40", reference="4200")
    assert f"paid={sale.id}" in last.location
    by = {payment.method: payment.amount_fen for payment in the_sale().payments}
    expected = {PayMethod.POINTS: 300, PayMethod.CASH: 1000, PayMethod.CARD: 500, PayMethod.WECHAT: 2040}
    assert by == expected
    assert sum(by.values()) == the_sale().total_fen == 3 * BAGS_FEN


def test_a_part_is_handed_back_and_the_goods_can_be_changed_again(cas: Visitor, store: Shop) -> None:
    sale = rung_up(cas, store)
    pay(cas, sale, tendered="5")
    (payment,) = the_sale().payments
    assert cas.submit(f"/sales/{sale.id}/payment/reversal").status_code == 409
    assert cas.submit(f"/sales/{sale.id}/payments/{payment.id}/reversal").status_code == 303
    assert cas.submit(f"/sales/{sale.id}/payment/reversal").status_code == 303
    assert (the_sale().state, store.left()) == (SaleState.OPEN, 20)


def test_a_price_that_rose_since_it_was_shown_is_refused(cas: Visitor, store: Shop) -> None:
    sale = rung_up(cas, store)
    sale.lines[0].listing.tiers[0].price_fen = 9_900  # type: ignore[union-attr]
    answer = pay(cas, sale, tendered="200", seen_fen=str(BAGS_FEN))
    assert answer.status_code == 422
    assert "¥99.00" in answer.text
    assert (the_sale().state, store.left()) == (SaleState.OPEN, 20)


def test_what_the_till_can_not_take_back_is_sold_out(cas: Visitor, store: Shop) -> None:
    sale = rung_up(cas, store, 20)
    store.stock["bags"].on_hand = 19
    answer = pay(cas, sale, tendered="999")
    assert answer.status_code == 422
    assert the_sale().state is SaleState.OPEN


def test_the_factory_gets_an_order_for_what_it_sends(cas: Visitor, store: Shop) -> None:
    listing = make.listing(make.supplier("箱厂"), tiers=((1, 1280),))
    piece = make.sample(listing, store.site, sku=listing.skus[0])
    scan(cas, store, piece.code or "")
    sale = the_sale()
    assert pay(cas, sale, tendered="20").status_code == 422
    assert cas.submit(f"/sales/{sale.id}/contact", ADDRESS | {"consent": ""}).status_code == 422
    assert cas.submit(f"/sales/{sale.id}/contact", ADDRESS).status_code == 303
    pay(cas, sale, tendered="20")
    order = db.session.scalars(sa.select(Order)).one()
    assert (the_sale().lines[0].order_id, order.address) == (order.id, ADDRESS["address"])
    assert order.number in cas.get(f"/r/{the_sale().token}").text


def test_the_members_own_number_is_kept_without_being_shown(cas: Visitor, store: Shop) -> None:
    card = store.member(phone="13800008123")
    listing = make.listing(make.supplier("箱厂"), tiers=((1, 1280),))
    scan(cas, store, make.sample(listing, store.site, sku=listing.skus[0]).code or "")
    scan(cas, store, turned(card))
    assert "13800008123" not in page(cas, store, "?step=contact")
    assert cas.submit(f"/sales/{the_sale().id}/contact", ADDRESS | {"phone": ""}).status_code == 303
    assert the_sale().phone == "13800008123"


# --- the customer's code ----------------------------------------------------------------------------------------


def charge(cas: Visitor, sale: Sale, code: str, **fields: str) -> Any:
    return cas.submit(f"/sales/{sale.id}/charges", {"payer_code": code} | fields)


def the_charge() -> Charge:
    db.session.rollback()
    return db.session.scalars(sa.select(Charge).order_by(Charge.id.desc())).first() or pytest.fail("no charge")


def test_the_customers_code_is_asked_once_and_pays(cas: Visitor, store: Shop, work: Callable[[], list[str]]) -> None:
    sale = rung_up(cas, store)
    waiting = charge(cas, sale, WECHAT)
    assert "等顾客付款" in cas.get(waiting.location).text
    work()
    shown = cas.get(waiting.location).text
    assert "till-done" in shown
    assert (the_sale().state, the_sale().payments[0].method) == (SaleState.PAID, PayMethod.WECHAT)


def test_a_refused_code_says_why_and_the_sale_can_be_paid_otherwise(
    cas: Visitor, store: Shop, work: Callable[[], list[str]]
) -> None:
    sale = rung_up(cas, store)
    waiting = charge(cas, sale, WECHAT[:-1] + "1")
    work()
    assert "没付成" in cas.get(waiting.location).text
    assert f"paid={sale.id}" in pay(cas, sale, tendered="20").location


def test_what_is_no_payment_code_is_refused_before_anybody_is_asked(cas: Visitor, store: Shop) -> None:
    sale = rung_up(cas, store)
    assert charge(cas, sale, "6901234567892").status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Charge.id))) == 0
    assert (the_sale().state, store.left()) == (SaleState.OPEN, 20)


def unknown(cas: Visitor, store: Shop) -> Charge:
    """A charge whose answer was lost, and that nobody could look up."""
    sale = rung_up(cas, store)
    charge(cas, sale, WECHAT)
    asked = the_charge()
    asked.state = ChargeState.UNKNOWN
    db.session.commit()
    return asked


def test_an_unknown_charge_is_settled_by_hand_as_paid(cas: Visitor, store: Shop) -> None:
    asked = unknown(cas, store)
    shown = page(cas, store)
    assert "不知道付没付" in shown
    url = f"/charges/{asked.id}/settlement"
    assert cas.submit(url, {"outcome": "paid", "reference": ""}).status_code == 409
    done = cas.submit(url, {"outcome": "paid", "reference": "4200001"})
    assert "till-done" in cas.get(done.location).text
    assert (the_sale().state, the_sale().payments[0].reference) == (SaleState.PAID, "4200001")
    assert cas.submit(url, {"outcome": "refused"}).status_code == 409


def test_an_unknown_charge_is_settled_as_not_paid_or_put_aside(cas: Visitor, store: Shop) -> None:
    asked = unknown(cas, store)
    assert 'id="pay-cash"' in page(cas, store, "?step=other")
    cas.submit(f"/charges/{asked.id}/settlement", {"outcome": "refused"})
    assert the_charge().state is ChargeState.REFUSED
    assert f"paid={asked.sale_id}" in pay(cas, the_sale(), tendered="20").location


def test_a_waiting_charge_is_not_settled_by_hand(cas: Visitor, store: Shop) -> None:
    charge(cas, rung_up(cas, store), WECHAT)
    assert cas.submit(f"/charges/{the_charge().id}/settlement", {"outcome": "refused"}).status_code == 409
    assert the_charge().state is ChargeState.ASKED


# --- who, and where ---------------------------------------------------------------------------------------------


def test_without_a_shift_the_till_leads_to_the_list(cas: Visitor, store: Shop) -> None:
    store.shift.closed_at, store.shift.closed_by_id = utcnow(), store.cas.id
    assert cas.get(f"/tills/{store.till.id}").location.endswith("/sites/hangzhou/tills")
    assert cas.submit(f"/tills/{store.till.id}/scans", {"text": tag(store).code or ""}, headers=JSON).status_code == 409


def test_anothers_shift_takes_no_money_but_a_managers(cas: Visitor, store: Shop, visit: Visit) -> None:
    rung_up(cas, store)
    coa = visit(make.user("Coa", Role.CASHIER, store.site))
    assert 'id="pay-cash"' not in page(coa, store)
    assert pay(coa, the_sale(), tendered="20").status_code == 422
    assert f"paid={the_sale().id}" in pay(visit(store.ana), the_sale(), tendered="20").location


def test_the_floor_does_not_sell_and_another_store_sees_nothing(store: Shop, visit: Visit, cas: Visitor) -> None:
    rung_up(cas, store)
    sale = the_sale()
    bo, cy = make.user("Bo", Role.FLOOR_STAFF, store.site), shop("ningbo").cas
    line = f"/sale-lines/{sale.lines[0].id}/removal"
    for path in (f"/tills/{store.till.id}", f"/sales/{sale.id}/receipt"):
        assert visit(bo).get(path).status_code == 403
        assert visit(cy).get(path).status_code == 404
    assert visit(cy).submit(line).status_code == 404


def test_a_fee_is_put_on_the_sale_of_the_chosen_till(cas: Visitor, store: Shop) -> None:
    plan = store.plan(name="金卡", fee_fen=68_000)
    member = store.member().member
    address = f"/members/{member.id}/fee/{plan.id}"
    assert "¥" in cas.get(address).text
    taken = cas.submit(address, {"till": str(store.till.id)})
    assert f"/tills/{store.till.id}" in taken.location
    assert [(line.kind, line.plan_id) for line in the_sale().lines] == [(LineKind.FEE, plan.id)]
    pay(cas, the_sale(), tendered="700")
    db.session.expire_all()
    assert len(member.renewals) == 2


def test_a_line_that_was_taken_out_long_ago_does_not_come_back(cas: Visitor, store: Shop) -> None:
    scan(cas, store, tag(store).code or "")
    line = the_sale().lines[0]
    cas.submit(f"/sale-lines/{line.id}/removal")
    gone = db.session.get_one(SaleLine, line.id)
    gone.removed_at = utcnow() - timedelta(minutes=11)
    assert cas.submit(f"/sale-lines/{line.id}/removal/reversal").status_code == 409
