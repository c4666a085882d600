"""Scan and go: the member's own phone puts the sale together, the exit desk looks into the cart and takes the money."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.membership.issuing import add_household_card
from selection_center.membership.models import Card
from selection_center.sites.models import SiteKind
from selection_center.stock.models import StockItem
from selection_center.till import going, paying
from selection_center.till.models import Channel, ExitCheck, PayMethod, Sale, SaleLine, SaleState
from selection_center.till.money_in import Paid
from tests import factories as make
from tests.membership import making as members
from tests.stock import making as goods
from tests.till.making import BAGS_FEN, BAGS_MEMBER_FEN, Shop, shop
from tests.till.walking import carry, cart, left_alone, page, scan, tag, take_up, words
from tests.visitors import Visitor
from tests.working import clean_up

Visit = Callable[..., Visitor]
Phone = Callable[[], Visitor]


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


def test_the_verbs_themselves_refuse_what_nobody_checked(dee: Visitor, store: Shop, cas: Visitor) -> None:
    scan(dee, tag(store))
    dee.submit("/go/hangzhou/ready")
    take_up(cas, store, cart())
    sale = cart()
    cash = [Paid(PayMethod.CASH, BAGS_FEN)]
    for verb in (
        lambda: paying.begin(sale, store.shift, store.cas),
        lambda: paying.sell(sale, store.shift, cash, store.cas),
    ):
        with pytest.raises(Refused) as refused:
            verb()
        assert refused.value.code == "not_checked"
    with pytest.raises(Refused):
        ExitCheck.look(sale, {987_654}, store.cas)
    ExitCheck.look(sale, {sale.lines[0].id}, store.cas)
    assert paying.sell(sale, store.shift, cash, store.cas).state is SaleState.PAID


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
    assert "nobody looked" in cas.get(f"/sales/{paid.id}?lang=en").text, "the books say so"
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
    clean_up()
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
    clean_up()
    db.session.expire_all()
    assert db.session.get_one(Sale, taken.id).state is SaleState.OPEN


def test_a_center_has_no_scan_and_go(dee: Visitor, store: Shop) -> None:
    store.site.kind = SiteKind.CENTER
    db.session.commit()
    assert dee.get("/go/hangzhou").status_code == 404


def test_the_member_is_told_of_a_cart_that_was_ended(dee: Visitor, store: Shop) -> None:
    code = tag(store)
    scan(dee, code)
    left_alone(cart())
    before = words(dee)
    assert "Nobody went on with 1 line of it for 12 hours. Nothing was sold" in before
    clean_up()
    db.session.expire_all()
    assert cart().forgotten_at is not None
    assert "Nothing was sold" in words(dee), "after the night, too"
    scan(dee, code)
    assert "Nothing was sold" not in words(dee), "a new cart says enough"
    dee.submit("/go/hangzhou/emptying")
    assert "Nothing was sold" not in words(dee), "and who empties a cart knows"


def test_how_long_a_cart_is_kept_is_a_setting(app: Flask, dee: Visitor, store: Shop) -> None:
    scan(dee, tag(store))
    left_alone(cart())
    given = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(given, phone_cart_hours=48)
    try:
        clean_up()
        assert (cart().state, 'id="go-cart"' in page(dee)) == (SaleState.OPEN, True)
    finally:
        app.config["SETTINGS"] = given
    clean_up()
    assert cart().state is SaleState.VOID


def test_the_cart_follows_its_card_to_another_phone(dee: Visitor, store: Shop, phone: Phone) -> None:
    code = tag(store)
    scan(dee, code)
    card, new = db.session.scalars(sa.select(Card)).one(), phone()
    card.let_another_phone_in()
    db.session.commit()
    carry(new, card)
    assert 'id="go-cart"' in page(new)
    assert scan(new, code).status_code == 303
    line = cart().lines[0]
    assert line.quantity == 2
    assert db.session.scalar(sa.select(sa.func.count(Sale.id))) == 1
    assert dee.submit(f"/go/lines/{line.id}/removal").status_code == 404, "the old phone has it no more"


def test_everybody_of_a_household_has_a_cart_of_their_own(dee: Visitor, store: Shop, phone: Phone) -> None:
    code, main, theirs = tag(store), db.session.scalars(sa.select(Card)).one(), phone()
    store.plan().household_cards = 1
    db.session.commit()
    carry(theirs, add_household_card(main.member, "陈先生", None, store.cas))
    scan(dee, code)
    scan(theirs, code)
    db.session.rollback()
    assert len({sale.card_id for sale in db.session.scalars(sa.select(Sale))}) == 2


def test_the_check_is_the_stores_own(dee: Visitor, store: Shop, visit: Visit) -> None:
    scan(dee, tag(store))
    dee.submit("/go/hangzhou/ready")
    sale = cart().id
    assert dee.submit(f"/sales/{sale}/check").status_code == 403
    assert visit(shop("guangzhou").cas).submit(f"/sales/{sale}/check").status_code == 404
    assert cart().exit_checks == []
