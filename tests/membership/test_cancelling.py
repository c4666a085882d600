"""Cancelling with what goes back, end to end: at the desk by a payment's number, at the till what a till took."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.members import Member
from selection_center.membership.renewals import FeeMethod, Renewal
from selection_center.membership.standing import StandingKind, standing
from selection_center.till import paying
from selection_center.till.models import LineKind, PayMethod, Refund, Sale
from selection_center.till.money_in import Paid
from tests import factories as make
from tests.membership import making
from tests.till.making import Shop, shop
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
FEE = 36_500


@pytest.fixture
def store(app: Flask) -> Shop:
    return shop()


def paid_in_cash(store: Shop, member: Member, days: int = 365) -> Renewal:
    """A fee that the till took, with its sale and receipt."""
    sale = store.sale()
    sale.add_fee(member, store.plan(name=f"{days}天卡", fee_fen=FEE, days=days))
    paying.sell(sale, store.shift, [Paid(PayMethod.CASH, FEE)], store.cas)
    db.session.commit()
    return db.session.scalars(sa.select(Renewal).filter_by(reference=sale.number)).one()


@pytest.fixture
def member(store: Shop) -> Member:
    return making.member(store.site)


def used_for(period: Renewal, days: int) -> None:
    """Somebody came in when it began, so many days ago."""
    making.moved(period, -days)
    card = period.member.cards[0]
    db.session.add(
        Entry(
            site_id=period.member.site_id, card_id=card.id, member_id=period.member_id, way=EntryWay.PHONE_CARD,
            at=period.at, day=today(period.at), left_at=period.at,
        )
    )  # fmt: skip
    db.session.commit()


def test_cash_goes_back_at_the_till_by_the_way_that_the_desk_names(store: Shop, member: Member, visit: Visit) -> None:
    period = paid_in_cash(store, member)
    used_for(period, 65)
    ana, member_id = visit(store.ana), member.id
    page = ana.get(f"/members/{member_id}/cancellation?lang=en").text
    assert "A till took this fee: it goes back there" in page
    assert "299.00" in page, "299 whole days are left of 365 at a yuan each"
    lead = ana.get(f"/members/{member_id}/fee-refund")
    assert (lead.status_code, lead.location[-6:]) == (302, "#money")
    refund_page = ana.get(lead.location).text
    assert 'name="seen" value="29900"' in refund_page
    fields = dict(
        re.findall(r'name="(back-\d+|goes-\d+|seen|shift)" value="(\w+)"', refund_page.split('id="refund"')[1])
    )
    sale_id = lead.location.split("/sales/")[1].split("/")[0]
    answer = ana.submit(f"/sales/{sale_id}/refunds", fields | {"reason": "搬家", "way": "as_paid"})
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    refund = db.session.scalars(sa.select(Refund)).one()
    assert [(back.method, back.amount_fen) for back in refund.payments] == [(PayMethod.CASH, 29_900)]
    assert store.shift.expected()[PayMethod.CASH] == 50_000 + FEE - 29_900
    assert (period.refunded_fen, period.refund_method, period.refund_reference) == (
        29_900,
        FeeMethod.TILL,
        refund.number,
    )
    assert standing(member, store.site).kind is StandingKind.CANCELLED
    assert f'href="/members/{member_id}"' in ana.get(answer.location).text, "and back to the member"
    assert "没有在用的会籍" in ana.get(f"/members/{member_id}/cancellation?lang=zh").text
    assert ana.get(f"/members/{member_id}/fee-refund").status_code == 409, "nothing goes back twice"


def test_each_part_goes_back_where_it_was_paid(store: Shop, member: Member, visit: Visit) -> None:
    """A year paid at the till, then a month by WeChat: the month at the desk, then the desk leads to the till."""
    first = paid_in_cash(store, member)
    later = making.renewed(member, making.plan("月卡", fee_fen=3_000, months=1))
    db.session.commit()
    ana, path = visit(store.ana), f"/members/{member.id}/cancellation"
    page = ana.get(f"{path}?lang=en").text
    assert "A till took this fee" not in page
    assert "goes back there next: 365" in page
    assert ana.get(f"/members/{member.id}/fee-refund").status_code == 409, "the last one goes first"
    form = {"reason": "搬家", "method": "wechat", "reference": "退1", "seen": "3000"}
    answer = ana.submit(path, form)
    assert (answer.status_code, answer.location) == (303, path)
    db.session.expire_all()
    assert (later.refunded_fen, first.is_cancelled) == (3_000, False)
    assert "/fee-refund" in ana.get(path).text


def test_what_a_till_took_can_go_back_another_way_once(store: Shop, member: Member, visit: Visit) -> None:
    period = paid_in_cash(store, member)
    line = db.session.scalars(sa.select(Sale)).one().lines[0]
    ana = visit(store.ana)
    form = {"reason": "搬家", "method": "bank", "reference": "转账7", "seen": str(FEE)}
    assert ana.submit(f"/members/{member.id}/cancellation", form).status_code == 303
    db.session.expire_all()
    assert (period.refunded_fen, period.refund_method) == (FEE, FeeMethod.BANK)
    assert line.kind is LineKind.FEE
    give = {f"back-{line.id}": "1", "seen": "0", "shift": str(store.shift.id), "reason": "again", "way": "as_paid"}
    assert ana.submit(f"/sales/{line.sale_id}/refunds", give).status_code == 422
    assert db.session.scalars(sa.select(Refund)).all() == []


def test_who_has_no_till_is_told_who_does_it(store: Shop, member: Member, visit: Visit) -> None:
    paid_in_cash(store, member)
    page = visit(make.user("Hana", Role.HEAD_OFFICE)).get(f"/members/{member.id}/cancellation?lang=en").text
    assert "A manager of the store does it there." in page
    assert "/fee-refund" not in page
    assert visit(store.cas).get(f"/members/{member.id}/cancellation").status_code == 403
