"""Part-used sheets that wait for the next print.

What is gone from one is counted from the runs that took of it, so a run that failed or was stopped took nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.core.job_runs import OPEN
from selection_center.printing.media import Medium
from selection_center.printing.models import BegunSheet, PrintedItem, PrintRun, PrintState
from selection_center.printing.own_layouts import layout_of
from selection_center.printing.own_media import medium_of
from selection_center.sites.models import Site

AT_WORK = (PrintState.WAITING, PrintState.RUNNING)


@dataclass(frozen=True)
class Begun:
    """A sheet as it is now. spent: the cells that are gone, those of runs still at work included."""

    sheet: BegunSheet
    medium: Medium
    spent: frozenset[int]

    @property
    def left(self) -> int:
        return len(self.medium.free(self.spent))


def begun(sheet: BegunSheet, but: PrintRun | None = None) -> Begun:
    """`but`: a run whose own cells do not count."""
    return all_begun([sheet], but)[0]


def all_begun(sheets: Collection[BegunSheet], but: PrintRun | None = None) -> list[Begun]:
    """Each as it is now, in three queries however many they are."""
    runs = [run for run in runs_on(sheets) if run is not but]
    printed, wanted = cells_printed(runs), items_wanted(runs)
    found = []
    for sheet in sheets:
        medium, gone = medium_of(sheet.medium), set(sheet.used)
        for run in runs:
            if run.sheet_id == sheet.id:
                gone |= {*run.used, *(printed.get(run.id) or medium.free(run.used)[: wanted.get(run.id, 0)])}
        found.append(Begun(sheet, medium, frozenset(gone)))
    return found


def runs_on(sheets: Collection[BegunSheet]) -> list[PrintRun]:
    """Those that took of them, or will: what is neither ready nor has a job that is still open took nothing."""
    open_keys = sa.select(jobs.JobRun.key).where(jobs.JobRun.state.in_(OPEN))
    key = sa.literal("print-") + sa.cast(PrintRun.id, sa.String)
    will = sa.and_(PrintRun.state.in_(AT_WORK), sa.or_(key.in_(open_keys), key.not_in(sa.select(jobs.JobRun.key))))
    of_these = PrintRun.sheet_id.in_([sheet.id for sheet in sheets])
    query = sa.select(PrintRun).where(of_these, sa.or_(PrintRun.state == PrintState.READY, will))
    return list(db.session.scalars(query.order_by(PrintRun.id)))


def cells_printed(runs: Collection[PrintRun]) -> dict[int, set[int]]:
    """By run, the cells of its first page, where they are known."""
    query = sa.select(PrintedItem.run_id, PrintedItem.position).where(
        PrintedItem.run_id.in_([run.id for run in runs]), PrintedItem.page == 1
    )
    found: dict[int, set[int]] = defaultdict(set)
    for run_id, position in db.session.execute(query):
        if position is not None:
            found[run_id].add(position)
    return found


def items_wanted(runs: Collection[PrintRun]) -> dict[int, int]:
    """By run that is still at work, how many items it will set."""
    at_work = [run.id for run in runs if run.state is not PrintState.READY]
    query = sa.select(PrintedItem.run_id, sa.func.count()).where(PrintedItem.run_id.in_(at_work))
    return dict(db.session.execute(query.group_by(PrintedItem.run_id)).all())


def begun_at(site: Site, media: Iterable[str] | None = None) -> list[Begun]:
    """Those with cells left, the oldest first; of these media, or of all."""
    query = sa.select(BegunSheet).filter_by(site_id=site.id, ended_at=None).order_by(BegunSheet.id)
    if media is not None:
        query = query.where(BegunSheet.medium.in_(list(media)))
    return [known for known in all_begun(db.session.scalars(query).all()) if known.left]


def hold(sheet: BegunSheet, but: PrintRun | None = None) -> frozenset[int]:
    """What is gone of it by now; until the end of the transaction no other run takes of it."""
    db.session.refresh(sheet, with_for_update=True)
    known = begun(sheet, but)
    return frozenset(range(1, known.medium.cells + 1)) if sheet.ended_at else known.spent


def settle(run: PrintRun) -> None:
    """Before its cells are given out: others may have taken some while it was stopped. Without any it begins a new
    sheet."""
    if run.sheet is None:
        return
    gone = set(run.used) | hold(run.sheet, but=run)
    if medium_of(run.medium).free(gone):
        run.used = sorted(gone)
    else:
        run.sheet, run.used = None, []


def keep_rest(run: PrintRun) -> None:
    """Once a run is ready: the sheet that it leaves with cells free waits for the next one."""
    if not layout_of(run.layout).is_of_cells:
        return
    if run.sheet is not None:
        end_when_full(run.sheet)
        if run.pages == 1:
            return
    gone = {item.position for item in run.items if item.page == run.pages and item.position is not None}
    gone |= set(run.used) if run.pages == 1 else set()
    if medium_of(run.medium).free(gone):
        db.session.add(BegunSheet(site_id=run.site_id, medium=run.medium, name=run.rest_name, used=sorted(gone)))


def end_when_full(sheet: BegunSheet) -> None:
    """Not while a run that could still fail has cells of it."""
    if not begun(sheet).left and all(run.state is PrintState.READY for run in runs_on([sheet])):
        sheet.ended_at = utcnow()
