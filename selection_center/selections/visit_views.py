"""A visit's code on the visitor's own phone, and what staff do with the visit's list."""

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit, codes, i18n
from selection_center.core.auth import allow, public
from selection_center.core.codes import CodeError
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples import guesses
from selection_center.selections import queries, visiting
from selection_center.selections.models import SelectionList
from selection_center.visits.models import Visit
from selection_center.visits.views import visit_to_change

phone_bp = Blueprint("visit_phone", __name__)
bp = Blueprint("visit_lists", __name__)


@phone_bp.get("/v/<string:code>")
@phone_bp.get("/V/<string:code>")
@public
def show(code: str) -> Any:
    """Staff get the visit and its list; the visitor's phone a welcome; every other phone a clear word."""
    try:
        canonical = codes.parse(code)
    except CodeError as error:
        return guesses.code_help(code, error.problem)
    visit = Visit.named(canonical)
    if visit is None:
        return guesses.code_help(code, None)
    if current_user.can(Permission.HANDLE_ORDERS, site_id=visit.site_id):
        return redirect(for_staff(visit))
    with i18n.speaking(i18n.chosen() or visit.language):
        said = state(visit)
        version = queries.version_on(g.device) if said == "here" else ""
        count = list_count(visit)
        return render_template("visits/welcome.html", visit=visit, said=said, count=count, version=version)


def for_staff(visit: Visit) -> str:
    """The buyer's list at the desk; the visit's page while nothing is on it."""
    if visit.selection is not None and visit.selection.lines:
        return url_for("desk.show", code=visit.selection.code)
    return url_for("visits.show", visit_id=visit.id)


def state(visit: Visit) -> str:
    """What this phone may do with the code: here, open, taken, ordered or over."""
    if visit.is_on(g.device):
        return "here"
    if not visit.is_here:
        return "over"
    if visit.is_bound:
        return "taken"
    return "open" if visiting.can_be_bound(visit) else "ordered"


def list_count(visit: Visit) -> int:
    return SelectionList.open_count(g.device) if visit.is_on(g.device) else 0


@phone_bp.post("/v/<string:code>/phone")
@public
def bind(code: str) -> Any:
    """A tap, not the mere opening: link previews and scanners that look ahead take nobody's list."""
    try:
        visit = Visit.named(codes.parse(code))
    except CodeError:
        abort(404)
    if visit is None:
        guesses.no_such_code()
        abort(404)
    if not visit.is_on(g.device):
        visiting.bind(visit, g.device)
        audit.record("visit_phone_connected", visit, code=visit.shown_code)
    said = None if i18n.chosen() else visit.language
    return done(url_for("visit_phone.show", code=visit.code, lang=said))


@bp.post("/visits/<int:visit_id>/list")
@allow(Permission.HANDLE_ORDERS)
def begin(visit_id: int) -> Any:
    selection = visiting.list_of(visit_to_change(visit_id))
    return done(url_for("desk.show", code=selection.code))


@bp.post("/visits/<int:visit_id>/other-phone")
@allow(Permission.HANDLE_ORDERS)
def let_another_phone_in(visit_id: int) -> Any:
    visit = visit_to_change(visit_id)
    visiting.let_another_phone_in(visit)
    audit.record("visit_phone_let_go", visit, code=visit.shown_code)
    return done(url_for("visits.show", visit_id=visit.id), _("The next phone that opens the code gets the list."))
