"""Lending (借样 / 还样): who took which samples out, until when, and what came of it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.buyers import CONSENT_VERSION, mask_phone
from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import today
from selection_center.samples.deposits import DepositEntry, DepositKind, DepositMethod
from selection_center.samples.loan_items import LoanItem, LoanPiece
from selection_center.samples.models import Sample, SampleKind
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite

LONGEST_DAYS = 30
"""From today to the day by which it must be back, for a loan and for each extension."""


class BorrowerKind(enum.StrEnum):
    LIVESTREAMER = "livestreamer"  # 主播
    BUYER = "buyer"  # 采购商
    COLLEAGUE = "colleague"  # 同事


class ReminderWay(enum.StrEnum):
    PHONE = "phone"
    WECHAT = "wechat"
    IN_PERSON = "in_person"


class Loan(OfSite):
    """One hand-over of samples to one borrower (借样单).

    A lent sample keeps its placement: that is where it belongs. Placing or retiring it is refused with the name of
    who has it; whoever holds it in hand gives it back first (`sample.loan_item.give_back`). A count meets it as
    away: it is not missing, and seen on the floor it is to be given back. Overdue is computed, never stored.

    The signature is the path of its strokes in a box of 600 x 200, as SVG writes one, or a name that was typed.
    It is no kept picture, because those open to everybody by their address; as a path it prints sharply too, and
    goes with the row when the borrower is forgotten.
    """

    __tablename__ = "loans"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'colleague') = (colleague_id IS NOT NULL)", name="colleague_is_a_user"),
        sa.CheckConstraint("(phone IS NULL) = (consent_version IS NULL)", name="phone_has_consent"),
        sa.CheckConstraint("forgotten_at IS NOT NULL OR signature <> '' OR signed_name <> ''", name="is_signed"),
        sa.Index("ix_loans_site_due", "site_id", "due_on"),
    )
    needs = Permission.HANDLE_SAMPLES

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    kind: Mapped[BorrowerKind] = mapped_column(Word(BorrowerKind))
    name: Mapped[str] = mapped_column(sa.String(80))
    company: Mapped[str] = mapped_column(sa.String(120), default="")
    phone: Mapped[str | None] = mapped_column(sa.String(24), index=True)
    consent_version: Mapped[str | None] = mapped_column(sa.String(16))
    colleague_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(200))
    due_on: Mapped[date]
    """The last day on which it is in time, as the shop counts days; an extension moves it."""
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    signature: Mapped[str] = mapped_column(sa.Text, default="")
    signed_name: Mapped[str] = mapped_column(sa.String(80), default="")
    lent_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    forgotten_at: Mapped[datetime | None]
    """When name, phone and signature were let go of."""

    site: Mapped[Site] = relationship()
    colleague: Mapped[User | None] = relationship(foreign_keys=[colleague_id])
    lent_by: Mapped[User] = relationship(foreign_keys=[lent_by_id])
    items: Mapped[list[LoanItem]] = relationship(back_populates="loan", order_by="LoanItem.id")
    extensions: Mapped[list[LoanExtension]] = relationship(order_by="LoanExtension.id.desc()")
    reminders: Mapped[list[LoanReminder]] = relationship(order_by="LoanReminder.id.desc()")
    deposit_entries: Mapped[list[DepositEntry]] = relationship(order_by="DepositEntry.id")

    @property
    def borrower(self) -> str:
        """Name, and company where there is one."""
        return " ".join(part for part in (self.name or _("Name let go of"), self.company) if part)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def open_items(self) -> list[LoanItem]:
        return [item for item in self.items if item.is_open]

    @property
    def is_open(self) -> bool:
        return bool(self.open_items)

    @property
    def days_left(self) -> int:
        """Until the day it is due: 0 today, below 0 once it is late."""
        return (self.due_on - today()).days

    @property
    def is_overdue(self) -> bool:
        """Out after the end of the day it was due, in the shop's time."""
        return self.is_open and self.days_left < 0

    @property
    def deposit_fen(self) -> int:
        """What we hold of the borrower's money: no income, it is owed back."""
        return sum(entry.signed_fen for entry in self.deposit_entries)

    def hold(self) -> None:
        """Locks it until the commit: of two people the second waits here, then sees what the first did."""
        db.session.refresh(self, ["due_on"], with_for_update=True)

    @classmethod
    def hand_over(
        cls, site: Site, pieces: Sequence[LoanPiece], *, by: User, due_on: date, phone: str | None = None, **values: Any
    ) -> Loan:
        """Lends these samples in one go, or none of them. Refuses what is not here, naming who has it."""
        refuse_day(due_on)
        if not pieces:
            raise Refused("nothing_to_lend", _("Scan or choose at least one sample."))
        for sample in sorted((piece.sample for piece in pieces), key=lambda sample: sample.id):
            claim(sample, site)
        loan = cls(
            site=site, lent_by=by, due_on=due_on, phone=phone, consent_version=phone and CONSENT_VERSION, **values
        )
        loan.refuse_while_late()
        loan.items = [LoanItem.of(piece) for piece in pieces]
        try:
            with db.session.begin_nested():
                db.session.add(loan)
        except sa.exc.IntegrityError as error:  # the index that holds where no lock does
            raise Refused("away", _("Somebody has just lent one of these. Load the page again.")) from error
        for piece in pieces:
            db.session.expire(piece.sample, ["loan_item", "loan"])
        return loan

    def refuse_while_late(self) -> None:
        """Who keeps something too long gets nothing more until it is back or its loan is extended."""
        late = db.session.scalar(
            sa.select(sa.func.count(LoanItem.id))
            .join(Loan, Loan.id == LoanItem.loan_id)
            .where(Loan.site_id == self.site.id, Loan.due_on < today(), LoanItem.ended_at.is_(None), self.same_person())
        )
        if late:
            raise Refused(
                "borrower_late",
                ngettext(
                    "Cannot be lent: %(num)s piece of this borrower is overdue. Take it back or extend its loan first.",
                    "Cannot be lent: %(num)s pieces of this borrower are overdue."
                    " Take them back or extend their loan first.",
                    late,
                ),
            )

    def same_person(self) -> sa.ColumnElement[bool]:
        """Loans of this borrower: the same colleague, or the same phone."""
        colleague = self.colleague.id if self.colleague is not None else self.colleague_id
        if colleague is not None:
            return Loan.colleague_id == colleague
        return Loan.phone == self.phone if self.phone else sa.false()

    def extend(self, due_on: date, by: User, reason: str = "") -> LoanExtension:
        """A later day for what is still out. Nothing moves."""
        self.hold()
        if not self.is_open:
            raise Refused("all_back", _("Everything is back: there is nothing to extend."))
        refuse_day(due_on)
        if due_on <= self.due_on:
            raise Refused("not_later", _("Choose a day after %(day)s.", day=self.due_on.isoformat()))
        extension = LoanExtension(loan_id=self.id, was_due_on=self.due_on, due_on=due_on, by=by, reason=reason)
        self.due_on = due_on
        db.session.add(extension)
        db.session.flush()
        db.session.expire(self, ["extensions"])
        return extension

    def remind(self, way: ReminderWay, by: User, note: str = "") -> LoanReminder:
        """Notes that somebody asked for it back; nothing is sent."""
        if not self.is_open:
            raise Refused("all_back", _("Everything is back: nobody has to be reminded."))
        reminder = LoanReminder(loan_id=self.id, way=way, by=by, note=note)
        db.session.add(reminder)
        db.session.flush()
        db.session.expire(self, ["reminders"])
        return reminder

    def enter_deposit(
        self, kind: DepositKind, amount_fen: int, method: DepositMethod, by: User, note: str = ""
    ) -> DepositEntry:
        """One line of the deposit's ledger; never more goes out than is held."""
        self.hold()
        db.session.expire(self, ["deposit_entries"])
        entry = DepositEntry(loan_id=self.id, kind=kind, amount_fen=amount_fen, method=method, by=by, note=note)
        entry.refuse_beyond(self.deposit_fen)
        db.session.add(entry)
        db.session.flush()
        db.session.expire(self, ["deposit_entries"])
        return entry

    def forget_borrower(self) -> None:
        """Lets go of the person; what was lent, how long and what it brought stay facts."""
        self.forgotten_at = utcnow()
        self.name = self.company = self.purpose = self.note = self.signature = self.signed_name = ""
        self.phone = self.consent_version = None
        for reminder in self.reminders:
            reminder.note = ""
        for extension in self.extensions:
            extension.reason = ""


class LoanExtension(Model):
    """A later due day for a loan (延期). It is no movement: nothing changes hands."""

    __tablename__ = "loan_extensions"
    __table_args__ = (sa.CheckConstraint("due_on > was_due_on", name="later"),)

    loan_id: Mapped[int] = mapped_column(sa.ForeignKey("loans.id"), index=True)
    was_due_on: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship()


class LoanReminder(Model):
    """Somebody asked the borrower for it (催还): who, when and how."""

    __tablename__ = "loan_reminders"

    loan_id: Mapped[int] = mapped_column(sa.ForeignKey("loans.id"), index=True)
    way: Mapped[ReminderWay] = mapped_column(Word(ReminderWay))
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship()


def refuse_day(due_on: date) -> None:
    if not 0 <= (due_on - today()).days <= LONGEST_DAYS:
        last = today() + timedelta(days=LONGEST_DAYS)
        raise Refused("bad_day", _("At most %(days)s days: until %(last)s.", days=LONGEST_DAYS, last=last.isoformat()))


def claim(sample: Sample, site: Site) -> None:
    """Takes the sample for a hand-over, until the commit. Of many at once one gets it; the others hear who has it."""
    sample.hold()
    db.session.expire(sample, ["loan_item", "loan"])
    why = why_not(sample, site)
    if why is not None:
        raise Refused(*why)


def why_not(sample: Sample, site: Site) -> tuple[str, str] | None:
    """The code and the sentence of what keeps it from being lent; None where nothing does."""
    if sample.site_id != site.id:
        return "other_site", _("This sample belongs to another site.")
    if sample.kind is SampleKind.SHELF_FACING:
        return "shelf_facing", _("A shelf facing is never lent. Lend a sample of the same offer.")
    if sample.is_retired:
        return "retired", _("This sample is retired. Take the retirement back first.")
    if not sample.is_here:
        return "expected", _("This sample has not come yet. Receive it first.")
    if sample.loan is not None:
        return "away", _("Lent to %(name)s. Give it back first.", name=sample.loan.borrower)
    return None
