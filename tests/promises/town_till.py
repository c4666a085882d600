"""A till, its shift and sales of one center of the town."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from selection_center.core.codes import new_code
from selection_center.core.db import db, utcnow
from selection_center.membership.cards import Card, CardPhoto
from selection_center.membership.members import PHOTO_CONSENT_VERSION, Member
from selection_center.membership.plans import Plan
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from selection_center.stock.models import StockItem
from selection_center.till import compared
from selection_center.till.models import (
    Charge,
    ChargeState,
    LineKind,
    PayMethod,
    Refund,
    RefundPayment,
    Sale,
    SaleLine,
    SalePayment,
    SaleState,
    Shift,
    Till,
)
from tests import factories as make

if TYPE_CHECKING:
    from tests.promises.town import Person

MISSING: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("till_id", "shift_id", "sale_id", "paid_sale_id", "sale_line_id", "sale_payment_id", "charge_id"),
            *("owed_charge_id", "refund_payment_id"),
            *("till_member_id", "till_plan_id"),
            *("closed_till_id", "refund_id"),
        ),
        987_654,
    ),
    "go_line_id": 987_654,
    "sale_token": "n" * 24,
    "sale_code": new_code(),
    "till_card": "nothing",
}
"""Names of the same shape that belong to nothing."""


def furnish(site: Site, sample: Sample, staff: Person, buyer: Person) -> dict[str, Any]:
    """By name, what addresses name. `staff` works at this center; `buyer` is its buyer's device."""
    assert staff.user is not None
    till = make.add(Till(site=site, name="收银 1 号"))
    shift = Shift.open(till, 20_000, staff.user)
    sku = sample.listing.skus[0]
    make.add(StockItem(site=site, sku=sku, on_hand=20))
    plan = make.add(Plan(name=f"年卡 {site.slug}", fee_fen=29_900, months=12))
    member = Member.join(site, "陈女士", f"13800{site.id:06d}", by=staff.user)
    card = member.cards[0]
    card.photo = CardPhoto(data=b"RIFF", consent_version=PHOTO_CONSENT_VERSION, taken_by_id=staff.user.id)
    opened = Sale.begin(till, staff.user)
    line = opened.add(sku, 2)
    paid = paid_sale(shift, staff)
    charge = make.add(
        Charge(
            sale=opened, shift_id=shift.id, provider="simulated", method=PayMethod.WECHAT, amount_fen=100,
            reference=secrets.token_hex(12), state=ChargeState.UNKNOWN, by_id=staff.user.id,
        )
    )  # fmt: skip
    owed = make.add(
        Charge(
            sale=paid, shift_id=shift.id, provider="simulated", method=PayMethod.WECHAT, amount_fen=100,
            reference=secrets.token_hex(12), state=ChargeState.PAID, by_id=staff.user.id, wanted_back_at=utcnow(),
        )
    )  # fmt: skip
    phones = sa.select(Card).filter_by(device=buyer.device).order_by(Card.id.desc())
    own = db.session.scalars(phones).first() or card
    cart = Sale.begin_on_phone(site, own.member, own, buyer.device)
    in_cart = cart.add(sku, 1)
    closed = make.add(Till(site=site, name="旧收银台", closed_at=utcnow()))
    refund = make.add(
        Refund(
            number=f"R{site.id:06}", site_id=site.id, sale=paid, shift_id=shift.id, reason="破损", total_fen=600,
            by_id=staff.user.id,
        )
    )  # fmt: skip
    back = RefundPayment(refund_id=refund.id, method=PayMethod.WECHAT, amount_fen=100, charge_id=owed.id)
    db.session.add(back)
    db.session.flush()
    return {
        "owed_charge_id": owed.id, "refund_payment_id": back.id,
        "till_id": till.id, "shift_id": shift.id, "sale_id": opened.id, "sale_code": opened.code,
        "go_line_id": in_cart.id, "sale_line_id": line.id, "paid_sale_id": paid.id, "sale_token": paid.token,
        "sale_payment_id": paid.payments[0].id, "charge_id": charge.id,
        "closed_till_id": closed.id, "refund_id": refund.id,
        "till_member_id": member.id, "till_plan_id": plan.id, "till_card": compared.sealed(card, till),
    }  # fmt: skip


def paid_sale(shift: Shift, staff: Person) -> Sale:
    """One typed line of 12 yuan, paid in cash."""
    assert staff.user is not None
    sale = Sale(
        site_id=shift.site_id, till_id=shift.till_id, shift_id=shift.id, state=SaleState.PAID,
        number=f"T{shift.id:06}", total_fen=1200, marked_fen=1200, paid_at=utcnow(), paid_by_id=staff.user.id,
    )  # fmt: skip
    sale.lines = [SaleLine(kind=LineKind.OTHER, title="玻璃杯", quantity=2, unit_fen=600, total_fen=1200)]
    sale.payments = [
        SalePayment(shift_id=shift.id, method=PayMethod.CASH, amount_fen=1200, tendered_fen=2000, by_id=staff.user.id)
    ]
    return make.add(sale)
