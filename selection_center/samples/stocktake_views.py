"""Stocktakes as pages: those that run, their numbers while people count, the differences, and a manager's word."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.samples import (
    queries,
    stocktake_changes,
    stocktake_results,
    stocktake_tables,
    stocktake_totals,
    stocktake_words,
)
from selection_center.samples.models import Sample
from selection_center.samples.sightings import Sighting, SightingKind
from selection_center.samples.stocktake_changes import Change
from selection_center.samples.stocktake_forms import BeginForm, TickForm, choices_of
from selection_center.samples.stocktake_results import Kind
from selection_center.samples.stocktake_totals import Totals
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tag_findings import TagFinding
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404

bp = Blueprint("stocktakes", __name__)

STATES: dict[str, sa.ColumnElement[bool]] = {
    "running": sa.and_(Stocktake.closed_at.is_(None), Stocktake.cancelled_at.is_(None)),
    "to-apply": sa.and_(
        Stocktake.closed_at.is_not(None), Stocktake.applied_at.is_(None), Stocktake.cancelled_at.is_(None)
    ),
    "done": sa.or_(Stocktake.applied_at.is_not(None), Stocktake.cancelled_at.is_not(None)),
}
PARTS = ("wrong_place", "missing", "unexpected", "seen", "moved", "lent", "unknown", "stickers", "stands", "changes")


def stocktake_or_404(stocktake_id: int, permission: Permission = Permission.HANDLE_SAMPLES) -> Stocktake:
    query = Stocktake.reachable_by(current_user).where(Stocktake.id == stocktake_id)
    found: Stocktake = one_or_404(query, permission)
    return found


def hides(count: Stocktake) -> bool:
    """A blind count tells floor staff nothing of what should be there, as long as it runs."""
    return (
        count.is_blind
        and count.is_running
        and not current_user.can(Permission.RETIRE_SAMPLES, site_id=count.site_id)
    )  # fmt: skip


# --- the list -------------------------------------------------------------------------------------------------------


@bp.get("/sites/<string:slug>/stocktakes")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    form = BeginForm(site, formdata=None)
    asked = request.args.get("stand", "")[:80]
    if asked:
        form.scope.data, form.stand.data = "stand", asked
    return show_index(site, form)


def show_index(site: Site, form: BeginForm, status: int = 200) -> Any:
    state = request.args.get("state", "")
    here = sa.select(Stocktake).where(Stocktake.site_id == site.id)
    counts = {name: stocktake_totals.how_many(here.where(condition)) for name, condition in STATES.items()}
    if state not in STATES:
        state = "running" if counts["running"] or not counts["to-apply"] else "to-apply"
    who = (joinedload(Stocktake.begun_by), joinedload(Stocktake.zone), joinedload(Stocktake.stand))
    page = page_of(here.where(STATES[state]).order_by(Stocktake.id.desc()).options(*who))
    return render_template(
        "stocktakes/index.html",
        site=site,
        form=form,
        words=stocktake_words,
        state=state,
        counts=counts,
        page=page,
        lines=stocktake_totals.lines(page.items),
        stickers=stocktake_totals.how_many(TagFinding.open_at(site)),
    ), status


@bp.post("/sites/<string:slug>/stocktakes")
@allow(Permission.HANDLE_SAMPLES)
def begin(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    form = BeginForm(site)
    if not form.validate():
        return show_index(site, form, 422)
    count = Stocktake.begin(site, current_user.id, form.chosen_zone, form.chosen_stand, bool(form.blind.data))
    audit.record("stocktake_begun", count, address=count.address or None, blind=count.is_blind or None)
    return done(task_url(count), _("Counting has begun. Scan the stand first, then what stands on it."))


def task_url(count: Stocktake, **context: Any) -> str:
    return url_for("floor.task", slug=count.site.slug, task="count", stocktake=count.id, **context)


# --- one count ------------------------------------------------------------------------------------------------------


@bp.get("/stocktakes/<int:stocktake_id>")
@allow(Permission.HANDLE_SAMPLES)
def show(stocktake_id: int) -> Any:
    count = stocktake_or_404(stocktake_id)
    totals = Totals.of_count(count)
    part = request.args.get("kind", "")
    if part not in PARTS:
        part = first_part(count, totals)
    return render_template(
        "stocktakes/show.html",
        count=count,
        words=stocktake_words,
        totals=totals,
        hidden=hides(count),
        part=part,
        counters=stocktake_totals.counters(count),
        count_url=task_url(count),
        pdf_url=url_for("stocktake_reports.show", stocktake_id=count.id),
        **({} if hides(count) else rows_of(count, part)),
    )


def first_part(count: Stocktake, totals: Totals) -> str:
    """What one wants to see first: while it runs the stands, then what differs."""
    if count.is_running:
        return "stands"
    return next((kind.value for kind in stocktake_results.DIFFERENCES if totals.of(kind)), "seen")


def rows_of(count: Stocktake, part: str) -> dict[str, Any]:
    """What a tab shows, a page of it where it is long."""
    if part == "stands":
        return {"stands": stocktake_totals.stand_rows(count)}
    if part == "unknown":
        return {"page": page_of(stocktake_totals.unknown(count))}
    if part == "stickers":
        return {"page": page_of(stocktake_totals.stickers(count))}
    if part == "changes":
        return {"page": page_of(stocktake_changes.changes_of(count))}
    page, results = stocktake_results.page(count, [Kind(part)])
    return {"page": page, "results": results}


@bp.get("/stocktakes/<int:stocktake_id>/totals")
@allow(Permission.HANDLE_SAMPLES)
def totals(stocktake_id: int) -> Response:
    """The numbers alone, asked for every few seconds by an open page; 304 while they stay the same."""
    count = stocktake_or_404(stocktake_id)
    numbers, people = Totals.of_count(count), stocktake_totals.counters(count)
    html = render_template(
        "stocktakes/_totals.html", count=count, totals=numbers, counters=people, hidden=hides(count)
    )  # fmt: skip
    response = make_response(html)
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.post("/stocktakes/<int:stocktake_id>/sightings")
@allow(Permission.HANDLE_SAMPLES)
def tick(stocktake_id: int) -> Any:
    """A sample with a torn label, ticked from the list of its stand."""
    count = stocktake_or_404(stocktake_id)
    form = TickForm()
    stand = queries.stand_named(count.site, form.stand.data or "") if form.validate() else None
    sample = None
    if stand is not None:
        reachable = Sample.reachable_by(current_user, Permission.HANDLE_SAMPLES)
        sample = db.session.scalar(reachable.filter_by(id=form.sample.data, site_id=count.site_id))
    if stand is None or sample is None:
        raise Refused("no_such_sample", _("Tick a sample from the list of this count."))
    Sighting.see(count, sample, stand, current_user.id, SightingKind.TICKED)
    audit.record("sample_ticked", sample, stand=stand.address, stocktake=count.id)
    said = _("Counted by hand. Print a new label for it.")
    return done(task_url(count, stand=stand.code), said)


@bp.post("/stocktakes/<int:stocktake_id>/closing")
@allow(Permission.HANDLE_SAMPLES)
def close(stocktake_id: int) -> Any:
    count = stocktake_or_404(stocktake_id)
    count.close(current_user.id)
    audit.record("stocktake_closed", count, address=count.address or None)
    return done(url_for("stocktakes.review", stocktake_id=count.id), _("The count is closed. This is what differs."))


@bp.post("/stocktakes/<int:stocktake_id>/closing/reversal")
@allow(Permission.HANDLE_SAMPLES)
def reopen(stocktake_id: int) -> Any:
    """Of a blind count whose result was seen, only a manager's word lets people count on."""
    count = stocktake_or_404(stocktake_id)
    if count.is_blind and not current_user.can(Permission.RETIRE_SAMPLES, site_id=count.site_id):
        abort(403)
    count.reopen()
    audit.record("stocktake_reopened", count, address=count.address or None)
    return done(url_for("stocktakes.show", stocktake_id=count.id), _("The count is open again."))


@bp.post("/stocktakes/<int:stocktake_id>/cancellation")
@allow(Permission.HANDLE_SAMPLES)
def cancel(stocktake_id: int) -> Any:
    count = stocktake_or_404(stocktake_id)
    count.cancel(current_user.id)
    audit.record("stocktake_cancelled", count, address=count.address or None)
    return done(url_for("stocktakes.index", slug=count.site.slug), _("The count is cancelled. Nothing was changed."))


# --- differences ----------------------------------------------------------------------------------------------------


@bp.get("/stocktakes/<int:stocktake_id>/differences")
@allow(Permission.HANDLE_SAMPLES)
def review(stocktake_id: int) -> Any:
    """All that differs, with what will change; whoever may apply it chooses row by row."""
    return show_review(stocktake_or_404(stocktake_id))


@bp.post("/stocktakes/<int:stocktake_id>/differences")
@allow(Permission.RETIRE_SAMPLES, repeatable=True)
def turn_page(stocktake_id: int) -> Any:
    """Another page of them; what was chosen so far goes along, and nothing is kept yet."""
    count = stocktake_or_404(stocktake_id, Permission.RETIRE_SAMPLES)
    chosen, wrong = choices_of(differences_to_choose(count), request.form)
    return show_review(count, 422 if wrong else 200, chosen, wrong)


def differences_to_choose(count: Stocktake) -> list[stocktake_results.Found]:
    return stocktake_results.differences_in_short(count) if count.closed_at else []


def show_review(
    count: Stocktake, status: int = 200, chosen: Mapping[int, Change] | None = None, wrong: Sequence[int] = ()
) -> Any:
    """chosen: by sample; None for what is usual. Of the rows on other pages it goes along in the form."""
    if not count.closed_at or count.state not in ("closed", "applied"):
        raise Refused("not_closed", _("Close the count first."))
    if chosen is None:
        chosen = stocktake_changes.usual_choices(differences_to_choose(count))
    page, results = stocktake_results.page(count, stocktake_results.DIFFERENCES)
    shown = {result.sample_id for result in results}
    return render_template(
        "stocktakes/review.html",
        count=count,
        words=stocktake_words,
        totals=Totals.of_count(count),
        groups=[(kind, [r for r in results if r.kind is kind]) for kind in stocktake_results.DIFFERENCES],
        choices_for=stocktake_changes.choices_for,
        may_apply=count.state == "closed" and current_user.can(Permission.RETIRE_SAMPLES, site_id=count.site_id),
        page=page,
        chosen=chosen,
        elsewhere={id: change for id, change in chosen.items() if id not in shown},
        wrong=wrong,
    ), status


@bp.post("/stocktakes/<int:stocktake_id>/application")
@allow(Permission.RETIRE_SAMPLES)
def apply(stocktake_id: int) -> Any:
    """The manager's word: in one step, once."""
    count = stocktake_or_404(stocktake_id, Permission.RETIRE_SAMPLES)
    count.hold()
    chosen, wrong = choices_of(differences_to_choose(count), request.form)
    if wrong:
        return show_review(count, 422, chosen, wrong)
    changes = stocktake_changes.apply(count, chosen, current_user)
    skipped = sum(change.skipped is not None for change in changes)
    made = len(changes) - skipped
    audit.record("stocktake_applied", count, address=count.address or None, changed=made, skipped=skipped or None)
    said = ngettext("%(num)s change made.", "%(num)s changes made.", made)
    if skipped:
        said += " " + ngettext("%(num)s was left alone.", "%(num)s were left alone.", skipped)
    return done(url_for("stocktakes.show", stocktake_id=count.id, kind="changes" if changes else None), said)


@bp.get("/stocktakes/<int:stocktake_id>/report.xlsx")
@allow(Permission.HANDLE_SAMPLES)
def export(stocktake_id: int) -> Response:
    count = stocktake_or_404(stocktake_id)
    refuse_hidden(count)
    return download(stocktake_tables.workbook(count), stocktake_tables.name_of(count), "xlsx", XLSX)


def refuse_hidden(count: Stocktake) -> None:
    if hides(count):
        raise Refused("blind_count", _("This count is blind: its results are shown once it is closed."))
