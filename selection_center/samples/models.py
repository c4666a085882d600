"""A sample, and where it stands."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.search import index_listings
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site, Stand
from selection_center.sites.owned import OfSite

if TYPE_CHECKING:
    from selection_center.samples.deliveries import DeliveryLine
    from selection_center.samples.loan_items import LoanItem
    from selection_center.samples.loans import Loan


class SampleKind(enum.StrEnum):
    SAMPLE = "sample"  # 样品
    SHELF_FACING = "shelf_facing"  # 货架排面: the tag on a member store's shelf, never lent


class SampleState(enum.StrEnum):
    EXPECTED = "expected"
    HERE = "here"
    RETIRED = "retired"


class RetireReason(enum.StrEnum):
    SOLD = "sold"
    RETURNED = "returned"  # to the factory
    LOST = "lost"
    DAMAGED = "damaged"
    OFF_SHELF = "off_shelf"
    NEVER_CAME = "never_came"  # 未到: announced by the factory, given up when the delivery was closed


class Sample(OfSite):
    """One piece on the floor (样品). Where it is = its open placement; away = its open loan."""

    __tablename__ = "samples"
    __table_args__ = (
        sa.CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_has_date"),
        sa.CheckConstraint("(state = 'retired') = (retired_reason IS NOT NULL)", name="retired_has_reason"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    sku_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skus.id"))
    kind: Mapped[SampleKind] = mapped_column(Word(SampleKind), default=SampleKind.SAMPLE)
    state: Mapped[SampleState] = mapped_column(Word(SampleState), default=SampleState.HERE, index=True)
    expected_on: Mapped[datetime | None]
    delivery_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delivery_lines.id"), index=True)
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[RetireReason | None] = mapped_column(Word(RetireReason))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    site: Mapped[Site] = relationship()
    listing: Mapped[Listing] = relationship()
    sku: Mapped[Sku | None] = relationship()
    delivery_line: Mapped[DeliveryLine | None] = relationship(back_populates="samples")
    tags: Mapped[list[Tag]] = relationship(back_populates="sample", order_by="Tag.id.desc()")
    placements: Mapped[list[Placement]] = relationship(back_populates="sample", order_by="Placement.id.desc()")
    placement: Mapped[Placement | None] = relationship(
        primaryjoin="and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None))",
        viewonly=True,
        uselist=False,
    )
    tag: Mapped[Tag | None] = relationship(
        primaryjoin="and_(Tag.sample_id == Sample.id, Tag.state == 'bound')", viewonly=True, uselist=False
    )
    loan_item: Mapped[LoanItem | None] = relationship(
        "LoanItem",
        primaryjoin="and_(LoanItem.sample_id == Sample.id, LoanItem.ended_at.is_(None))",
        viewonly=True,
        uselist=False,
    )
    """As what it is lent out now."""
    loan: Mapped[Loan | None] = relationship(
        "Loan",
        secondary="loan_items",
        primaryjoin="and_(LoanItem.sample_id == Sample.id, LoanItem.ended_at.is_(None))",
        secondaryjoin="LoanItem.loan_id == Loan.id",
        viewonly=True,
        uselist=False,
    )
    """The hand-over by which it is away now."""
    loan_items: Mapped[list[LoanItem]] = relationship("LoanItem", order_by="LoanItem.id.desc()", viewonly=True)
    """Every time it was lent, the newest first."""

    @property
    def stand(self) -> Stand | None:
        return self.placement.stand if self.placement else None

    @property
    def code(self) -> str | None:
        return self.tag.code if self.tag else None

    @property
    def is_retired(self) -> bool:
        return self.state is SampleState.RETIRED

    @property
    def is_here(self) -> bool:
        return self.state is SampleState.HERE

    @property
    def is_away(self) -> bool:
        """Lent out and not back yet; it still belongs to its stand."""
        return self.loan_item is not None

    @property
    def can_be_lent(self) -> bool:
        return self.kind is SampleKind.SAMPLE and self.is_here and not self.is_away

    @property
    def can_be_taken_back(self) -> bool:
        """Retired less than ten minutes ago."""
        return self.retired_at is not None and utcnow() - self.retired_at < TAKE_BACK_WITHIN

    @classmethod
    def receive(cls, listing: Listing, site: Site, sku: Sku | None = None, **values: Any) -> Sample:
        """A new piece with a tag of its own, in the store room until it is placed."""
        sample = cls(listing=listing, site=site, sku=sku, **values)
        sample.tags = [Tag.new(site, sample)]
        db.session.add(sample)
        db.session.flush()
        index_listings([listing.id])
        return sample

    def place_on(self, stand: Stand | None, user_id: int | None = None, *, even_away: bool = False) -> Placement:
        """Ends the stay where it was and begins one on this stand (None: the store room).

        even_away: where it belongs moves although it is lent out, because the stand itself goes.
        """
        self.hold_for(stand)
        self.look_again()
        return self._begin_stay(stand, user_id, even_away)

    def move_to(self, stand: Stand | None, user_id: int | None = None) -> Move:
        """The same, unless it stands there already, also when a colleague was just faster."""
        self.hold_for(stand)
        self.look_again()
        before = self.placement
        if self.is_here and before is not None and before.stand_id == (stand.id if stand else None):
            return Move(None, before.stand, came=False)
        came = self.state is SampleState.EXPECTED
        return Move(self._begin_stay(stand, user_id), before.stand if before is not None else None, came)

    def _begin_stay(self, stand: Stand | None, user_id: int | None, even_away: bool = False) -> Placement:
        if self.is_retired:
            raise Refused("retired", _("This sample is retired. Take the retirement back first."))
        if not even_away:
            self._refuse_lent()
        if stand is not None and (stand.site_id != self.site_id or stand.closed_at is not None):
            raise Refused("no_such_stand", _("This stand is closed or stands at another site."))
        self.state = SampleState.HERE
        self.leave_stand()
        placement = Placement(sample_id=self.id, stand=stand, user_id=user_id)
        db.session.add(placement)
        db.session.flush()
        db.session.expire(self, ["placement", "placements"])
        return placement

    def hold(self) -> None:
        """Locks it until the commit: of two people the second waits here, then sees what the first did."""
        db.session.refresh(self, ["state", "retired_at", "retired_reason"], with_for_update=True)

    def hold_for(self, stand: Stand | None) -> None:
        """Locks the stand, then it: in the order of whoever closes a stand, so that nobody waits in a ring."""
        if stand is not None:
            db.session.refresh(stand, ["closed_at"], with_for_update=True)
        self.hold()

    def look_again(self) -> None:
        """Where it stands and who has it, now that it is held: both in one query, since each scan asks it."""
        both = sa.select(Placement, loans.Loan).select_from(Sample).outerjoin(Sample.placement).outerjoin(Sample.loan)
        found = both.where(Sample.id == self.id).options(joinedload(Placement.stand))
        placement, loan = db.session.execute(found).one()
        db.session.expire(self, ["loan_item"])
        set_committed_value(self, "placement", placement)
        set_committed_value(self, "loan", loan)

    def refuse_while_away(self) -> None:
        self.look_again()
        self._refuse_lent()

    def _refuse_lent(self) -> None:
        if self.loan is not None:
            raise Refused("away", _("Lent to %(name)s. Give it back first.", name=self.loan.borrower))

    def leave_stand(self) -> None:
        db.session.execute(
            sa.update(Placement)
            .where(Placement.sample_id == self.id, Placement.ended_at.is_(None))
            .values(ended_at=utcnow())
        )
        db.session.expire(self, ["placement"])

    def retire(self, reason: RetireReason) -> None:
        """Off the floor for good; its tag stays bound, so that a scan still finds similar samples."""
        self.hold()
        if self.is_retired:
            raise Refused("retired", _("This sample is retired already."))
        self.refuse_while_away()
        self.state, self.retired_reason, self.retired_at = SampleState.RETIRED, reason, utcnow()
        self.leave_stand()
        index_listings([self.listing_id])

    def hold_where_it_stood(self) -> Placement | None:
        """Locks the stand of its last stay, then it, as place_on does; answers that stay."""
        last = next((placement for placement in self.placements if placement.ended_at), None)
        self.hold_for(last.stand if last is not None else None)
        return last

    def take_retirement_back(self) -> None:
        """Within ten minutes: here again, where it stood."""
        last = self.hold_where_it_stood()
        if not self.can_be_taken_back:
            raise Refused("too_late", _("Only within ten minutes. Receive it as a new sample instead."))
        never_came = self.retired_reason is RetireReason.NEVER_CAME and self.expected_on is not None
        self.state = SampleState.EXPECTED if never_came else SampleState.HERE
        self.retired_reason, self.retired_at = None, None
        if not never_came and last is not None and last.stand is not None and last.stand.closed_at is None:
            self.look_again()
            self._begin_stay(last.stand, last.user_id)
        index_listings([self.listing_id])

    def take_placement_back(self, placement_id: int | None = None) -> None:
        """Within ten minutes: where it stood before, or expected again if it had not come yet.

        placement_id: only this stay is taken back, not a later one that somebody began since.
        """
        stood_on = self.placements[1].stand if len(self.placements) > 1 else None
        self.hold_for(stood_on)
        db.session.expire(self, ["placements"])
        now, before = (*self.placements, None, None)[:2]
        moved = before is not None and before.stand is not stood_on  # by somebody who was faster
        if moved or (placement_id is not None and (now is None or now.id != placement_id)):
            raise Refused("moved_since", _("It was moved again since. See where it stands now."))
        if now is None or now.ended_at is not None or utcnow() - now.placed_at > TAKE_BACK_WITHIN:
            raise Refused("too_late", _("Only within ten minutes. Place it again instead."))
        if before is not None or self.expected_on is None:
            self.look_again()
            self._begin_stay(stood_on, now.user_id)
            return
        self.refuse_while_away()
        # It never came, so it never stood anywhere.
        db.session.execute(sa.delete(Placement).where(Placement.id == now.id))
        self.state = SampleState.EXPECTED
        db.session.flush()
        db.session.expire(self, ["placement", "placements"])


class Move(NamedTuple):
    """The stay that begins, None where none did; where it stood before; was it awaited until now?"""

    stay: Placement | None
    before: Stand | None
    came: bool


class Placement(Model):
    """A stay of a sample on a stand, or in the store room where the stand is empty (上架记录)."""

    __tablename__ = "placements"
    __table_args__ = (
        sa.Index(
            "uq_placements_one_open",
            "sample_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    stand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stands.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    placed_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]

    sample: Mapped[Sample] = relationship(back_populates="placements")
    stand: Mapped[Stand | None] = relationship()


# What names a sample, and is named by it: known with it, before the first query is put together.
from selection_center.samples import deliveries as deliveries  # noqa: E402
from selection_center.samples import loans as loans  # noqa: E402
