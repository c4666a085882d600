"""Tills, and the shifts that are worked at them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, db, unique_where, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site


class PayMethod(enum.StrEnum):
    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    POINTS = "points"


class Till(Model):
    """A place to pay (收银台)."""

    __tablename__ = "tills"
    __table_args__ = (unique_where("uq_tills_name", "site_id", "name", where="closed_at IS NULL"),)

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    shift: Mapped[Shift | None] = relationship(
        "Shift",
        primaryjoin="and_(Shift.till_id == Till.id, Shift.closed_at.is_(None))",
        viewonly=True,
        uselist=False,
    )
    """The open one."""

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @classmethod
    def create(cls, site: Site, name: str) -> Till:
        till = cls(site=site)
        till.rename(name)
        return till

    def rename(self, name: str) -> None:
        """Two tills in use at one site never share a name."""
        self.change_in_use(name=name)

    def close(self) -> None:
        """Out of use; its shifts and sales stay. A held sale can be taken up at another till."""
        self.hold()
        if self.shift is not None:
            raise Refused("shift_is_open", _("A shift is open at this till. Close the shift first."))
        self.closed_at = utcnow()
        db.session.flush()

    def reopen(self) -> None:
        self.hold()
        self.change_in_use(closed_at=None)

    def change_in_use(self, **values: Any) -> None:
        name = values.get("name") or self.name
        try:
            with db.session.begin_nested():
                for column, value in values.items():
                    setattr(self, column, value)
                db.session.add(self)
        except sa.exc.IntegrityError as error:  # the index that lets one till have a name
            raise Refused("name_taken", _("Another till is called %(name)s already.", name=name)) from error

    def hold(self) -> None:
        """Locks it until the commit: nobody opens a shift at a till that is just put out of use."""
        db.session.refresh(self, ["closed_at"], with_for_update={"key_share": True})
        db.session.expire(self, ["shift"])

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SELL) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class TillRules(Model):
    """How far a cashier may go alone at a site; beyond it a manager does it or approves (收银权限)."""

    __tablename__ = "till_rules"
    __table_args__ = (
        sa.CheckConstraint("discount_permille BETWEEN 0 AND 1000", name="discount_permille"),
        sa.CheckConstraint("refund_fen >= 0", name="refund_not_negative"),
        sa.CheckConstraint("minimum_permille BETWEEN 0 AND 1000", name="minimum_permille"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), unique=True)
    discount_permille: Mapped[int] = mapped_column(default=100)
    refund_fen: Mapped[int] = mapped_column(default=20_000)
    minimum_permille: Mapped[int] = mapped_column(default=0)
    """How far below a factory's minimum, in thousandths of it."""

    @classmethod
    def at(cls, site: Site) -> TillRules:
        """Those of the site, or the usual ones: kept only once somebody changes them."""
        kept = db.session.scalar(sa.select(cls).filter_by(site_id=site.id))
        return kept or cls.usual(site.id)

    @classmethod
    def usual(cls, site_id: int) -> Self:
        return cls(site_id=site_id, discount_permille=100, refund_fen=20_000, minimum_permille=0)


class Shift(Model):
    """From the float to the count, at one till (班次). One is open at a till at most; each sale is in exactly one. R7.

    What was counted is signed with what was expected at that moment: `counts` has a row for each way of payment.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        sa.CheckConstraint("float_fen >= 0", name="float_not_negative"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        unique_where("uq_shifts_one_open", "till_id", where="closed_at IS NULL"),
        sa.Index("ix_shifts_site_opened", "site_id", "opened_at"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    till_id: Mapped[int] = mapped_column(sa.ForeignKey("tills.id"), index=True)
    float_fen: Mapped[int]
    """Cash in the drawer to begin with (备用金)."""
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    notes_and_coins: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    """How many of each, by their fen: {"10000": 3, "50": 2}."""
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    """Why the count differs."""

    site: Mapped[Site] = relationship()
    till: Mapped[Till] = relationship()
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    cash_movements: Mapped[list[CashMovement]] = relationship(order_by="CashMovement.id")
    counts: Mapped[list[ShiftCount]] = relationship(order_by="ShiftCount.id")

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def open(cls, till: Till, float_fen: int, by: User) -> Shift:
        """Begins with this much cash in the drawer. One is open at a till at most."""
        till.hold()
        if till.is_closed:
            raise Refused("till_closed", _("This till is out of use."))
        if till.shift is not None:
            name = till.shift.opened_by.name
            raise Refused("shift_is_open", _("A shift of %(name)s is open at this till already.", name=name))
        shift = cls(site_id=till.site_id, till=till, float_fen=float_fen, opened_by=by)
        try:
            with db.session.begin_nested():
                db.session.add(shift)
        except sa.exc.IntegrityError as error:  # the index that holds where no lock does
            raise Refused("shift_is_open", _("Somebody has just opened a shift at this till.")) from error
        db.session.expire(till, ["shift"])
        return shift

    @classmethod
    def held_at(cls, till_id: int) -> Shift | None:
        """The open one of this till, held, with its till and its site: all that a sale needs of it, at once."""
        return db.session.scalar(open_at_till(), {"till": till_id})

    def hold(self) -> None:
        """Locks it until the commit, before anything else: what is sold waits for the count, or the count for it."""
        db.session.refresh(self, ["closed_at", "closed_by_id"], with_for_update=True)
        if not self.is_open:
            raise Refused("shift_closed", _("This shift is closed. Open a new one at the till."))

    def move_cash(self, amount_fen: int, reason: str, by: User) -> CashMovement:
        """Cash in (above zero) or out (below), by no sale. More than is there cannot go out."""
        self.hold()
        self.refuse_others(by)
        if self.expected()[PayMethod.CASH] + amount_fen < 0:
            raise Refused("too_little_cash", _("That is more cash than the drawer can hold."))
        movement = CashMovement(shift_id=self.id, amount_fen=amount_fen, reason=reason, by=by)
        db.session.add(movement)
        db.session.flush()
        db.session.expire(self, ["cash_movements"])
        return movement

    def expected(self) -> dict[PayMethod, int]:
        """What must be there of each way of payment: cash from the float on, of the others what came in. Fen."""
        from selection_center.till import takings  # payments name their shift, so they are known later

        return takings.expected(self)

    def keep_count(self, counted: Mapping[PayMethod, int], notes_and_coins: Mapping[int, int]) -> None:
        """What was counted, before the difference is shown and signed; counting again writes over it."""
        self.hold()
        expected = self.expected()
        self.notes_and_coins = {str(fen): number for fen, number in notes_and_coins.items() if number}
        for method in PayMethod:
            there = expected[method] if method is PayMethod.POINTS else counted.get(method, 0)
            row = next((row for row in self.counts if row.method is method), None)
            if row is None:
                row = ShiftCount(shift_id=self.id, method=method)
                self.counts.append(row)
            row.expected_fen, row.counted_fen = expected[method], there
        db.session.flush()

    def close(self, counted: Mapping[PayMethod, int], notes_and_coins: Mapping[int, int], note: str, by: User) -> None:
        """Ends it, with what was counted beside what is expected at this moment; a difference needs a word of why.

        Points are in nobody's drawer: their count is what is expected.
        """
        self.hold()
        self.refuse_others(by)
        self.refuse_while_paying()
        self.keep_count(counted, notes_and_coins)
        if not note and self.differs:
            raise Refused("difference_without_note", _("Write why the count differs."))
        self.note, self.closed_at, self.closed_by = note, utcnow(), by
        db.session.flush()
        db.session.expire(self.till, ["shift"])

    @property
    def differs(self) -> bool:
        return any(count.difference_fen for count in self.counts)

    @property
    def difference_fen(self) -> int:
        """Over all ways of payment."""
        return sum(count.difference_fen for count in self.counts)

    def is_of(self, user: Any) -> bool:
        """One's own shift, or anybody's for who oversees the till."""
        return self.opened_by_id == user.id or bool(user.can(Permission.OVERSEE_TILL, site_id=self.site_id))

    def refuse_others(self, by: Any) -> None:
        if not self.is_of(by):
            name = self.opened_by.name
            raise Refused("others_shift", _("This is the shift of %(name)s. A manager can do this.", name=name))

    def refuse_while_paying(self) -> None:
        """Money that came in for a sale that is not finished would be in no shift."""
        from selection_center.till import takings

        sale = takings.half_paid(self)
        if sale is not None:
            number = sale.number or sale.code
            raise Refused("sale_half_paid", _("Sale %(number)s is half paid. Finish it first.", number=number))

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SELL) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


@cache
def open_at_till() -> sa.Select[Shift]:
    """The query that every sale begins with: put together once."""
    query = sa.select(Shift).where(Shift.till_id == sa.bindparam("till"), Shift.closed_at.is_(None))
    loaded = query.options(joinedload(Shift.site), joinedload(Shift.till)).with_for_update(of=Shift)
    return loaded.execution_options(populate_existing=True)


class CashMovement(Model):
    """Cash put into the drawer or taken out, with a reason, by no sale (现金存取). Above zero: in."""

    __tablename__ = "cash_movements"
    __table_args__ = (
        sa.CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
        sa.CheckConstraint("reason <> ''", name="for_a_reason"),
    )

    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shifts.id"), index=True)
    amount_fen: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(200))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship()


class ShiftCount(Model):
    """Expected and counted of one way of payment, when the shift was counted; signed by who closed it."""

    __tablename__ = "shift_counts"
    __table_args__ = (sa.UniqueConstraint("shift_id", "method"),)

    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shifts.id"))
    method: Mapped[PayMethod] = mapped_column(Word(PayMethod))
    expected_fen: Mapped[int]
    counted_fen: Mapped[int]

    @property
    def difference_fen(self) -> int:
        return self.counted_fen - self.expected_fen
