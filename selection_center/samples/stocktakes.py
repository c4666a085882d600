"""Stocktakes: what is counted, by whom, and what should be there (盘点). What comes of it is computed, never stored."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, db, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.i18n import in_language
from selection_center.core.permissions import Permission
from selection_center.samples.models import Placement
from selection_center.sites.models import Bay, Site, Stand, Zone


class StocktakeState(enum.StrEnum):
    """Computed from the dates."""

    RUNNING = "running"
    CLOSED = "closed"  # waits for a manager's word
    APPLIED = "applied"
    CANCELLED = "cancelled"


class Stocktake(Model):
    """One count of what stands on a stand, in a zone or at a whole site (盘点). The store room is not counted."""

    __tablename__ = "stocktakes"
    __table_args__ = (
        sa.CheckConstraint("zone_id IS NULL OR stand_id IS NULL", name="one_scope"),
        sa.CheckConstraint("applied_at IS NULL OR closed_at IS NOT NULL", name="applied_was_closed"),
        sa.CheckConstraint("applied_at IS NULL OR cancelled_at IS NULL", name="applied_or_cancelled"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    zone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("zones.id"))
    stand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stands.id"))
    """Neither: the whole site."""
    is_blind: Mapped[bool] = mapped_column(default=False)
    """Whoever counts is not told what should be there (盲盘)."""
    begun_at: Mapped[datetime] = mapped_column(default=utcnow)
    begun_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    site: Mapped[Site] = relationship()
    zone: Mapped[Zone | None] = relationship()
    stand: Mapped[Stand | None] = relationship()
    begun_by: Mapped[User | None] = relationship(foreign_keys=begun_by_id)
    closed_by: Mapped[User | None] = relationship(foreign_keys=closed_by_id)
    applied_by: Mapped[User | None] = relationship(foreign_keys=applied_by_id)
    cancelled_by: Mapped[User | None] = relationship(foreign_keys=cancelled_by_id)

    @property
    def state(self) -> StocktakeState:
        if self.cancelled_at is not None:
            return StocktakeState.CANCELLED
        if self.applied_at is not None:
            return StocktakeState.APPLIED
        return StocktakeState.CLOSED if self.closed_at is not None else StocktakeState.RUNNING

    @property
    def is_running(self) -> bool:
        return self.state is StocktakeState.RUNNING

    @property
    def address(self) -> str:
        """Of the stand or zone that is counted; nothing for a whole site."""
        place = self.stand or self.zone
        return place.address if place is not None else ""

    @property
    def scope_words(self) -> str:
        if self.stand is not None:
            return str(_("Stand %(stand)s", stand=self.stand.address))
        if self.zone is not None:
            letter, name, name_en = self.zone.letter, self.zone.name, self.zone.name_en or self.zone.name
            return str(_("Zone %(zone)s", zone=in_language(f"{letter} {name}".strip(), f"{letter} {name_en}".strip())))
        return str(_("Whole site"))

    @classmethod
    def begin(
        cls, site: Site, user_id: int | None, zone: Zone | None = None, stand: Stand | None = None, blind: bool = False
    ) -> Stocktake:
        """A new count, with what the placements say now frozen as expected."""
        db.session.refresh(site, ["closed_at"], with_for_update={"key_share": True})
        count = cls(site=site, zone=zone, stand=stand, is_blind=blind, begun_by_id=user_id, begun_at=utcnow())
        with db.session.no_autoflush:
            count.refuse_second()
        db.session.add(count)
        db.session.flush()
        count.freeze()
        return count

    def refuse_second(self) -> None:
        """Two running counts of one stand would share its sightings out between them."""
        running = sa.select(Stocktake).where(
            Stocktake.site_id == self.site.id, Stocktake.closed_at.is_(None), Stocktake.cancelled_at.is_(None)
        )
        for other in db.session.scalars(running):
            if other.overlaps(self):
                raise Refused(
                    "count_running", _("%(scope)s is being counted already. Join in.", scope=other.scope_words)
                )

    def overlaps(self, other: Stocktake) -> bool:
        if self.stand is not None:
            return other.covers(self.stand)
        if other.stand is not None:
            return self.covers(other.stand)
        return self.zone is None or other.zone is None or self.zone.id == other.zone.id

    def covers(self, stand: Stand) -> bool:
        """Is this stand part of the count?"""
        if stand.site_id != self.site.id:
            return False
        if self.stand is not None:
            return self.stand.id == stand.id
        return self.zone is None or self.zone.id == stand.bay.zone_id

    def stand_ids(self) -> sa.Select[Any]:
        """Ids of all stands of the scope."""
        query = sa.select(Stand.id).join(Bay, Bay.id == Stand.bay_id).where(Stand.site_id == self.site_id)
        if self.stand_id is not None:
            return query.where(Stand.id == self.stand_id)
        return query.where(Bay.zone_id == self.zone_id) if self.zone_id is not None else query

    def refuse_outside(self, stand: Stand) -> None:
        if not self.covers(stand):
            raise Refused("not_in_count", _("%(stand)s is not part of this count.", stand=stand.address))

    def freeze(self) -> None:
        """Keeps the placements of this moment as what is expected.

        Rows, not a sum over the history of placements: the report stays as it is when stands get other zones, and
        what moved since is seen at once, because its placement is another one.
        """
        standing = sa.select(sa.literal(self.id), Placement.id, Placement.sample_id, Placement.stand_id).where(
            Placement.ended_at.is_(None), Placement.stand_id.in_(self.stand_ids())
        )
        columns = ["stocktake_id", "placement_id", "sample_id", "stand_id"]
        db.session.execute(sa.insert(StocktakeExpected).from_select(columns, standing))

    def hold(self) -> None:
        """Locks it until the commit: whoever counts, closes or applies does so one after the other.

        Always before stands and samples, which are locked in that order elsewhere, so that nobody waits in a ring.
        """
        dates = ["closed_at", "applied_at", "applied_by_id", "cancelled_at"]
        db.session.refresh(self, dates, with_for_update=True)

    def hold_running(self) -> None:
        self.hold()
        if self.state is StocktakeState.CLOSED:
            raise Refused("count_closed", _("This count is closed. Open it again to count on."))
        if not self.is_running:
            raise Refused("count_over", _("This count is over. Begin a new one."))

    def close(self, user_id: int | None) -> None:
        """Nothing is counted any more; what differs waits for a manager's word."""
        self.hold_running()
        self.closed_at, self.closed_by_id = utcnow(), user_id
        db.session.flush()

    def reopen(self) -> None:
        """Back to counting, until it is applied."""
        db.session.refresh(self.site, ["closed_at"], with_for_update={"key_share": True})  # as begin does
        self.hold()
        if self.state is not StocktakeState.CLOSED:
            raise Refused("not_closed", _("Only a closed count that is not applied yet can be opened again."))
        others = sa.select(Stocktake).where(
            Stocktake.site_id == self.site_id, Stocktake.begun_at > self.begun_at, Stocktake.cancelled_at.is_(None)
        )
        if any(other.overlaps(self) for other in db.session.scalars(others)):
            raise Refused("counted_since", _("This was counted anew since. Only the newest count can go on."))
        self.closed_at = self.closed_by_id = None
        db.session.flush()

    def cancel(self, user_id: int | None) -> None:
        """Nothing comes of it; what was seen stays on record."""
        self.hold()
        if self.state in (StocktakeState.APPLIED, StocktakeState.CANCELLED):
            raise Refused("count_over", _("This count is over. Begin a new one."))
        self.cancelled_at, self.cancelled_by_id = utcnow(), user_id
        db.session.flush()

    @classmethod
    def to_apply_at(cls, site: Site) -> sa.Select[Self]:
        """Closed counts that wait for a manager's word, newest first."""
        query = sa.select(cls).where(
            cls.site_id == site.id, cls.closed_at.is_not(None), cls.applied_at.is_(None), cls.cancelled_at.is_(None)
        )
        return query.order_by(cls.id.desc())

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_SAMPLES) -> sa.Select[Self]:
        query = within(sa.select(cls), cls.site_id, user.site_ids(permission))
        return query.options(joinedload(cls.site), joinedload(cls.zone), joinedload(cls.stand))


class StocktakeExpected(Model):
    """A sample that stood in the scope when the count began, by the placement that said so (应盘)."""

    __tablename__ = "stocktake_expected"
    __table_args__ = (
        sa.UniqueConstraint("stocktake_id", "sample_id"),
        sa.Index("ix_stocktake_expected_stand", "stocktake_id", "stand_id"),
    )

    stocktake_id: Mapped[int] = mapped_column(sa.ForeignKey("stocktakes.id"))
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placements.id", ondelete="CASCADE"))
    """A first placing that is taken back vanishes, and with it what it let expect."""
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"))
    stand_id: Mapped[int] = mapped_column(sa.ForeignKey("stands.id"))
