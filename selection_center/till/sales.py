"""A sale and its lines."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Sku
from selection_center.core.codes import new_code
from selection_center.core.db import Model, Word, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.membership.models import Card, Member, Plan
from selection_center.orders.models import InvoiceWish, Order
from selection_center.sites.models import Site
from selection_center.till.shifts import Shift, Till

if TYPE_CHECKING:
    from selection_center.till.payments import SalePayment
    from selection_center.till.refunds import Refund


class Channel(enum.StrEnum):
    TILL = "till"
    PHONE = "phone"  # scan and go (扫码购): put together on the member's phone, paid at the exit desk


class SaleState(enum.StrEnum):
    OPEN = "open"
    HELD = "held"  # 挂单
    PAYING = "paying"  # its goods are taken out of the stock, its price stands
    PAID = "paid"
    VOID = "void"  # 整单取消


TRANSITIONS: dict[SaleState, set[SaleState]] = {
    SaleState.OPEN: {SaleState.HELD, SaleState.PAYING, SaleState.VOID},
    SaleState.HELD: {SaleState.OPEN, SaleState.VOID},
    SaleState.PAYING: {SaleState.PAID, SaleState.OPEN},
    SaleState.PAID: set(),
    SaleState.VOID: set(),
}


class LineKind(enum.StrEnum):
    TAKE_AWAY = "take_away"  # 自提: out of this store's stock
    FACTORY_DIRECT = "factory_direct"  # 厂家直发: becomes an order
    FEE = "fee"  # 会费: becomes a renewal
    OTHER = "other"  # 无码商品: typed by hand


class Sale(Model):
    """One sale (销售单): put together line by line, at a till or on a member's phone; paid, it never changes. Fen.

    Sums are computed while it is put together (`pricing.price_sale`) and written down when payment begins.
    """

    __tablename__ = "sales"
    __table_args__ = (
        sa.CheckConstraint("state <> 'paid' OR (shift_id IS NOT NULL AND number IS NOT NULL)", name="paid_in_a_shift"),
        sa.CheckConstraint("discount_fen >= 0", name="discount_not_negative"),
        sa.CheckConstraint("discount_fen = 0 OR discount_reason <> ''", name="discount_for_a_reason"),
        sa.Index("ix_sales_site_paid", "site_id", "paid_at"),
        sa.Index("ix_sales_till_state", "till_id", "state"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    till_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tills.id"))
    """Where it is now; a phone's has none until the exit desk takes it up."""
    shift_id: Mapped[int | None] = mapped_column(sa.ForeignKey("shifts.id"), index=True)
    """In which it was paid."""
    channel: Mapped[Channel] = mapped_column(Word(Channel), default=Channel.TILL)
    state: Mapped[SaleState] = mapped_column(Word(SaleState), default=SaleState.OPEN)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_code)
    """On the slip of a held sale, and as the one QR of a phone's."""
    number: Mapped[str | None] = mapped_column(sa.String(16), unique=True)
    """The receipt's, given when payment begins."""
    token: Mapped[str] = mapped_column(sa.String(32), unique=True, default=lambda: secrets.token_urlsafe(18))
    """The private address of the receipt."""
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("members.id"), index=True)
    card_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cards.id"))
    device: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    """The phone that puts it together."""
    discount_fen: Mapped[int] = mapped_column(default=0)
    """Off the whole, beside what is off single lines."""
    discount_reason: Mapped[str] = mapped_column(sa.String(120), default="")
    discount_approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    marked_fen: Mapped[int] = mapped_column(default=0)
    """What it would cost at the prices for everybody, without discounts."""
    total_fen: Mapped[int] = mapped_column(default=0)
    tax_fen: Mapped[int] = mapped_column(default=0)
    """Included in total_fen."""
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    phone: Mapped[str] = mapped_column(sa.String(24), default="")
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    """Where the factory sends; asked for when there are lines for it."""
    consent_version: Mapped[str | None] = mapped_column(sa.String(16))
    invoice: Mapped[InvoiceWish] = mapped_column(Word(InvoiceWish), default=InvoiceWish.NONE)
    invoice_title: Mapped[str] = mapped_column(sa.String(120), default="")
    invoice_tax_number: Mapped[str] = mapped_column(sa.String(32), default="")
    invoice_email: Mapped[str] = mapped_column(sa.String(120), default="")
    hold_note: Mapped[str] = mapped_column(sa.String(80), default="")
    void_reason: Mapped[str] = mapped_column(sa.String(120), default="")
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """None for a phone's."""
    paid_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Who took the payment."""
    opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)
    paid_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    till: Mapped[Till | None] = relationship()
    shift: Mapped[Shift | None] = relationship()
    member: Mapped[Member | None] = relationship()
    card: Mapped[Card | None] = relationship()
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    paid_by: Mapped[User | None] = relationship(foreign_keys=[paid_by_id])
    discount_approved_by: Mapped[User | None] = relationship(foreign_keys=[discount_approved_by_id])
    lines: Mapped[list[SaleLine]] = relationship(
        "SaleLine",
        primaryjoin="and_(SaleLine.sale_id == Sale.id, SaleLine.removed_at.is_(None))",
        back_populates="sale",
        order_by="SaleLine.id",
    )
    payments: Mapped[list[SalePayment]] = relationship("SalePayment", order_by="SalePayment.id")
    refunds: Mapped[list[Refund]] = relationship("Refund", order_by="Refund.id", back_populates="sale")

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SELL) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


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
