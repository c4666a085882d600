"""A factory's minimum passed over at the till (低于起订量放行): for a reason, by a cashier's right or a manager's word.

The word is for the goods as they stand: with fewer pieces, or a higher minimum, it is asked for again.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.pricing import LinePrice, Problem
from selection_center.core import audit
from selection_center.core.db import Model, utcnow
from selection_center.core.errors import Refused
from selection_center.till.approvals import may_go_below, word_for
from selection_center.till.pricing import PricedSale, price_sale

if TYPE_CHECKING:
    from selection_center.till.sale_lines import SaleLine


class MinimumWaiver(Model):
    """Somebody's word that a factory gets an order below its minimum. It holds from so many pieces on."""

    __tablename__ = "minimum_waivers"
    __table_args__ = (
        sa.CheckConstraint("pieces > 0", name="pieces_positive"),
        sa.CheckConstraint("reason <> ''", name="for_a_reason"),
    )

    sale_line_id: Mapped[int] = mapped_column(sa.ForeignKey("sale_lines.id"), index=True)
    pieces: Mapped[int]
    """What the minimum was measured by: the offer's pieces on the sale, or the style's."""
    minimum: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(120))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """The manager, where it is beyond what a cashier may do alone."""
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])

    def holds(self, price: LinePrice) -> bool:
        return price.counted >= self.pieces and price.moq <= self.minimum


def waive(line: SaleLine, reason: str, by: User, approver: User | None = None) -> MinimumWaiver:
    """The line goes to its factory as it stands, below the minimum."""
    sale = line.sale
    sale.must_be_open()
    price = price_sale(sale).of(line).order_price
    if price is None or Problem.BELOW_MOQ not in price.problems:
        raise Refused("not_below", _("This line is not below a factory's minimum."))
    if not reason.strip():
        raise Refused("reason_missing", _("Write why."))
    word = word_for(by, sale.site_id, approver)
    if word is None and not may_go_below(by, sale.site, price.counted, price.moq):
        raise Refused("needs_manager", _("So far below the factory's minimum needs a manager's PIN."))
    waiver = MinimumWaiver(
        pieces=price.counted, minimum=price.moq, reason=reason.strip()[:120], by_id=by.id,
        approved_by_id=word.id if word is not None else None,
    )  # fmt: skip
    line.waivers = [waiver]
    audit.record("minimum_waived", sale, code=sale.code, count=price.counted, minimum=price.moq, reason=waiver.reason)
    sale.touch()
    return waiver


def forget_unneeded(priced: PricedSale) -> None:
    """What reached its minimum after all needs nobody's word any more."""
    for each in priced.lines:
        price = each.order_price
        if price is not None and each.line.waivers and Problem.BELOW_MOQ not in price.problems:
            each.line.waivers = []
