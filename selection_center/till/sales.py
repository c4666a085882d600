"""A sale and its lines."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku
from selection_center.core.codes import new_code
from selection_center.core.db import Model, Word, db, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.membership.models import Card, Member, Plan
from selection_center.orders.models import InvoiceWish
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from selection_center.till.discounts import discount_line, discount_sale
from selection_center.till.numbers import drawn_number
from selection_center.till.sale_lines import LineKind, SaleLine
from selection_center.till.shifts import Shift, Till

if TYPE_CHECKING:
    from selection_center.till.exit_checks import ExitCheck
    from selection_center.till.payments import SalePayment
    from selection_center.till.refunds import Refund


__all__ = ["LONGEST_SALE", "TRANSITIONS", "Channel", "LineKind", "Sale", "SaleLine", "SaleState"]

LONGEST_SALE = 300


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


ONE_CART = sa.text("channel = 'phone' AND till_id IS NULL AND state IN ('open', 'held')")
"""A cart (购物车) that a member still puts together: a card has one at a store."""


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
        sa.Index(
            "uq_sales_one_cart", "site_id", "card_id", unique=True, sqlite_where=ONE_CART, postgresql_where=ONE_CART
        ),
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
    card_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cards.id"), index=True)
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
    rounds: Mapped[int] = mapped_column(default=0)
    """How often payment was begun: each takes the goods out of the stock anew."""
    forgotten_at: Mapped[datetime | None]
    """When a phone's was ended because nobody had gone on with it."""

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
    exit_checks: Mapped[list[ExitCheck]] = relationship("ExitCheck", order_by="ExitCheck.id", back_populates="sale")

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SELL) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))

    # --- who has it, and where it stands ----------------------------------------------------------------------------

    @classmethod
    def begin(cls, till: Till, by: User) -> Self:
        return cls._begun(site=till.site, till=till, opened_by=by)

    @classmethod
    def at_once(cls, till: Till, by: User) -> Self:
        """One that comes whole: kept when it is paid, so that it is written once (`kept_at_once`)."""
        site = till.site
        return cls(
            state=SaleState.OPEN, number=drawn_number(site.slug), site=site, site_id=site.id, till=till,
            till_id=till.id, opened_by_id=by.id, member_id=None, card_id=None, rounds=0, discount_fen=0,
            lines=[], payments=[],
        )  # fmt: skip

    @classmethod
    def begin_on_phone(cls, site: Site, member: Member, card: Card | None, device: str) -> Self:
        """Scan and go: it is at no till until the exit desk takes it up."""
        return cls._begun(site=site, channel=Channel.PHONE, member=member, card=card, device=device)

    @classmethod
    def _begun(cls, **values: Any) -> Self:
        begun = cls(state=SaleState.OPEN, lines=[], **values)
        db.session.add(begun)
        db.session.flush()
        return begun

    def hold_row(self) -> None:
        """Locks it until the commit: of two people the second waits here, then sees what the first did."""
        db.session.flush()
        # "of": what a page loaded beside the sale by an outer join comes along again, and PostgreSQL locks no such row.
        db.session.refresh(self, with_for_update={"of": Sale})
        db.session.expire(self, ["lines", "payments", "refunds", "exit_checks"])

    def become(self, state: SaleState) -> None:
        """The one place where a sale's state changes. Its row is held."""
        if state not in TRANSITIONS[self.state]:
            raise Refused("wrong_state", _("This sale has moved on: it cannot be done from here any more."))
        self.state = state
        self.touch()

    @property
    def is_on_phone(self) -> bool:
        """Still in the hands of the member who puts it together."""
        return self.channel is Channel.PHONE and self.till is None

    @property
    def is_in_hand(self) -> bool:
        """On the phone, and neither paid nor ended: and so the only one of its card here."""
        return self.is_on_phone and self.state in (SaleState.OPEN, SaleState.HELD)

    @property
    def needs_check(self) -> bool:
        """Put together by the customer, and nobody of the store has looked yet or waved it through."""
        return self.channel is Channel.PHONE and self.state is SaleState.OPEN and not self.exit_checks

    @property
    def paid_fen(self) -> int:
        return sum(payment.amount_fen for payment in self.payments)

    @property
    def due_fen(self) -> int:
        """What is still to be paid, of the total that was written down."""
        return self.total_fen - self.paid_fen

    def must_be_open(self) -> None:
        if self.state is SaleState.PAYING:
            raise Refused("is_paying", _("This sale is being paid. Finish it, or go back to the goods."))
        if self.state is not SaleState.OPEN:
            raise Refused("not_open", _("This sale is not open any more. Load the page again."))

    def refuse_when_full(self) -> None:
        if len(self.lines) >= LONGEST_SALE:
            raise Refused("sale_full", _("A sale holds 300 lines. Pay these first."))

    def touch(self) -> None:
        self.changed_at = utcnow()

    def touch_lines(self) -> None:
        """A line came or went."""
        self.touch()
        db.session.flush()
        db.session.expire(self, ["lines"])

    # --- what is on it ----------------------------------------------------------------------------------------------

    def add(
        self, sku: Sku, quantity: int = 1, *, kind: LineKind = LineKind.TAKE_AWAY, sample: Sample | None = None
    ) -> SaleLine:
        """So many pieces more; the same SKU in the same way goes onto its line."""
        self.must_be_open()
        same = next((line for line in self.lines if line.holds(sku, kind)), None)
        if same is not None:
            same.change(same.quantity + quantity)
            return same
        listing = sku.listing
        line = SaleLine(
            kind=kind, listing=listing, listing_id=listing.id, sku=sku, sku_id=sku.id, title=listing.title,
            title_en=listing.title_en, spec=sku.spec, spec_en=sku.spec_en, unit=listing.unit, unit_en=listing.unit_en,
            sample_id=sample.id if sample is not None else None,
        )  # fmt: skip
        return self._put_on(line, quantity)

    def add_typed(self, title: str, unit_fen: int, quantity: int = 1) -> SaleLine:
        """Goods without a code, at a price written by hand."""
        self.must_be_open()
        if not title.strip() or unit_fen <= 0:
            raise Refused("no_price", _("Write what it is and the price of a piece."))
        return self._put_on(SaleLine(kind=LineKind.OTHER, title=title.strip(), marked_fen=unit_fen), quantity)

    def add_fee(self, member: Member, plan: Plan) -> SaleLine:
        """The fee of a membership for the member whose sale this is; another plan takes its place."""
        self.must_be_open()
        if self.member_id not in (None, member.id):
            raise Refused("other_member", _("This sale is another member's. Pay the fee in a sale of its own."))
        if not plan.is_open:
            raise Refused("plan_closed", _("This plan is not sold any more. Choose another one."))
        for line in [line for line in self.lines if line.kind is LineKind.FEE]:
            if line.plan_id == plan.id:
                return line
            line.remove()
        self.member = member
        line = SaleLine(
            kind=LineKind.FEE, plan=plan, title=plan.name, title_en=plan.name_en, marked_fen=plan.fee_fen,
            unit="次", unit_en="fee",
        )  # fmt: skip
        return self._put_on(line, 1)

    def _put_on(self, line: SaleLine, quantity: int) -> SaleLine:
        self.refuse_when_full()
        line.quantity, line.discount_fen = 1, 0
        self.lines.append(line)
        line.change(quantity)
        db.session.flush()
        return line

    def set_member(self, card: Card | None) -> None:
        """Whose sale it is: prices and points follow. Without a card it is nobody's."""
        self.must_be_open()
        member = card.member if card is not None else None
        fee = any(line.kind is LineKind.FEE for line in self.lines)
        if fee and (member is None or member.id != self.member_id):
            raise Refused("fee_of_member", _("The fee on this sale is another member's. Take it out first."))
        self.card, self.member = card, member
        self.card_id = card.id if card is not None else None
        self.member_id = member.id if member is not None else None
        self.touch()

    def discount(self, fen: int, reason: str, by: User, approver: User | None = None) -> None:
        """So much off the whole; 0 takes it back. Beyond the cashier's right with a manager's word."""
        discount_sale(self, fen, reason, by, approver)

    def discount_line(self, line: SaleLine, fen: int, reason: str, by: User, approver: User | None = None) -> None:
        discount_line(self, line, fen, reason, by, approver)

    # --- aside, back, and away --------------------------------------------------------------------------------------

    def put_on_hold(self, note: str = "") -> None:
        self.must_be_open()
        if not self.lines:
            raise Refused("nothing_on_it", _("There is nothing on this sale yet."))
        self.become(SaleState.HELD)
        self.hold_note = note.strip()[:80]

    def recall(self, till: Till) -> None:
        """A held sale, or a phone's, is put together at this till from now on."""
        if self.site_id != till.site_id:
            raise Refused("other_site", _("This sale belongs to another store."))
        if self.state is SaleState.HELD:
            self.become(SaleState.OPEN)
        elif not (self.state is SaleState.OPEN and self.is_on_phone):
            raise Refused("not_held", _("This sale is not on hold any more. Load the page again."))
        self.till = till
        self.touch()

    def void(self, reason: str, by: User | None) -> None:
        """Nothing of it was sold."""
        if self.state is SaleState.PAYING:
            raise Refused("is_paying", _("This sale is being paid. Go back to the goods first."))
        if not reason.strip():
            raise Refused("reason_missing", _("Write why."))
        self.become(SaleState.VOID)
        self.void_reason = reason.strip()[:120]
