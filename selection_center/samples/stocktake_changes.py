"""What a manager's word does with the differences of a closed count: in one step, once, each change a row."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core import audit
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.samples import stands
from selection_center.samples.models import RetireReason, Sample
from selection_center.samples.queries import SHOWN
from selection_center.samples.stocktake_results import Kind, Result, Why, differences
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


def choices_for(result: Result) -> tuple[Change, ...]:
    """What may be done with this difference, the usual first; nothing where its own story comes first."""
    if result.kind is Kind.MISSING:
        return (Change.LOST, Change.STORE_ROOM)
    if result.kind is Kind.UNEXPECTED and result.why in (Why.LENT, Why.RETIRED):
        return ()
    if result.kind in (Kind.WRONG_PLACE, Kind.UNEXPECTED):
        return (Change.PLACED, Change.STORE_ROOM)
    return ()


def usual(result: Result) -> Change | None:
    """What is ticked at first: what was seen moves, what is missing stays."""
    return Change.PLACED if Change.PLACED in choices_for(result) else None


def apply(count: Stocktake, chosen: Mapping[int, Change], user: User) -> list[StocktakeChange]:
    """Settles the chosen differences, by the ids of their samples. Once: whoever comes second hears who was first."""
    count.hold()
    if count.state is StocktakeState.APPLIED:
        name = count.applied_by.name if count.applied_by else ""
        raise Refused("applied", _("%(name)s applied this count already.", name=name))
    if count.state is not StocktakeState.CLOSED:
        raise Refused("not_closed", _("Close the count first."))
    results = [result for result in differences(count) if chosen.get(result.sample.id) in choices_for(result)]
    hold_stands(results)
    changes = [settle(result, chosen[result.sample.id], user) for result in sorted(results, key=by_sample)]
    for change in changes:
        change.stocktake_id = count.id
    db.session.add_all(changes)
    count.applied_at, count.applied_by_id = utcnow(), user.id
    db.session.flush()
    return changes


def hold_stands(results: list[Result]) -> None:
    """All of them before the first sample, as whoever places one sample does; and whether they are still open."""
    seen = {result.seen.id: result.seen for result in results if result.seen is not None}
    stands.hold(seen.values())
    for stand in seen.values():
        db.session.expire(stand, ["closed_at"])


def by_sample(result: Result) -> int:
    return result.sample.id


def settle(result: Result, change: Change, user: User) -> StocktakeChange:
    sample = result.sample
    sample.hold()
    db.session.expire(sample, ["placement", "loan", "loan_item"])
    to = result.seen if change is Change.PLACED else None
    made = StocktakeChange(sample_id=sample.id, change=change, before=sample.stand, to=to)
    made.skipped = why_not(result, to)
    if made.skipped is None:
        carry_out(sample, change, to, user, result.stocktake_id)
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


def carry_out(sample: Sample, change: Change, to: Stand | None, user: User, stocktake_id: int) -> None:
    before = sample.stand.address if sample.stand else None
    if change is Change.LOST:
        sample.retire(RetireReason.LOST)
        audit.record("sample_retired", sample, reason=RetireReason.LOST.value, before=before, stocktake=stocktake_id)
    else:
        sample.place_on(to, user.id)
        stand = to.address if to is not None else None
        audit.record("sample_placed", sample, stand=stand, before=before, stocktake=stocktake_id)


def changes_of(count: Stocktake) -> sa.Select[Any]:
    """What was done, in the order of samples."""
    shown = joinedload(StocktakeChange.sample).options(*SHOWN)
    query = sa.select(StocktakeChange).filter_by(stocktake_id=count.id).order_by(StocktakeChange.id)
    return query.options(shown, joinedload(StocktakeChange.before), joinedload(StocktakeChange.to))
