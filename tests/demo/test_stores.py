"""The demo's member stores: ledgers that sum, drawers that agree to the fen, cards that open the door."""

from collections import Counter

import sqlalchemy as sa
from flask import Flask

from selection_center.core import codes
from selection_center.core.db import db, utcnow
from selection_center.core.shop_time import today
from selection_center.membership.cards import Card
from selection_center.membership.entries import Entry
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.membership.points import PointsEntry
from selection_center.membership.renewals import Renewal
from selection_center.membership.standing import StandingKind, standing
from selection_center.sites.models import Site, SiteKind
from selection_center.stock.items import StockItem, StockMove
from selection_center.till.payments import SalePayment
from selection_center.till.refunds import Refund
from selection_center.till.sale_lines import SaleLine
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import Shift
from selection_center.till.takings import expected
from tests.demo.test_building import NOBODYS, all_of, codes_of


def stores() -> list[Site]:
    return list(db.session.scalars(sa.select(Site).filter_by(kind=SiteKind.STORE)))


def test_members_stand_in_every_way(demo: Flask) -> None:
    for store in stores():
        members = db.session.scalars(sa.select(Member).filter_by(site_id=store.id)).all()
        kinds = Counter(standing(member, store).kind for member in members)
        wanted = {
            *(StandingKind.VALID, StandingKind.GRACE, StandingKind.EXPIRED, StandingKind.BLOCKED),
            *(StandingKind.NOT_PAID, StandingKind.CANCELLED),
        }
        assert wanted <= set(kinds)
        assert kinds[StandingKind.VALID] >= 20
    assert all(NOBODYS.fullmatch(member.phone or "") for member in all_of(Member))


def test_periods_are_as_long_as_their_plan(demo: Flask) -> None:
    for period in all_of(Renewal):
        assert period.ends_on == period.plan.last_day(period.starts_on)
        assert period.fee_fen == period.plan.fee_fen
        assert period.at <= utcnow()
    assert len(all_of(Plan)) >= 5


def test_cards_have_codes_of_their_own(demo: Flask) -> None:
    found = codes_of(Card)
    assert all(codes.parse(code) == code for code in found)
    assert len(set(found)) == len(found)
    assert any(not card.is_open for card in all_of(Card))


def test_the_stock_is_the_sum_of_its_moves(demo: Flask) -> None:
    sums = {
        row.item_id: (int(row.pieces), int(row.back))
        for row in db.session.execute(
            sa.select(
                StockMove.item_id,
                sa.func.sum(StockMove.quantity).label("pieces"),
                sa.func.sum(StockMove.back_quantity).label("back"),
            ).group_by(StockMove.item_id)
        )
    }
    items = all_of(StockItem)
    assert len(items) > 100
    for item in items:
        assert sums.get(item.id, (0, 0)) == (item.on_hand, item.in_back)
        below = 0
        for move in sorted(item.moves, key=lambda move: (move.at, move.id)):
            below += move.quantity
            assert below >= 0, "nothing was sold before it came"
    assert any(item.on_hand == 0 for item in items)


def test_every_sale_adds_up_and_was_paid_in_its_shift(demo: Flask) -> None:
    sales = all_of(Sale)
    assert len(sales) > 100
    for sale in sales:
        assert sale.state is SaleState.PAID
        assert sale.total_fen == sum(line.total_fen for line in sale.lines) == sum(p.amount_fen for p in sale.payments)
        assert all(line.unit_fen * line.quantity == line.total_fen and line.tax_fen > 0 for line in sale.lines)
        assert all(line.unit_fen <= line.marked_fen for line in sale.lines)
        assert sale.shift is not None
        assert sale.paid_at is not None
        assert sale.shift.opened_at <= sale.paid_at <= (sale.shift.closed_at or utcnow())
    assert {payment.method.value for payment in all_of(SalePayment)} >= {"cash", "wechat", "alipay", "card", "points"}
    assert any(line.unit_fen < line.marked_fen for line in all_of(SaleLine)), "members pay less"


def test_drawers_agree_to_the_fen(demo: Flask) -> None:
    closed = [shift for shift in all_of(Shift) if not shift.is_open]
    assert len(closed) >= 12
    for shift in closed:
        assert {count.method: count.expected_fen for count in shift.counts} == expected(shift)
        assert sum(int(fen) * number for fen, number in shift.notes_and_coins.items()) == next(
            count.counted_fen for count in shift.counts if count.method == "cash"
        )
        assert bool(shift.note) is shift.differs
    assert len([shift for shift in all_of(Shift) if shift.is_open]) == len(stores())
    assert all_of(Refund)


def test_points_are_never_below_zero(demo: Flask) -> None:
    balances: Counter[int] = Counter()
    for entry in sorted(all_of(PointsEntry), key=lambda entry: entry.id):
        balances[entry.member_id] += entry.points
        assert balances[entry.member_id] >= 0
    assert max(balances.values()) > 100


def test_people_are_inside_today(demo: Flask) -> None:
    for store in stores():
        here = sa.select(Entry).filter_by(site_id=store.id, day=today(), left_at=None)
        assert db.session.scalars(here).all()
    assert all(entry.at <= utcnow() and (entry.left_at is None or entry.left_at > entry.at) for entry in all_of(Entry))
