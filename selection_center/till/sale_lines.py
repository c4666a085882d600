"""The lines of a sale: what is bought, how many, and what is off."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.pricing import LARGEST_QUANTITY
from selection_center.core.db import Model, Word, utcnow
from selection_center.core.errors import Refused
from selection_center.core.i18n import in_language
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.membership.models import Plan
from selection_center.orders.models import Order

if TYPE_CHECKING:
    from selection_center.till.sales import Sale
    from selection_center.till.waivers import MinimumWaiver


class LineKind(enum.StrEnum):
    TAKE_AWAY = "take_away"  # 自提: out of this store's stock
    FACTORY_DIRECT = "factory_direct"  # 厂家直发: becomes an order
    FEE = "fee"  # 会费: becomes a renewal
    OTHER = "other"  # 无码商品: typed by hand


class SaleLine(Model):
    """One SKU of a sale (销售行). Words, prices and shares are written down when payment begins; fen."""

    __tablename__ = "sale_lines"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("refunded BETWEEN 0 AND quantity", name="refunded_within_quantity"),
        sa.CheckConstraint("refunded_fen BETWEEN 0 AND total_fen", name="refunded_fen_within_total"),
        sa.CheckConstraint("discount_fen >= 0", name="discount_not_negative"),
        sa.CheckConstraint("discount_fen = 0 OR discount_reason <> ''", name="discount_for_a_reason"),
        sa.CheckConstraint("(kind = 'fee') = (plan_id IS NOT NULL)", name="fee_has_plan"),
        sa.CheckConstraint("kind NOT IN ('take_away', 'factory_direct') OR sku_id IS NOT NULL", name="goods_have_sku"),
    )

    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sales.id"), index=True)
    kind: Mapped[LineKind] = mapped_column(Word(LineKind), default=LineKind.TAKE_AWAY)
    listing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    sku_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skus.id"), index=True)
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("samples.id"))
    """The shelf facing or sample whose code was scanned."""
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plans.id"))
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    """What a factory-direct line became."""
    quantity: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    title_en: Mapped[str] = mapped_column(sa.String(300), default="")
    spec: Mapped[str] = mapped_column(sa.String(160), default="")
    spec_en: Mapped[str] = mapped_column(sa.String(200), default="")
    unit: Mapped[str] = mapped_column(sa.String(12), default="件")
    unit_en: Mapped[str] = mapped_column(sa.String(16), default="pcs")
    marked_fen: Mapped[int] = mapped_column(default=0)
    """A piece's price for everybody; typed for goods without a code."""
    unit_fen: Mapped[int] = mapped_column(default=0)
    """A piece's price that is paid: a member's, or everybody's."""
    discount_fen: Mapped[int] = mapped_column(default=0)
    """Off the line as a whole (改价)."""
    discount_reason: Mapped[str] = mapped_column(sa.String(120), default="")
    discount_approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    share_fen: Mapped[int] = mapped_column(default=0)
    """Its share of what is off the whole sale."""
    total_fen: Mapped[int] = mapped_column(default=0)
    """unit_fen * quantity - discount_fen - share_fen."""
    tax_permille: Mapped[int] = mapped_column(default=0)
    tax_fen: Mapped[int] = mapped_column(default=0)
    """Included in total_fen."""
    refunded: Mapped[int] = mapped_column(default=0)
    """Pieces that came back."""
    refunded_fen: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime] = mapped_column(default=utcnow)
    removed_at: Mapped[datetime | None]

    sale: Mapped[Sale] = relationship(back_populates="lines")
    listing: Mapped[Listing | None] = relationship()
    sku: Mapped[Sku | None] = relationship()
    plan: Mapped[Plan | None] = relationship()
    order: Mapped[Order | None] = relationship()
    discount_approved_by: Mapped[User | None] = relationship()
    waivers: Mapped[list[MinimumWaiver]] = relationship(cascade="all, delete-orphan")
    """The word, one at most, that it goes to its factory below the minimum."""

    @property
    def label(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def is_goods(self) -> bool:
        """Of the catalog: taken away, or sent by the factory."""
        return self.kind in (LineKind.TAKE_AWAY, LineKind.FACTORY_DIRECT)

    @property
    def can_be_discounted(self) -> bool:
        """The store's own goods; a fee and what the factory sends cost what they cost."""
        return self.kind in (LineKind.TAKE_AWAY, LineKind.OTHER)

    @property
    def can_be_brought_back(self) -> bool:
        return self.removed_at is not None and utcnow() - self.removed_at <= TAKE_BACK_WITHIN

    @property
    def waived_because(self) -> str:
        """Why it goes to its factory below the minimum."""
        return self.waivers[0].reason if self.waivers else ""

    @property
    def left(self) -> int:
        """Pieces that did not come back."""
        return self.quantity - self.refunded

    @property
    def left_fen(self) -> int:
        return self.total_fen - self.refunded_fen

    def holds(self, sku: Sku, kind: LineKind) -> bool:
        return self.sku_id == sku.id and self.kind is kind

    def change(self, quantity: int) -> None:
        """To so many pieces. A manager's word for a discount was given for at least as many."""
        self.sale.must_be_open()
        if self.removed_at is not None:
            raise Refused("line_removed", _("This was taken out. Bring it back first."))
        if self.kind is LineKind.FEE and quantity != 1:
            raise Refused("one_fee", _("A fee is paid once in a sale."))
        if not 1 <= quantity <= LARGEST_QUANTITY:
            raise Refused("no_quantity", _("Write a quantity from 1 to 9,999,999."))
        if quantity < self.quantity:
            self.discount_approved_by = None
            self.sale.discount_approved_by = None
        self.quantity = quantity
        self.sale.touch()

    def remove(self) -> None:
        """Off the sale; can be brought back for ten minutes."""
        self.sale.must_be_open()
        self.removed_at = self.removed_at or utcnow()
        self.discount_approved_by = None
        self.sale.discount_approved_by = None
        self.sale.touch_lines()

    def bring_back(self) -> SaleLine:
        """A removed line as it was; onto its twin where the same was added since. Answers the line that has it now."""
        self.sale.must_be_open()
        if self.removed_at is None:
            return self
        if not self.can_be_brought_back:
            raise Refused("too_late", _("Only within ten minutes. Scan it again instead."))
        twin = next((line for line in self.sale.lines if line.is_twin_of(self)), None)
        if twin is not None:
            if twin.kind is not LineKind.FEE:
                twin.change(twin.quantity + self.quantity)
            return twin
        self.sale.refuse_when_full()
        self.removed_at = None
        self.sale.touch_lines()
        return self

    def is_twin_of(self, other: SaleLine) -> bool:
        """The same goods in the same way, or a fee like the other; what was typed is always a line of its own."""
        if self.kind is LineKind.FEE or self.is_goods:
            return self.kind is other.kind and self.sku_id == other.sku_id
        return False

    def discount(self, fen: int, reason: str, by: User, approver: User | None = None) -> None:
        """So much off the line as a whole; 0 takes it back. Beyond the cashier's right with a manager's word."""
        self.sale.discount_line(self, fen, reason, by, approver)
