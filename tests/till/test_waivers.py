"""A factory's minimum passed over at the till: with a reason and a word, for the goods as they stand, and told on."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.orders.models import Order
from selection_center.till import paying
from selection_center.till.models import LineKind, PayMethod, Sale, SaleState, TillRules
from selection_center.till.money_in import Paid
from selection_center.till.waivers import waive
from tests import factories as make
from tests.accounts.tablets import PIN, with_pin
from tests.till.making import Shop
from tests.visitors import Visitor

CASE_FEN = 1_280
WHY = "工厂同意"


def cases(store: Shop, pieces: int, minimum: int = 10, **values: Any) -> Sale:
    """So many cases that the factory sends from ten on."""
    listing = make.listing(make.supplier("箱厂"), tiers=((minimum, CASE_FEN), (100, 1_000)), **values)
    make.sample(listing, store.site, sku=listing.skus[0])
    sale = store.sale((listing.skus[0], pieces), kind=LineKind.FACTORY_DIRECT)
    sale.name, sale.phone, sale.address, sale.consent_version = "陈女士", "13800008000", "杭州", "2026-11"
    db.session.commit()
    return sale


def code_of(deed: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.code


def test_with_a_managers_word_the_order_tells_why(store: Shop) -> None:
    sale = cases(store, 4)
    assert code_of(lambda: paying.begin(sale, store.shift, store.cas)) == "below_moq"
    assert code_of(lambda: waive(sale.lines[0], WHY, store.cas)) == "needs_manager"
    waive(sale.lines[0], WHY, store.cas, store.ana)
    paying.sell(sale, store.shift, [Paid(PayMethod.CASH, 4 * CASE_FEN)], store.cas)
    order = db.session.scalars(sa.select(Order)).one()
    assert (sale.state, order.moq_override_reason, order.goods_fen) == (SaleState.PAID, WHY, 4 * CASE_FEN)
    assert [note.text for note in order.notes] == [WHY]
    logged = db.session.scalars(sa.select(AuditEntry).filter_by(verb="minimum_waived")).one()
    assert (logged.detail["reason"], logged.detail["count"], logged.detail["minimum"]) == (WHY, 4, 10)


def test_a_cashier_goes_alone_as_far_as_the_rules_say(store: Shop) -> None:
    make.add(TillRules(site_id=store.site.id, discount_permille=0, refund_fen=0, minimum_permille=200))
    far, near = cases(store, 7), cases(store, 8)
    assert code_of(lambda: waive(far.lines[0], WHY, store.cas)) == "needs_manager"
    waive(near.lines[0], WHY, store.cas)
    assert near.lines[0].waivers[0].approved_by_id is None
    paying.sell(near, store.shift, [Paid(PayMethod.CASH, 8 * CASE_FEN)], store.cas)


def test_the_word_goes_when_some_of_the_goods_go(store: Shop) -> None:
    sale = cases(store, 5)
    waive(sale.lines[0], WHY, store.cas, store.ana)
    sale.lines[0].change(6)
    paying.begin(sale, store.shift, store.cas)
    paying.give_up(sale, store.cas)
    sale.lines[0].change(4)
    assert code_of(lambda: paying.begin(sale, store.shift, store.cas)) == "below_moq"


def test_a_minimum_that_rose_since_needs_the_word_anew(store: Shop) -> None:
    sale = cases(store, 5)
    waive(sale.lines[0], WHY, store.cas, store.ana)
    listing = sale.lines[0].listing
    assert listing is not None
    listing.moq = listing.tiers[0].min_quantity = 20
    db.session.commit()
    assert code_of(lambda: paying.begin(sale, store.shift, store.cas)) == "below_moq"


def test_what_reached_its_minimum_after_all_tells_no_reason(store: Shop) -> None:
    sale = cases(store, 5)
    waive(sale.lines[0], WHY, store.cas, store.ana)
    sale.lines[0].change(12)
    paying.sell(sale, store.shift, [Paid(PayMethod.CASH, 12 * CASE_FEN)], store.cas)
    assert db.session.scalars(sa.select(Order.moq_override_reason)).one() == ""


def test_only_a_minimum_is_passed_over(store: Shop) -> None:
    enough, lot = cases(store, 10), cases(store, 7, lot_size=6)
    assert code_of(lambda: waive(enough.lines[0], WHY, store.ana)) == "not_below"
    waive(lot.lines[0], WHY, store.ana)
    assert code_of(lambda: paying.begin(lot, store.shift, store.ana)) == "not_a_lot"
    taken = store.sale((store.goods(), 1))
    assert code_of(lambda: waive(taken.lines[0], WHY, store.ana)) == "not_below"


def test_on_the_page_it_takes_a_reason_and_the_managers_pin(store: Shop, cas: Visitor) -> None:
    with_pin(store.ana)
    sale = cases(store, 4)
    line, page = sale.lines[0].id, f"/tills/{store.till.id}?lang=en"
    url, word = f"/sale-lines/{line}/minimum-waiver", {"manager": str(store.ana.id), "pin": PIN}
    assert f"step=minimum&amp;line={line}" in cas.get(page).text
    form = cas.get(f"{page}&step=minimum&line={line}").text
    assert "More than 0 % below it a manager gives the word" in form
    assert cas.submit(url, word | {"reason": ""}).status_code == 422
    alone = cas.submit(url, {"reason": WHY})
    assert alone.status_code == 422
    assert 'name="pin"' in alone.text
    assert cas.submit(url, word | {"reason": WHY, "pin": "9138"}).status_code == 422
    assert cas.submit(url, word | {"reason": WHY}).status_code == 303
    shown = cas.get(page).text
    assert f"below the minimum: {WHY}" in shown
    assert "The factory sends from" not in shown
    assert cas.submit(f"/sales/{sale.id}/payments", {"method": "cash", "tendered": "60"}).status_code == 303
    assert f"{WHY} ({store.ana.name})" in cas.get(f"/sales/{sale.id}?lang=en").text


def test_a_manager_needs_no_pin(store: Shop, visit: Callable[..., Visitor]) -> None:
    sale = cases(store, 4)
    ana = visit(store.ana)
    assert ana.submit(f"/sale-lines/{sale.lines[0].id}/minimum-waiver", {"reason": WHY}).status_code == 303
    db.session.expire_all()
    (waiver,) = sale.lines[0].waivers
    assert (waiver.by_id, waiver.approved_by_id, waiver.pieces) == (store.ana.id, store.ana.id, 4)
