"""Sightings: who saw what at which stand while counting. Each is a fact; the newest of a sample counts."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core import audit
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import Model, Word, db, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.samples.models import Sample
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tags import Tag
from selection_center.sites.models import Stand


class SightingKind(enum.StrEnum):
    STAND = "stand"  # somebody stood there: the stand's own sign was scanned
    SCANNED = "scanned"
    TICKED = "ticked"  # by hand, where the label is torn
    PUT_BACK = "put_back"  # found elsewhere, and carried to where it belongs
    UNKNOWN = "unknown"  # a text that is no sample of this site, or a tag that hangs on none


class Sighting(Model):
    """Somebody saw something at a stand while counting (盘点记录). It counts until taken back or seen elsewhere."""

    __tablename__ = "sightings"
    __table_args__ = (
        sa.Index(
            "uq_sightings_one_counts",
            "stocktake_id",
            "sample_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_sightings_stand", "stocktake_id", "stand_id"),
        sa.Index("ix_sightings_stand_at", "stand_id", "at"),
        sa.CheckConstraint("kind IN ('stand', 'unknown') OR sample_id IS NOT NULL", name="seen_sample"),
        sa.CheckConstraint("kind <> 'unknown' OR text IS NOT NULL", name="unknown_has_text"),
    )

    stocktake_id: Mapped[int] = mapped_column(sa.ForeignKey("stocktakes.id"))
    kind: Mapped[SightingKind] = mapped_column(Word(SightingKind))
    stand_id: Mapped[int] = mapped_column(sa.ForeignKey("stands.id"))
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    tag_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tags.id"))
    text: Mapped[str | None] = mapped_column(sa.String(LONGEST_SCANNED))
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sightings.id"))
    """The sighting of the same sample that counted before."""
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    device: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]

    stocktake: Mapped[Stocktake] = relationship()
    stand: Mapped[Stand] = relationship()
    sample: Mapped[Sample | None] = relationship()
    tag: Mapped[Tag | None] = relationship()
    user: Mapped[User | None] = relationship()
    follows: Mapped[Sighting | None] = relationship(remote_side="Sighting.id")

    @property
    def counts(self) -> bool:
        return self.ended_at is None

    @property
    def is_outdated(self) -> bool:
        """Has the sample been placed elsewhere, lent or retired since?"""
        if self.sample is None:
            return False
        placement, loan, retired_at = self.sample.placement, self.sample.loan, self.sample.retired_at
        was_moved = placement is not None and placement.placed_at > self.at and placement.stand_id != self.stand_id
        was_lent = loan is not None and loan.at > self.at
        return was_moved or was_lent or (retired_at is not None and retired_at > self.at)

    @classmethod
    def visit(cls, count: Stocktake, stand: Stand, user_id: int | None) -> None:
        """Somebody stands before this stand: it was looked at, even when nothing stands on it."""
        hold_for(count, stand)
        seen = sa.select(cls.id).filter_by(stocktake_id=count.id, stand_id=stand.id, user_id=user_id, ended_at=None)
        if db.session.scalar(seen.limit(1)) is None:
            cls._add(count, SightingKind.STAND, stand, user_id)

    @classmethod
    def see(
        cls,
        count: Stocktake,
        sample: Sample,
        stand: Stand,
        user_id: int | None,
        kind: SightingKind = SightingKind.SCANNED,
        tag: Tag | None = None,
    ) -> tuple[Sighting, bool]:
        """The sighting that counts, and whether it is new: the same stand again changes nothing, another one does."""
        hold_for(count, stand)
        before = cls.that_counts(count, sample)
        if before is not None and before.stand_id == stand.id and not before.is_outdated:
            return before, False
        if before is not None:
            before.ended_at = utcnow()
            db.session.flush()
        return cls._add(count, kind, stand, user_id, sample=sample, tag=tag, follows=before), True

    @classmethod
    def note_unknown(
        cls, count: Stocktake, text: str, stand: Stand, user_id: int | None, tag: Tag | None = None
    ) -> tuple[Sighting, bool]:
        """Keeps a text that is no sample of ours, once for each stand."""
        hold_for(count, stand)
        text = text[:LONGEST_SCANNED]
        same = sa.select(cls).filter_by(
            stocktake_id=count.id, kind=SightingKind.UNKNOWN, stand_id=stand.id, text=text, ended_at=None
        )
        before = db.session.scalar(same.limit(1))
        if before is not None:
            return before, False
        return cls._add(count, SightingKind.UNKNOWN, stand, user_id, text=text, tag=tag), True

    @classmethod
    def that_counts(cls, count: Stocktake, sample: Sample) -> Sighting | None:
        return db.session.scalar(
            sa.select(cls)
            .filter_by(stocktake_id=count.id, sample_id=sample.id, ended_at=None)
            .execution_options(populate_existing=True)
        )

    @classmethod
    def _add(cls, count: Stocktake, kind: SightingKind, stand: Stand, user_id: int | None, **values: Any) -> Sighting:
        device = audit.current_actor().device
        sighting = cls(stocktake=count, kind=kind, stand=stand, user_id=user_id, device=device, **values)
        db.session.add(sighting)
        db.session.flush()
        return sighting

    def take_back(self) -> None:
        """As if it had not been seen there; what counted before counts again."""
        self.stocktake.hold_running()
        self.refuse_ended()
        self.ended_at = utcnow()
        db.session.flush()
        if self.follows is not None:
            self.follows.ended_at = None
            db.session.flush()

    def put_back(self, user_id: int | None) -> Sighting:
        """It was carried to the stand where it belongs, and counts there."""
        self.stocktake.hold_running()
        self.refuse_ended()
        home = self.sample.stand if self.sample is not None else None
        if self.sample is None or home is None:
            raise Refused("no_stand", _("It belongs on no stand. Place it where it is."))
        if self.stocktake.covers(home):
            return Sighting.see(self.stocktake, self.sample, home, user_id, SightingKind.PUT_BACK)[0]
        self.take_back()  # its home is not counted here: it is gone from where it was seen
        return self

    def place_here(self, user_id: int | None) -> None:
        """From now on it belongs where it was seen."""
        self.refuse_ended()
        if self.sample is None:
            raise Refused("no_sample", _("This is no sample of this center."))
        before = self.sample.stand
        self.sample.place_on(self.stand, user_id)
        audit.record(
            "sample_placed",
            self.sample,
            stand=self.stand.address,
            before=before.address if before else None,
            stocktake=self.stocktake_id,
        )

    def refuse_ended(self) -> None:
        db.session.refresh(self, ["ended_at"])
        if not self.counts:
            raise Refused("counts_no_more", _("This was taken back already, or seen elsewhere since."))

    @property
    def site_id(self) -> int:
        return self.stocktake.site_id

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_SAMPLES) -> sa.Select[Self]:
        query = sa.select(cls).join(Stocktake, Stocktake.id == cls.stocktake_id)
        return within(query, Stocktake.site_id, user.site_ids(permission))


def hold_for(count: Stocktake, stand: Stand) -> None:
    """Of several tablets one after the other; refuses a count that is over, and a stand outside of it."""
    count.hold_running()
    count.refuse_outside(stand)
