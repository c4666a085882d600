"""An order, its lines, its payments and its log."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.buyers import Buyer, mask_phone
from selection_center.accounts.models import User
from selection_center.catalog.suppliers import Supplier
from selection_center.core.db import Model, Word, db, update_one, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import TAKE_BACK_WITHIN, today
from selection_center.sites.models import Site


class OrderKind(enum.StrEnum):
    BULK = "bulk"  # 大货
    SAMPLE = "sample"  # 拿样


class OrderWay(enum.StrEnum):
    """How the goods come to the buyer."""

    SENT = "sent"  # 厂家发货
    DROPSHIP = "dropship"  # 一件代发
    PICKUP = "pickup"  # 自提


class OrderState(enum.StrEnum):
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


TRANSITIONS: dict[OrderState, set[OrderState]] = {
    OrderState.SUBMITTED: {OrderState.CONFIRMED, OrderState.CANCELLED},
    OrderState.CONFIRMED: {OrderState.SHIPPED, OrderState.CANCELLED},
    OrderState.SHIPPED: {OrderState.COMPLETED},
    OrderState.COMPLETED: set(),
    OrderState.CANCELLED: set(),
}
OPEN_STATES = [state for state, following in TRANSITIONS.items() if following]


class InvoiceWish(enum.StrEnum):
    NONE = "none"
    NORMAL = "normal"  # 普票
    SPECIAL = "special"  # 专票


class Order(Model):
    """A buyer's order from one supplier at one site (订单). Money in fen."""

    __tablename__ = "orders"
    __table_args__ = (
        sa.Index("ix_orders_site_state", "site_id", "state", "submitted_at"),
        sa.CheckConstraint("freight_fen IS NULL OR freight_fen >= 0", name="freight_not_negative"),
    )

    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    """Short and speakable, such as YW-2847-31."""
    token: Mapped[str] = mapped_column(sa.String(32), unique=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(sa.ForeignKey("buyers.id"), index=True)
    kind: Mapped[OrderKind] = mapped_column(Word(OrderKind))
    state: Mapped[OrderState] = mapped_column(Word(OrderState), default=OrderState.SUBMITTED)
    way: Mapped[OrderWay] = mapped_column(Word(OrderWay), default=OrderWay.SENT)
    name: Mapped[str] = mapped_column(sa.String(80))
    phone: Mapped[str] = mapped_column(sa.String(24))
    company: Mapped[str] = mapped_column(sa.String(120), default="")
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    invoice: Mapped[InvoiceWish] = mapped_column(Word(InvoiceWish), default=InvoiceWish.NONE)
    invoice_title: Mapped[str] = mapped_column(sa.String(120), default="")
    invoice_tax_number: Mapped[str] = mapped_column(sa.String(32), default="")
    message: Mapped[str] = mapped_column(sa.String(500), default="")
    language: Mapped[str] = mapped_column(sa.String(2), default="zh")
    consent_version: Mapped[str] = mapped_column(sa.String(16))
    goods_fen: Mapped[int]
    freight_fen: Mapped[int | None]
    freight_agreed: Mapped[bool] = mapped_column(default=False)
    """Freight is agreed with the factory instead of a fixed amount."""
    moq_override_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    cancel_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    carrier: Mapped[str] = mapped_column(sa.String(60), default="")
    tracking_number: Mapped[str] = mapped_column(sa.String(60), default="")
    cared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """The member of staff who wrote it for the buyer beside them."""
    follow_up_on: Mapped[date | None]
    submitted_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)

    site: Mapped[Site] = relationship()
    supplier: Mapped[Supplier] = relationship()
    buyer: Mapped[Buyer] = relationship()
    cared_by: Mapped[User | None] = relationship(foreign_keys=[cared_by_id])
    written_by: Mapped[User | None] = relationship(foreign_keys=[written_by_id])
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.id")
    notes: Mapped[list[OrderNote]] = relationship(order_by="OrderNote.id.desc()")
    payments: Mapped[list[Payment]] = relationship(order_by="Payment.id")
    # What the marketplace made of it. Its tables come later in the order of imports: named here, known there.
    handed_on: Mapped[Any] = relationship("Push", uselist=False, viewonly=True)
    placed_there: Mapped[list[Any]] = relationship(
        "PlacedOrder", secondary="pushes", order_by="PlacedOrder.id", viewonly=True
    )

    @property
    def has_arrived_there(self) -> bool:
        """Does the marketplace say that the buyer has all of it?"""
        states = [one.state for one in self.placed_there]
        return self.state is OrderState.SHIPPED and bool(states) and set(states) <= {"received", "done"}

    @property
    def is_open(self) -> bool:
        return bool(TRANSITIONS[self.state])

    def can_become(self, state: OrderState) -> bool:
        return state in TRANSITIONS[self.state]

    def become(self, state: OrderState, *, by: User | None, text: str = "") -> None:
        """The one place where an order's state changes: one conditional UPDATE, so that of two, one wins."""
        if not self.can_become(state):
            raise Refused("wrong_state", _("This order has moved on: it cannot be done from here any more."))
        db.session.flush()
        here = sa.update(Order).where(Order.id == self.id, Order.state == self.state)
        if not update_one(here.values(state=state, changed_at=utcnow())):
            raise Refused("wrong_state", _("Somebody else has just changed this order. Load it again."))
        db.session.expire(self, ["state", "changed_at"])
        self.log(by=by, text=text, state=state)

    def confirm(self, by: User, way: OrderWay = OrderWay.SENT) -> None:
        """Samples are sent. Goods that the buyer fetches cost no freight."""
        if self.kind is OrderKind.SAMPLE and way is not OrderWay.SENT:
            raise Refused("wrong_way", _("Samples are sent by the factory."))
        self.way = way
        if way is OrderWay.PICKUP:
            self.freight_fen, self.freight_agreed = 0, False
        if self.freight_fen is None and not self.freight_agreed:
            raise Refused("freight_open", _("Settle the freight first: an amount, or agreed with the factory."))
        self.cared_by = self.cared_by or by
        self.become(OrderState.CONFIRMED, by=by)

    def cancel(self, reason: str, *, by: User | None) -> None:
        """By the buyer (by=None) only while submitted."""
        if by is None and self.state is not OrderState.SUBMITTED:
            raise Refused("wrong_state", _("The order is confirmed by now. Call the center to cancel it."))
        if not reason.strip():
            raise Refused("reason_missing", _("Write why it is cancelled."))
        self.become(OrderState.CANCELLED, by=by, text=reason.strip())
        self.cancel_reason = reason.strip()

    def may_cancel(self, user: User) -> bool:
        """Staff while it is submitted; once it is confirmed, only who may cancel confirmed orders at this site."""
        if self.state is OrderState.SUBMITTED:
            return user.can(Permission.HANDLE_ORDERS, site_id=self.site_id)
        return user.can(Permission.CANCEL_CONFIRMED_ORDERS, site_id=self.site_id)

    def ship(self, carrier: str, tracking_number: str, *, by: User) -> None:
        self.become(OrderState.SHIPPED, by=by, text=f"{carrier} {tracking_number}".strip())
        self.carrier, self.tracking_number = carrier, tracking_number

    def complete(self, by: User) -> None:
        self.become(OrderState.COMPLETED, by=by)

    def settle_freight(self, fen: int | None, *, by: User) -> None:
        """A fixed amount in fen, or None: agreed with the factory. Only before confirmation."""
        if self.state is not OrderState.SUBMITTED:
            raise Refused("wrong_state", _("Freight is settled before confirmation."))
        self.freight_fen, self.freight_agreed = fen, fen is None
        self.touch()

    def follow_up(self, on: date | None, cared_by: User | None) -> None:
        self.follow_up_on, self.cared_by = on, cared_by
        self.touch()

    def log(self, *, by: User | None, text: str, state: OrderState | None = None) -> None:
        self.notes.append(OrderNote(user=by, text=text, state=state))
        self.touch()

    def record_payment(self, amount_fen: int, method: PaymentMethod, reference: str, *, by: User) -> Payment:
        if self.state is OrderState.CANCELLED:
            raise Refused("wrong_state", _("This order is cancelled: no payment is due."))
        payment = Payment(amount_fen=amount_fen, method=method, reference=reference, user=by)
        self.payments.append(payment)
        self.touch()
        return payment

    def take_payment_back(self, payment: Payment) -> None:
        """A payment that was written down wrongly, within ten minutes."""
        if not payment.can_be_taken_back:
            raise Refused("too_late", _("Only within ten minutes. Write a note, and tell head office."))
        self.payments.remove(payment)
        db.session.delete(payment)
        self.touch()

    def touch(self) -> None:
        self.changed_at = utcnow()

    @property
    def total_fen(self) -> int:
        return self.goods_fen + (self.freight_fen or 0)

    @property
    def paid_fen(self) -> int:
        return sum(payment.amount_fen for payment in self.payments)

    @property
    def open_fen(self) -> int:
        """What is still to be paid; nothing for a cancelled order."""
        return max(0, self.total_fen - self.paid_fen) if self.state is not OrderState.CANCELLED else 0

    @property
    def is_due(self) -> bool:
        """Somebody is to be called by today."""
        waits = self.state in (OrderState.SUBMITTED, OrderState.CONFIRMED, OrderState.SHIPPED)
        return waits and self.follow_up_on is not None and self.follow_up_on <= today()

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    def name_for(self, user: Any) -> str:
        """The buyer's name for staff of the site; its first character for the supplier."""
        if user.can(Permission.SEE_ORDERS, site_id=self.site_id):
            return self.name
        return f"{self.name[:1]}**"

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_ORDERS) -> sa.Select[Self]:
        """By the site for staff, by the supplier for suppliers."""
        sites, suppliers = user.site_ids(permission), user.supplier_ids(permission)
        if sites is None or suppliers is None:
            return sa.select(cls)
        return sa.select(cls).where(sa.or_(cls.site_id.in_(sites), cls.supplier_id.in_(suppliers)))


class OrderLine(Model):
    """One SKU of an order as it was ordered: words and price stay though the listing changes (订单行)."""

    __tablename__ = "order_lines"

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("skus.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    title_en: Mapped[str] = mapped_column(sa.String(300), default="")
    spec: Mapped[str] = mapped_column(sa.String(160), default="")
    spec_en: Mapped[str] = mapped_column(sa.String(200), default="")
    cargo_number: Mapped[str] = mapped_column(sa.String(64), default="")
    unit: Mapped[str] = mapped_column(sa.String(12))
    unit_en: Mapped[str] = mapped_column(sa.String(16))
    picture: Mapped[str | None] = mapped_column(sa.String(24))
    quantity: Mapped[int]
    unit_fen: Mapped[int]
    total_fen: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(200), default="")

    order: Mapped[Order] = relationship(back_populates="lines")


class OrderNote(Model):
    """One line of the order's log: a note, or a change of state, by whom and when (跟进记录)."""

    __tablename__ = "order_notes"

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=utcnow)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    state: Mapped[OrderState | None] = mapped_column(Word(OrderState))
    text: Mapped[str] = mapped_column(sa.String(500), default="")

    user: Mapped[User | None] = relationship()

    @property
    def is_buyers(self) -> bool:
        """Buyers order and cancel; whatever else nobody wrote came from the marketplace."""
        return self.user_id is None and self.state in (OrderState.SUBMITTED, OrderState.CANCELLED)


class PaymentMethod(enum.StrEnum):
    WECHAT = "wechat"
    ALIPAY = "alipay"
    BANK = "bank"
    CASH = "cash"
    ONLINE = "online"  # on the marketplace


class Payment(Model):
    """Money that came in for an order: a fact beside the state (付款)."""

    __tablename__ = "payments"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="amount_positive"),)

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    amount_fen: Mapped[int]
    method: Mapped[PaymentMethod] = mapped_column(Word(PaymentMethod))
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    user: Mapped[User] = relationship()

    @property
    def can_be_taken_back(self) -> bool:
        return utcnow() - self.at <= TAKE_BACK_WITHIN
