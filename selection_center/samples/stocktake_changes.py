"""What a manager's word does with the differences of a closed count: in one step, once, each change a row."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.search import index_listings
from selection_center.core import audit
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.samples import stands
from selection_center.samples.models import Placement, RetireReason, Sample, SampleState
from selection_center.samples.queries import SHOWN
from selection_center.samples.stocktake_results import Found, Kind, Result, Why, differences
from selection_center.samples.stocktakes import Stocktake, StocktakeState
from selection_center.sites.models import Stand


class Change(enum.StrEnum):
    PLACED = "placed"  # where it was seen
    STORE_ROOM = "store_room"
    LOST = "lost"  # retired as lost


class Skipped(enum.StrEnum):
    """Why a change was not made: somebody was faster, and knew better."""

    MOVED = "moved"
    RETIRED = "retired"
    LENT = "lent"
    STAND_CLOSED = "stand_closed"


class StocktakeChange(Model):
    """One difference that was settled, or that could not be (盘点调整). Who and when: of the count itself."""

    __tablename__ = "stocktake_changes"
    __table_args__ = (sa.UniqueConstraint("stocktake_id", "sample_id"),)

    stocktake_id: Mapped[int] = mapped_column(sa.ForeignKey("stocktakes.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"))
    change: Mapped[Change] = mapped_column(Word(Change))
    before_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stands.id"))
    to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stands.id"))
    skipped: Mapped[Skipped | None] = mapped_column(Word(Skipped))

    sample: Mapped[Sample] = relationship()
    before: Mapped[Stand | None] = relationship(foreign_keys=before_id)
    to: Mapped[Stand | None] = relationship(foreign_keys=to_id)


def choices_for(result: Result | Found) -> tuple[Change, ...]:
    """What may be done with this difference, the usual first; nothing where its own story comes first."""
    if result.kind is Kind.MISSING:
        return (Change.LOST, Change.STORE_ROOM)
    if result.kind is Kind.UNEXPECTED and result.why in (Why.LENT, Why.RETIRED):
        return ()
    if result.kind in (Kind.WRONG_PLACE, Kind.UNEXPECTED):
        return (Change.PLACED, Change.STORE_ROOM)
    return ()


def usual(result: Result | Found) -> Change | None:
    """What is ticked at first: what was seen moves, what is missing stays."""
    return Change.PLACED if Change.PLACED in choices_for(result) else None


def usual_choices(found: Iterable[Found]) -> dict[int, Change]:
    """By sample, what is ticked at first."""
    return {each.sample_id: change for each in found if (change := usual(each)) is not None}


def apply(count: Stocktake, chosen: Mapping[int, Change], user: User) -> list[StocktakeChange]:
    """Settles the chosen differences, by the ids of their samples. Once: whoever comes second hears who was first."""
    count.hold()
    if count.state is StocktakeState.APPLIED:
        name = count.applied_by.name if count.applied_by else ""
        raise Refused("applied", _("%(name)s applied this count already.", name=name))
    if count.state is not StocktakeState.CLOSED:
        raise Refused("not_closed", _("Close the count first."))
    results = [result for result in differences(count) if chosen.get(result.sample.id) in choices_for(result)]
    results.sort(key=lambda result: result.sample.id)
    hold_stands(results)
    hold_samples([result.sample.id for result in results])
    changes = [decided(result, chosen[result.sample.id]) for result in results]
    carry_out([change for change in changes if change.skipped is None], user)
    count.applied_at, count.applied_by_id = utcnow(), user.id
    db.session.flush()
    return changes


def hold_stands(results: list[Result]) -> None:
    """All of them before the first sample, as whoever places one sample does; and whether they are still open."""
    seen = {result.seen.id: result.seen for result in results if result.seen is not None}
    stands.hold(seen.values())
    for stand in seen.values():
        db.session.expire(stand, ["closed_at"])


def hold_samples(ids: list[int]) -> None:
    """Locks them in order, and reads anew where they are by now."""
    db.session.execute(sa.select(Sample.id).where(Sample.id.in_(ids)).order_by(Sample.id).with_for_update())
    fresh = sa.select(Sample).where(Sample.id.in_(ids)).options(*SHOWN, joinedload(Sample.loan))
    db.session.scalars(fresh.execution_options(populate_existing=True)).unique().all()


def decided(result: Result, change: Change) -> StocktakeChange:
    """The row that says what is done, or why not."""
    to = result.seen if change is Change.PLACED else None
    made = StocktakeChange(
        stocktake_id=result.stocktake_id, sample=result.sample, change=change, before=result.sample.stand, to=to
    )
    made.skipped = why_not(result, to)
    db.session.add(made)
    return made


def why_not(result: Result, to: Stand | None) -> Skipped | None:
    """What happened to the sample since the count was closed."""
    sample = result.sample
    if sample.is_retired:
        return Skipped.RETIRED
    if sample.loan is not None:
        return Skipped.LENT
    now = sample.placement.id if sample.placement is not None else None
    if now != result.placement_id:
        return Skipped.MOVED
    return Skipped.STAND_CLOSED if to is not None and not to.is_open else None


def carry_out(changes: list[StocktakeChange], user: User) -> None:
    """What `Sample.place_on` and `Sample.retire` do to one, done to all in a few statements: there may be thousands."""
    now = utcnow()
    lost = [change.sample for change in changes if change.change is Change.LOST]
    placed = [change for change in changes if change.change is not Change.LOST]
    leave_stands([change.sample.id for change in changes], now)
    stays = [
        {"sample_id": one.sample.id, "stand_id": one.to.id if one.to else None, "user_id": user.id, "placed_at": now}
        for one in placed
    ]
    if stays:
        db.session.execute(sa.insert(Placement), stays)
    set_states([one.sample.id for one in placed], state=SampleState.HERE)
    retired = {"retired_reason": RetireReason.LOST, "retired_at": now}
    set_states([sample.id for sample in lost], state=SampleState.RETIRED, **retired)
    index_listings(sorted({sample.listing_id for sample in lost}))
    for change in changes:
        record(change)
    db.session.flush()  # first: what is expired would be read again, one by one
    for change in changes:
        db.session.expire(change.sample)


def leave_stands(ids: list[int], now: datetime) -> None:
    ended = sa.update(Placement).where(Placement.sample_id.in_(ids), Placement.ended_at.is_(None)).values(ended_at=now)
    db.session.execute(ended, execution_options={"synchronize_session": False})


def set_states(ids: list[int], **values: Any) -> None:
    changed = sa.update(Sample).where(Sample.id.in_(ids)).values(values)
    db.session.execute(changed, execution_options={"synchronize_session": False})


def record(change: StocktakeChange) -> None:
    before = change.before.address if change.before is not None else None
    if change.change is Change.LOST:
        reason = RetireReason.LOST.value
        audit.record("sample_retired", change.sample, reason=reason, before=before, stocktake=change.stocktake_id)
    else:
        stand = change.to.address if change.to is not None else None
        audit.record("sample_placed", change.sample, stand=stand, before=before, stocktake=change.stocktake_id)


def changes_of(count: Stocktake) -> sa.Select[Any]:
    """What was done, in the order of samples."""
    shown = joinedload(StocktakeChange.sample).options(*SHOWN)
    query = sa.select(StocktakeChange).filter_by(stocktake_id=count.id).order_by(StocktakeChange.id)
    return query.options(shown, joinedload(StocktakeChange.before), joinedload(StocktakeChange.to))
