"""One sample in a hand-over: how it went out, how it came back, and what lending it brought."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, db, update_one, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.samples.models import RetireReason, Sample

if TYPE_CHECKING:
    from selection_center.samples.loans import Loan


class Condition(enum.StrEnum):
    """What a piece looks like as it changes hands; LOST is one that did not come back."""

    FINE = "fine"  # 完好; at return: as it was lent
    WORN = "worn"  # 有磨损
    INCOMPLETE = "incomplete"  # 缺配件
    DAMAGED = "damaged"  # 损坏
    LOST = "lost"  # 没还回来


class Outcome(enum.StrEnum):
    """What the borrower did with it."""

    SHOWN_LIVE = "shown_live"  # 上播了
    PUBLISHED = "published"  # 发布了 (video, post, catalogue)
    SOLD = "sold"  # 卖出了, without being shown
    NOTHING = "nothing"  # 没用上


@dataclass(frozen=True)
class LoanPiece:
    """A sample about to be lent: in which condition, with the name of a kept picture that shows it."""

    sample: Sample
    condition: Condition = Condition.FINE
    note: str = ""
    photo: str | None = None


class LoanItem(Model):
    """One sample in one hand-over (借样明细): open until it is back or written off. A sample has one open at most."""

    __tablename__ = "loan_items"
    __table_args__ = (
        sa.Index(
            "uq_loan_items_one_open",
            "sample_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (condition_back IS NULL)", name="back_in_a_condition"),
        sa.CheckConstraint("condition <> 'lost'", name="lent_what_was_there"),
        sa.CheckConstraint("sold >= 0 AND (outcome IS NOT NULL OR sold = 0)", name="sold_by_an_outcome"),
        sa.CheckConstraint("outcome <> 'nothing' OR sold = 0", name="nothing_sold_by_nothing"),
        sa.CheckConstraint("outcome <> 'sold' OR sold > 0", name="sold_some"),
    )

    loan_id: Mapped[int] = mapped_column(sa.ForeignKey("loans.id"), index=True)
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    condition: Mapped[Condition] = mapped_column(Word(Condition), default=Condition.FINE)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    photo: Mapped[str | None] = mapped_column(sa.String(24))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    condition_back: Mapped[Condition | None] = mapped_column(
        sa.Enum(
            Condition,
            native_enum=False,
            create_constraint=True,
            length=32,
            name="condition_back",
            values_callable=lambda members: [member.value for member in members],
        )
    )
    note_back: Mapped[str] = mapped_column(sa.String(200), default="")
    photo_back: Mapped[str | None] = mapped_column(sa.String(24))
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    sold: Mapped[int] = mapped_column(default=0)
    """Pieces of the offer that the borrower sold, in its own unit."""

    loan: Mapped[Loan] = relationship("Loan", back_populates="items")
    sample: Mapped[Sample] = relationship()
    ended_by: Mapped[User | None] = relationship()

    @classmethod
    def of(cls, piece: LoanPiece) -> LoanItem:
        return cls(sample=piece.sample, condition=piece.condition, note=piece.note, photo=piece.photo)

    @property
    def site_id(self) -> int:
        return self.sample.site_id

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_lost(self) -> bool:
        return self.condition_back is Condition.LOST

    @property
    def returned_at(self) -> datetime | None:
        """When it came back; None while it is out, and for one that never will."""
        return None if self.is_lost else self.ended_at

    @property
    def can_be_taken_back(self) -> bool:
        """Its return was noted less than ten minutes ago."""
        return self.ended_at is not None and utcnow() - self.ended_at < TAKE_BACK_WITHIN

    def give_back(
        self, by: User, condition: Condition = Condition.FINE, note: str = "", photo: str | None = None
    ) -> None:
        """It is in our hands again; where it belongs has not changed. FINE: as it was lent."""
        if condition is Condition.LOST:
            raise Refused("not_back", _("What did not come back is written off by a manager."))
        self._end(by, condition, note, photo)

    def correct_return(self, condition: Condition, note: str = "", photo: str | None = None) -> None:
        """How it came back, told after a scan has given it back. An older photo stays unless there is a new one."""
        if self.ended_at is None or self.is_lost or condition is Condition.LOST:
            raise Refused("not_back", _("This one has not come back."))
        self.condition_back, self.note_back, self.photo_back = condition, note, photo or self.photo_back

    def write_off(self, by: User, note: str = "") -> None:
        """It does not come back: its loan ends and the sample is retired as lost."""
        self.sample.hold()
        self._end(by, Condition.LOST, note, None)
        self.sample.retire(RetireReason.LOST)

    def _end(self, by: User, condition: Condition, note: str, photo: str | None) -> None:
        """The first of many who end it does; the others hear that it is over."""
        ended = sa.update(LoanItem).where(LoanItem.id == self.id, LoanItem.ended_at.is_(None))
        values = {"condition_back": condition, "note_back": note, "photo_back": photo}
        if not update_one(ended.values(ended_at=utcnow(), ended_by_id=by.id, **values)):
            raise Refused("already_back", _("This one is back already."))
        self._read_again()

    def take_return_back(self) -> None:
        """Within ten minutes: it is still out. A written-off one is here again first, then out."""
        if self.is_lost:
            self.sample.hold_where_it_stood()
        else:
            self.sample.hold()
        db.session.refresh(self, ["ended_at", "condition_back"])
        if not self.can_be_taken_back:
            raise Refused("too_late", _("Only within ten minutes. Lend it again instead."))
        if self.is_lost:
            self.sample.take_retirement_back()
        elif self.sample.is_retired:
            raise Refused("retired", _("This sample is retired. Take the retirement back first."))
        self.sample.refuse_while_away()
        again = {"ended_at": None, "ended_by_id": None, "condition_back": None, "note_back": "", "photo_back": None}
        db.session.execute(
            sa.update(LoanItem).where(LoanItem.id == self.id).values(again),
            execution_options={"synchronize_session": False},
        )
        self._read_again()

    def _read_again(self) -> None:
        db.session.refresh(self)
        db.session.expire(self.sample, ["loan_item", "loan"])

    def set_outcome(self, outcome: Outcome, sold: int = 0) -> None:
        """What came of it. `sold`: pieces; none by "nothing", one or more by "sold"."""
        if outcome is Outcome.NOTHING and sold:
            raise Refused("sold_by_nothing", _("What was sold was used: choose how."))
        if outcome is Outcome.SOLD and not sold:
            raise Refused("sold_how_many", _("Write how many were sold."))
        self.outcome, self.sold = outcome, sold

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_SAMPLES) -> sa.Select[Self]:
        sites = user.site_ids(permission)
        query = sa.select(cls)
        return query if sites is None else query.where(cls.sample.has(Sample.site_id.in_(sites)))
