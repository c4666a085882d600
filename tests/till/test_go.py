"""Scan and go: the member's own phone puts the sale together, the exit desk looks into the cart and takes the money."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import jobs
from selection_center.core.codes import format_code
from selection_center.core.db import db, utcnow
from selection_center.membership.models import Card
from selection_center.sites.models import SiteKind
from selection_center.stock.models import StockItem
from selection_center.till import going
from selection_center.till.models import Channel, Sale, SaleLine, SaleState
from tests import factories as make
from tests.conftest import new_visitor
from tests.floor.scanning import JSON
from tests.membership import making as members
from tests.stock import making as goods
from tests.till.making import BAGS_MEMBER_FEN, Shop, shop
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
Phone = Callable[[], Visitor]


@pytest.fixture
def store(app: Flask) -> Shop:
    return shop()


@pytest.fixture
def cas(store: Shop, visit: Visit) -> Visitor:
    return visit(store.cas)


@pytest.fixture
def phone(app: Flask) -> Phone:
    """`phone()` answers a phone that nobody is signed in on."""
    return lambda: new_visitor(app)


@pytest.fixture
def dee(store: Shop, phone: Phone) -> Visitor:
    """Dee's phone, which carries the card of a membership that holds."""
    dees = phone()
    carry(dees, store.member())
    return dees


def carry(phone: Visitor, card: Card) -> None:
    assert phone.submit(f"/my-card/{card.link}/phone").status_code == 303
    db.session.rollback()


def tag(store: Shop, name: str = "bags", **values: Any) -> str:
    """The printed code of these goods' shelf tag."""
    sku = store.goods(name, **values)
    return format_code(make.sample(sku.listing, store.site, sku=sku).code or "")


def scan(phone: Visitor, text: str, slug: str = "hangzhou") -> Any:
    return phone.submit(f"/go/{slug}/scans", {"text": text})


def page(phone: Visitor, slug: str = "hangzhou") -> str:
    answer = phone.get(f"/go/{slug}?lang=en")
    assert answer.status_code == 200
    return answer.text


def words(phone: Visitor) -> str:
    """The page without its marks."""
    return re.sub(r"<[^>]*>", "", page(phone))


def cart() -> Sale:
    db.session.rollback()
    return db.session.scalars(sa.select(Sale).order_by(Sale.id.desc())).first() or pytest.fail("no cart")


def take_up(by: Visitor, store: Shop, sale: Sale) -> Any:
    return by.submit(f"/tills/{store.till.id}/scans", {"text": sale.code, "how": "wedge"}, headers=JSON).json


def test_a_member_scans_goods_at_the_members_price(dee: Visitor, store: Shop) -> None:
    code = tag(store, member_fen=BAGS_MEMBER_FEN)
    assert scan(dee, code).status_code == 303
    assert scan(dee, code).status_code == 303
    sale = cart()
    assert (sale.channel, sale.state, sale.till_id, sale.opened_by_id) == (Channel.PHONE, SaleState.OPEN, None, None)
    assert [(line.quantity, line.sample_id is not None) for line in sale.lines] == [(2, True)]
    shown = words(dee)
    assert all(sum_ in shown for sum_ in ("11.50", "23.00", "2.60"))  # a piece, both, and what was saved
    assert store.left() == 20  # nothing is set aside by the phone


def test_who_has_no_card_on_the_phone_is_told_how_to_get_one(store: Shop, phone: Phone) -> None:
    code, stranger = tag(store), phone()
    assert "/join/hangzhou" in page(stranger)
    assert scan(stranger, code).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(Sale.id))) == 0


def test_a_membership_that_is_over_fills_no_cart(store: Shop, phone: Phone) -> None:
    member = members.member(store.site, by=store.cas)
    members.ended(member, store.plan(), days_ago=60)
    mine, code = phone(), tag(store)
    carry(mine, member.cards[0])
    assert 'id="go-scan"' not in page(mine)
    assert scan(mine, code).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(Sale.id))) == 0


def test_it_is_where_there_is_a_till(dee: Visitor, store: Shop) -> None:
    make.site("yiwu")
    closed = members.store("guangzhou")
    closed.closed_at = utcnow()
    assert dee.get("/go/yiwu").status_code == 404
    assert dee.get("/go/guangzhou").status_code == 404
    assert dee.get("/go/nowhere").status_code == 404


def test_what_the_store_does_not_stock_or_know_is_refused(dee: Visitor, store: Shop) -> None:
    sent = make.listing(make.supplier("f"), tiers=((1, 100),))
    for text in (make.sample(sent, store.site).code or "", "nothing of ours", ""):
        assert scan(dee, text).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(SaleLine.id))) == 0


def test_a_tag_without_a_style_asks_which_one(dee: Visitor, store: Shop) -> None:
    listing = make.listing(make.supplier("f"), tiers=((1, 900),), specs=("red", "blue", "sent"))
    for sku in listing.skus[:2]:
        goods.item(store.site, 4, store.ana, of=sku)
    answer = scan(dee, make.sample(listing, store.site).code or "")
    assert f"styles={listing.skus[0].id}.{listing.skus[1].id}" in answer.location
    chosen = dee.get(answer.location).text.split('id="go-styles"')[1].split("</section>")[0]
    assert [f">{spec}<" in chosen for spec in ("red", "blue", "sent")] == [True, True, False]
    assert dee.submit("/go/hangzhou/goods", {"sku": listing.skus[1].id}).status_code == 303
    assert [line.spec for line in cart().lines] == ["blue"]
    assert dee.submit("/go/hangzhou/goods", {"sku": listing.skus[2].id}).status_code == 409


def test_a_line_is_changed_taken_out_and_brought_back(dee: Visitor, store: Shop) -> None:
    scan(dee, tag(store))
    line = cart().lines[0].id
    assert dee.submit(f"/go/lines/{line}/quantity", {"quantity": "5"}).status_code == 303
    assert cart().lines[0].quantity == 5
    out = dee.submit(f"/go/lines/{line}/removal")
    assert cart().lines == []
    assert f"/go/lines/{line}/return" in dee.get(out.location).text
    assert dee.submit(f"/go/lines/{line}/return").status_code == 303
    assert cart().lines[0].quantity == 5
    assert dee.submit(f"/go/lines/{line}/quantity", {"quantity": "0"}).status_code == 303
    assert cart().lines == []
    assert dee.submit(f"/go/lines/{line}/quantity", {"quantity": "much"}).status_code == 409


def test_anothers_cart_is_not_there(dee: Visitor, store: Shop, phone: Phone, cas: Visitor) -> None:
    scan(dee, tag(store))
    line, eve = cart().lines[0].id, phone()
    carry(eve, store.member(name="王先生"))
    for stranger in (eve, phone(), cas):
        for path in ("quantity", "removal", "return"):
            assert stranger.submit(f"/go/lines/{line}/{path}", {"quantity": "9"}).status_code == 404
    assert cart().lines[0].quantity == 1
    at_till = store.sale((store.goods("boxes"), 1)).lines[0].id
    assert dee.submit(f"/go/lines/{at_till}/removal").status_code == 404


def test_at_the_exit_one_code_hands_the_cart_over(dee: Visitor, store: Shop, cas: Visitor) -> None:
    scan(dee, tag(store))
    assert dee.submit("/go/hangzhou/ready").status_code == 303
    assert cart().state is SaleState.HELD
    assert 'id="go-ready"' in page(dee)
    assert take_up(cas, store, cart())["outcome"] == "done"
    taken = cart()
    assert (taken.state, taken.till_id) == (SaleState.OPEN, store.till.id)
    assert 'id="go-desk"' in page(dee)
    assert dee.submit(f"/go/lines/{taken.lines[0].id}/removal").status_code == 409
    assert dee.submit("/go/hangzhou/back").status_code == 409


def test_ready_can_be_taken_back_and_an_empty_cart_is_not_ready(dee: Visitor, store: Shop) -> None:
    assert dee.submit("/go/hangzhou/ready").status_code == 409
    scan(dee, tag(store))
    dee.submit("/go/hangzhou/ready")
    dee.submit("/go/hangzhou/ready")  # a second tap
    assert dee.submit("/go/hangzhou/back").status_code == 303
    assert cart().state is SaleState.OPEN
    assert dee.submit("/go/hangzhou/emptying").status_code == 303
    assert cart().state is SaleState.VOID
    assert 'id="go-cart"' not in page(dee)


def test_the_desk_looks_into_the_cart_before_the_money(dee: Visitor, store: Shop, cas: Visitor) -> None:
    for name in ("bags", "boxes", "mugs", "mops"):
        scan(dee, tag(store, name))
    dee.submit("/go/hangzhou/ready")
    take_up(cas, store, cart())
    sale = cart()
    till = cas.get(f"/tills/{store.till.id}").text
    assert till.count('name="seen"') == going.LOOKED_AT
    assert "pay-cash" not in till
    seen = [str(line.id) for line in sale.lines[:2]]
    empty = cas.submit(f"/sales/{sale.id}/check", {"look": "yes"})
    assert empty.status_code == 409, "nothing ticked is no look"
    assert cas.submit(f"/sales/{sale.id}/check", {"look": "yes", "seen": seen}).status_code == 303
    (check,) = cart().exit_checks
    assert (check.seen, check.pieces, check.by.name) == (2, 4, store.cas.name)
    assert utcnow() - check.at < timedelta(minutes=1)
    assert "pay-cash" in cas.get(f"/tills/{store.till.id}").text


def test_no_money_is_taken_before_somebody_looked_or_said_that_nobody_did(
    dee: Visitor, store: Shop, cas: Visitor
) -> None:
    scan(dee, tag(store))
    dee.submit("/go/hangzhou/ready")
    take_up(cas, store, cart())
    for path, sent in (("payments", {"method": "cash", "tendered": "50"}), ("charges", {"payer_code": "1" * 16})):
        refused = cas.submit(f"/sales/{cart().id}/{path}?lang=en", sent)
        assert refused.status_code in (409, 422), path
        assert cart().state is SaleState.OPEN
    assert store.left() == 20, "nothing left the stock"


def test_paid_at_the_desk_the_phone_has_the_receipt_and_begins_anew(dee: Visitor, store: Shop, cas: Visitor) -> None:
    code = tag(store)
    scan(dee, code)
    dee.submit("/go/hangzhou/ready")
    take_up(cas, store, cart())
    sale = cart()
    cas.submit(f"/sales/{sale.id}/check", {"look": "no"})
    assert [(check.seen, check.by_id) for check in cart().exit_checks] == [(0, store.cas.id)], (
        "nobody looked: who says so"
    )
    assert cas.submit(f"/sales/{sale.id}/payments", {"method": "cash", "tendered": "50"}).status_code == 303
    paid = cart()
    assert (paid.state, paid.channel, store.left()) == (SaleState.PAID, Channel.PHONE, 19)
    assert f"/r/{paid.token}" in page(dee)
    scan(dee, code)
    assert cart().id != paid.id


def test_whoever_pays_second_is_told_that_it_is_sold_out(dee: Visitor, store: Shop, cas: Visitor) -> None:
    code = tag(store, pieces=1)
    scan(dee, code)
    dee.submit("/go/hangzhou/ready")
    phones = cart()
    other = store.sale((db.session.get_one(StockItem, store.stock["bags"].id).sku, 1))
    db.session.commit()
    assert cas.submit(f"/sales/{other.id}/payments", {"method": "cash", "tendered": "50"}).status_code == 303
    assert "Sold out in the store." in page(dee)
    take_up(cas, store, phones)
    cas.submit(f"/sales/{phones.id}/check", {"look": "no"})
    refused = cas.submit(f"/sales/{phones.id}/payments", {"method": "cash", "tendered": "50"})
    db.session.rollback()
    assert refused.status_code in (409, 422)
    assert db.session.get_one(Sale, phones.id).state is SaleState.OPEN
    assert store.left() == 0


def test_what_was_left_alone_is_another_days(dee: Visitor, store: Shop) -> None:
    code = tag(store)
    scan(dee, code)
    old = cart()
    old.changed_at = utcnow() - going.kept_for() - timedelta(minutes=1)
    db.session.flush()
    assert 'id="go-cart"' not in page(dee)
    scan(dee, code)
    assert cart().id != old.id


def test_a_night_ends_what_was_left_alone_on_a_phone(dee: Visitor, store: Shop, cas: Visitor) -> None:
    code = tag(store)
    scan(dee, code)
    old = cart()
    old.changed_at = utcnow() - going.kept_for() - timedelta(minutes=1)
    db.session.commit()
    scan(dee, code)
    young = cart()
    jobs.clean_up()
    db.session.expire_all()
    assert (db.session.get_one(Sale, old.id).state, db.session.get_one(Sale, young.id).state) == (
        SaleState.VOID,
        SaleState.OPEN,
    )


def test_what_the_desk_has_is_no_phones_any_more_and_stays(dee: Visitor, store: Shop, cas: Visitor) -> None:
    scan(dee, tag(store))
    dee.submit("/go/hangzhou/ready")
    take_up(cas, store, cart())
    taken = cart()
    taken.changed_at = utcnow() - going.kept_for() - timedelta(minutes=1)
    db.session.commit()
    jobs.clean_up()
    db.session.expire_all()
    assert db.session.get_one(Sale, taken.id).state is SaleState.OPEN


def test_a_center_has_no_scan_and_go(dee: Visitor, store: Shop) -> None:
    store.site.kind = SiteKind.CENTER
    db.session.commit()
    assert dee.get("/go/hangzhou").status_code == 404


def test_the_check_is_the_stores_own(dee: Visitor, store: Shop, visit: Visit) -> None:
    scan(dee, tag(store))
    dee.submit("/go/hangzhou/ready")
    sale = cart().id
    assert dee.submit(f"/sales/{sale}/check").status_code == 403
    assert visit(shop("guangzhou").cas).submit(f"/sales/{sale}/check").status_code == 404
    assert cart().exit_checks == []
