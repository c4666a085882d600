"""Count: scan the stand, then whatever stands on it. Several people and tablets may work on one count."""

from dataclasses import replace

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.catalog.queries import number
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key, Outcome, Plate
from selection_center.floor.counting import Counted
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.things import StandThing
from selection_center.samples import stocktake_totals
from selection_center.samples.queries import stand_named
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktake_results import Kind, Result, at_stand
from selection_center.samples.stocktake_totals import StandRow
from selection_center.samples.stocktakes import Stocktake
from selection_center.sites.models import Site, Stand

MOST_TO_DO = 12
"""Of the stands that wait, so many are shown, the nearest first."""


class Count(Task):
    name = "count"
    permission = Permission.HANDLE_SAMPLES
    icon = "list-check"

    def title(self) -> str:
        return str(_("Count samples"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        """The count that is asked for, or the only one that runs; without any the page to begin one."""
        count = count_in(site, context) or only_running(site)
        if count is None:
            abort(redirect(url_for("stocktakes.index", slug=site.slug)))
        page = url_for("stocktakes.show", stocktake_id=count.id)
        if not count.is_running:
            abort(redirect(page))
        stand = stand_in(count, context)
        return Opening(
            heading=_("Count: %(scope)s", scope=count.scope_words),
            context={"stocktake": str(count.id)} | ({"stand": stand.code} if stand else {}),
            place=stand.address if stand else "",
            progress=None if count.is_blind else stocktake_totals.progress(count),
            hint=_("Scan the stand first, then what stands on it."),
            back=page,
            finish=Key(_("Finish counting"), page, method="get"),
        )

    def answer(self, scan: Scan) -> Answer:
        count = count_in(scan.site, scan.context)
        if count is None:
            raise Refused("no_count", _("Choose a count first, or begin a new one."))
        count.hold_running()
        if isinstance(scan.thing, StandThing):
            said = at_the_stand(count, scan.thing.stand, scan)
        else:
            stand = stand_in(count, scan.context)
            if stand is None:
                raise Refused("stand_first", _("Scan the stand first, then what stands on it."))
            said = Counted(count, stand, scan).answer()
        done = None if count.is_blind else stocktake_totals.progress(count)
        return replace(said, progress=done, panel=True)

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        """What should be at the stand, what was seen there, which stands are next, and who else counts."""
        count = count_in(site, context)
        if count is None:
            return None
        stand = stand_in(count, context)
        results = at_stand(count, stand) if stand is not None else []
        rows = stocktake_totals.stand_rows(count)
        return render_template(
            "stocktakes/_panel.html",
            count=count,
            stand=stand,
            seen=[result for result in results if result.seen is stand],
            missing=[result for result in results if is_waited_for(count, result)],
            todo=to_do(count, rows, stand),
            done=sum(is_done(count, row) for row in rows),
            total=len(rows),
            counters=stocktake_totals.counters(count),
        )


def count_in(site: Site, context: dict[str, str]) -> Stocktake | None:
    """The count of this context; 404 for one that this person cannot reach."""
    if not context.get("stocktake"):
        return None
    reachable = Stocktake.reachable_by(current_user).where(Stocktake.site_id == site.id)
    found = db.session.scalar(reachable.where(Stocktake.id == (number(context["stocktake"]) or 0)))
    return found or abort(404)


def only_running(site: Site) -> Stocktake | None:
    """The one count that runs at the site; nothing where there is none, or where one has to choose."""
    running = Stocktake.reachable_by(current_user).where(
        Stocktake.site_id == site.id, Stocktake.closed_at.is_(None), Stocktake.cancelled_at.is_(None)
    )
    found = db.session.scalars(running.limit(2)).all()
    return found[0] if len(found) == 1 else None


def stand_in(count: Stocktake, context: dict[str, str]) -> Stand | None:
    """Where the person stands: the stand scanned last, or the only one that is counted."""
    if count.stand is not None:
        return count.stand
    stand = stand_named(count.site, context["stand"]) if context.get("stand") else None
    return stand if stand is not None and count.covers(stand) else None


def at_the_stand(count: Stocktake, stand: Stand, scan: Scan) -> Answer:
    plates = (Plate(stand.address),)
    if not count.covers(stand):
        reason = _("This count is of %(scope)s.", scope=count.scope_words)
        return Answer(outcome=Outcome.REFUSED, word=_("Not in this count"), reason=reason, plates=plates)
    Sighting.visit(count, stand, scan.user.id)
    same = scan.context.get("stand") == stand.code
    return Answer(
        outcome=Outcome.ALREADY if same else Outcome.DONE,
        word=_("Same stand") if same else _("Count here"),
        reason=_("Now scan what stands here.") if count.is_blind else expected_words(count, stand),
        plates=plates,
        href=url_for("stands.show", stand_id=stand.id),
        context={"stand": stand.code},
        place=stand.address,
        counts=False,
    )


def expected_words(count: Stocktake, stand: Stand) -> str:
    results = [result for result in at_stand(count, stand) if result.expected is stand and result.kind is not Kind.LENT]
    waiting = sum(result.kind is Kind.MISSING for result in results)
    if not results:
        return str(_("Nothing should stand here."))
    if not waiting:
        return str(_("Everything that should be here is settled."))
    return str(
        ngettext("%(num)s sample should be found here.", "%(num)s samples should be found here.", waiting)
    )  # fmt: skip


def is_waited_for(count: Stocktake, result: Result) -> bool:
    """Should be here and was not seen yet: in a blind count nobody is told."""
    return result.kind is Kind.MISSING and not count.is_blind


def is_done(count: Stocktake, row: StandRow) -> bool:
    return row.is_visited if count.is_blind else row.is_done


def to_do(count: Stocktake, rows: list[StandRow], stand: Stand | None) -> list[StandRow]:
    """The stands that wait, as one walks on from here."""
    here = next((place for place, row in enumerate(rows) if stand is not None and row.stand.id == stand.id), -1)
    ahead = [*rows[here + 1 :], *rows[: max(here, 0)]]
    return [row for row in ahead if not is_done(count, row)][:MOST_TO_DO]
