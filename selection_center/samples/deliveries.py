"""What a factory has announced: a delivery, its lines, and the samples that are expected by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.search import index_listings
from selection_center.catalog.suppliers import Supplier
from selection_center.core.db import Model, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import TAKE_BACK_WITHIN, start_of_day, today
from selection_center.samples.models import RetireReason, Sample, SampleState
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite

MOST_PER_LINE, MOST_PIECES = 200, 500
"""Pieces of a line and of a whole delivery: more is a typing error, or several deliveries."""


def check_size(pieces: int, most: int = MOST_PIECES) -> None:
    if pieces > most:
        raise Refused(
            "too_many",
            _(
                "At most %(line)s pieces of one style and %(all)s on one delivery. Write a second delivery.",
                line=MOST_PER_LINE,
                all=MOST_PIECES,
            ),
        )


class Delivery(OfSite):
    """Samples that one factory has announced to one site (送样单). Open until somebody closes it.

    Each piece on its list is a sample that is expected, with a tag drawn for it. What is missing, what came beyond the
    list and whether it is overdue is computed from these samples, never stored.
    """

    __tablename__ = "deliveries"
    needs = Permission.HANDLE_SAMPLES

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    expected_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    supplier: Mapped[Supplier] = relationship()
    user: Mapped[User | None] = relationship()
    lines: Mapped[list[DeliveryLine]] = relationship(back_populates="delivery", order_by="DeliveryLine.id")

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_late(self) -> bool:
        """Its day has passed; it is overdue while pieces are missing."""
        return self.is_open and self.expected_on < today()

    @property
    def can_be_taken_back(self) -> bool:
        """Closed less than ten minutes ago."""
        return self.closed_at is not None and utcnow() - self.closed_at < TAKE_BACK_WITHIN

    def hold(self) -> None:
        """Locks it until the commit: whoever receives, lists or closes waits here, then sees what was done.

        Always before stands, samples and tags, so that nobody waits in a ring.
        """
        db.session.refresh(self, ["closed_at", "expected_on"], with_for_update=True)

    def hold_open(self) -> None:
        self.hold()
        if not self.is_open:
            raise Refused("closed", _("This delivery is closed. Open it again first."))

    def samples(self, *conditions: sa.ColumnElement[bool]) -> sa.Select[Sample]:
        """Its samples in the order of the list."""
        query = sa.select(Sample).join(DeliveryLine, DeliveryLine.id == Sample.delivery_line_id)
        return query.where(DeliveryLine.delivery_id == self.id, *conditions).order_by(DeliveryLine.id, Sample.id)

    @property
    def has_begun(self) -> bool:
        """Has any piece come, or been given up?"""
        begun = Sample.state != SampleState.EXPECTED
        return db.session.scalar(self.samples(begun).with_only_columns(Sample.id).limit(1)) is not None

    def hold_unbegun(self) -> None:
        """For changing the list: locked, open, and nothing has come yet."""
        self.hold_open()
        if self.has_begun:
            raise Refused("begun", _("Pieces have come already: the list stays. Take what is more in as surplus."))

    def postpone(self, expected_on: date, note: str) -> None:
        """Another day or note; what is still missing is expected on that day."""
        self.hold_open()
        self.expected_on, self.note = expected_on, note
        for sample in self.held(Sample.state == SampleState.EXPECTED):
            sample.expected_on = start_of_day(expected_on)
        db.session.flush()

    # --- its list -----------------------------------------------------------------------------------------------

    def line_of(self, listing: Listing, sku: Sku | None) -> DeliveryLine | None:
        """The line of this style; with no style, the line of the offer that names none."""
        query = sa.select(DeliveryLine).filter_by(delivery_id=self.id, listing_id=listing.id)
        query = query.where(DeliveryLine.sku_id == (sku.id if sku else None))
        return db.session.scalar(query.execution_options(populate_existing=True))

    def line_or_new(self, listing: Listing, sku: Sku | None) -> DeliveryLine:
        """A new one has no pieces yet. Call it while the delivery is held."""
        return self.line_of(listing, sku) or self._new_lines([(listing, sku)])[0]

    def _new_lines(self, named: Sequence[tuple[Listing, Sku | None]]) -> list[DeliveryLine]:
        foreign = next((listing for listing, _sku in named if listing.supplier_id != self.supplier_id), None)
        if foreign is not None:
            raise Refused("other_factory", _("%(name)s is not an offer of this factory.", name=foreign.label))
        lines = [
            DeliveryLine(delivery_id=self.id, listing_id=listing.id, sku_id=sku.id if sku else None, pieces=0)
            for listing, sku in named
        ]
        db.session.add_all(lines)
        db.session.flush()
        db.session.expire(self, ["lines"])
        return lines

    def add_all(self, wanted: Sequence[tuple[Listing, Sku | None, int]]) -> None:
        """So many more pieces of each are expected, each with a tag. Call it while the delivery is held."""
        check_size(self.pieces + sum(pieces for _listing, _sku, pieces in wanted))
        query = sa.select(DeliveryLine).filter_by(delivery_id=self.id).execution_options(populate_existing=True)
        lines = {(line.listing_id, line.sku_id): line for line in db.session.scalars(query)}
        named = {(listing.id, sku.id if sku else None): (listing, sku) for listing, sku, _pieces in wanted}
        new = [key for key in named if key not in lines]
        lines |= dict(zip(new, self._new_lines([named[key] for key in new]), strict=True))
        for listing, sku, pieces in wanted:
            line = lines[listing.id, sku.id if sku else None]
            line.pieces += pieces
            check_size(line.pieces, MOST_PER_LINE)
            db.session.add_all(line.new_samples(pieces))
        db.session.flush()
        index_listings({listing.id for listing, _sku, _pieces in wanted})

    @property
    def pieces(self) -> int:
        """How many are on the list."""
        return (
            db.session.scalar(
                sa.select(sa.func.coalesce(sa.func.sum(DeliveryLine.pieces), 0)).filter_by(delivery_id=self.id)
            )
            or 0
        )

    # --- its end ------------------------------------------------------------------------------------------------

    def close(self, give_up: bool) -> int:
        """No more is awaited. What is missing stays expected, or is given up; answers how many pieces were missing."""
        self.hold_open()
        self.closed_at = utcnow()
        missing = self.held(Sample.state == SampleState.EXPECTED)
        if give_up:
            for sample in missing:
                sample.state, sample.retired_reason = SampleState.RETIRED, RetireReason.NEVER_CAME
                sample.retired_at = self.closed_at
            index_listings({sample.listing_id for sample in missing})
        return len(missing)

    def reopen(self, may_take_back: bool = True) -> int:
        """At any time. Within ten minutes what was given up by closing it is expected again: answers how many.

        may_take_back: giving up is a manager's word, and so is taking it back.
        """
        self.hold()
        if self.is_open:
            raise Refused("open", _("This delivery is open already."))
        given_up: list[Sample] = []
        if self.can_be_taken_back and may_take_back:
            given_up = self.held(Sample.retired_reason == RetireReason.NEVER_CAME, Sample.retired_at == self.closed_at)
        for sample in given_up:
            sample.state, sample.retired_reason, sample.retired_at = SampleState.EXPECTED, None, None
        index_listings({sample.listing_id for sample in given_up})
        self.closed_at = None
        return len(given_up)

    def held(self, *conditions: sa.ColumnElement[bool]) -> list[Sample]:
        """Its samples of this kind, locked in the order of their numbers, as they are now."""
        ids = db.session.scalars(self.samples(*conditions).order_by(None).with_only_columns(Sample.id)).all()
        query = sa.select(Sample).where(Sample.id.in_(ids), *conditions).order_by(Sample.id).with_for_update()
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    def discard(self) -> None:
        """Throws it away while nothing stands on its list."""
        self.hold()
        if db.session.scalar(sa.select(DeliveryLine.id).filter_by(delivery_id=self.id).limit(1)) is not None:
            raise Refused("not_empty", _("Lines stand on its list. Close it instead, and give up what is missing."))
        db.session.delete(self)
        db.session.flush()


class DeliveryLine(Model):
    """So many pieces of one offer on a delivery's list, in one style or in any (送样明细).

    With 0 pieces it was not on the list: what came of it is surplus.
    """

    __tablename__ = "delivery_lines"
    __table_args__ = (
        sa.UniqueConstraint("delivery_id", "listing_id", "sku_id"),
        sa.Index(
            "uq_delivery_lines_any_style",
            "delivery_id",
            "listing_id",
            unique=True,
            sqlite_where=sa.text("sku_id IS NULL"),
            postgresql_where=sa.text("sku_id IS NULL"),
        ),
        sa.CheckConstraint("pieces >= 0", name="pieces_not_negative"),
    )

    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("deliveries.id"))
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    sku_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skus.id"))
    pieces: Mapped[int]

    delivery: Mapped[Delivery] = relationship(back_populates="lines")
    listing: Mapped[Listing] = relationship()
    sku: Mapped[Sku | None] = relationship()
    samples: Mapped[list[Sample]] = relationship(back_populates="delivery_line", order_by="Sample.id")

    @property
    def label(self) -> str:
        """The offer and, where it was said, the style."""
        return f"{self.listing.label} {self.sku.label}".strip() if self.sku is not None else self.listing.label

    def set_pieces(self, pieces: int) -> None:
        """Draws samples for what is more, withdraws what is less; 0 takes the line off the list."""
        check_size(pieces, MOST_PER_LINE)
        check_size(self.delivery.pieces - self.pieces + pieces)
        if pieces >= self.pieces:
            db.session.add_all(self.new_samples(pieces - self.pieces))
            db.session.flush()
        else:
            self.withdraw(self.pieces - pieces)
        index_listings([self.listing_id])
        self.pieces = pieces
        db.session.flush()
        if not pieces:
            db.session.delete(self)
            db.session.flush()
        db.session.expire(self.delivery, ["lines"])

    def new_samples(self, count: int) -> list[Sample]:
        """So many samples that are expected, each with a tag that can be printed before it comes."""
        site, due = self.delivery.site, start_of_day(self.delivery.expected_on)
        samples = [
            Sample(
                listing_id=self.listing_id, sku_id=self.sku_id, site=site, delivery_line=self,
                state=SampleState.EXPECTED, expected_on=due,
            )
            for _piece in range(count)
        ]  # fmt: skip
        for sample in samples:
            sample.tags = [Tag.new(site, sample)]
        return samples

    def drop_if_empty(self) -> None:
        """What was surplus alone and is taken back leaves nothing on the list."""
        db.session.expire(self, ["samples"])
        if self.pieces == 0 and not self.samples:
            db.session.delete(self)
            db.session.flush()
            db.session.expire(self.delivery, ["lines"])

    def withdraw(self, count: int) -> None:
        """The last ones of those that are expected are not any more."""
        waiting = self.delivery.held(Sample.delivery_line_id == self.id, Sample.state == SampleState.EXPECTED)
        for sample in waiting[-count:]:
            forget(sample)
        db.session.flush()
        db.session.expire(self, ["samples"])


def forget(sample: Sample) -> None:
    """A sample that was announced by mistake: gone with its tags where nothing names it, else it never came."""
    try:
        with db.session.begin_nested():
            db.session.execute(sa.delete(Tag).where(Tag.sample_id == sample.id))
            db.session.execute(sa.delete(Sample).where(Sample.id == sample.id))
    except sa.exc.IntegrityError:  # its label is printed, say
        sample.state, sample.retired_reason = SampleState.RETIRED, RetireReason.NEVER_CAME
        sample.retired_at, sample.delivery_line_id = utcnow(), None
        for tag in sample.tags:
            if tag.state is TagState.BOUND:
                tag.revoke()
