"""Collect: the buyer beside you. First the visit's or the list's code, then samples go onto that list.

A sample goes on once, at the quantity that the desk begins with. Scanned again it changes nothing and offers one lot
more: a scanner that reads twice must not order twice.
"""

import sqlalchemy as sa
from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key, Outcome
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.things import ListThing, SampleThing, VisitThing
from selection_center.orders import desk
from selection_center.samples.models import Sample
from selection_center.selections import queries, visiting
from selection_center.selections.groups import Totals
from selection_center.selections.models import LineKind, SelectionLine, SelectionList
from selection_center.sites.models import Site
from selection_center.visits.models import Visit
from selection_center.visits.queries import latest_of


class Collect(Task):
    name = "collect"
    permission = Permission.HANDLE_ORDERS
    icon = "clipboard-list"

    def title(self) -> str:
        return str(_("Buyer's list"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        visit, selection = visit_in(site, context), list_in(context)
        if ("visit" in context and visit is None) or ("list" in context and selection is None):
            abort(404)
        hint = _("Scan the samples that the buyer wants.")
        if visit is None and selection is None:
            hint = _("Scan the visitor's code, or the QR on the buyer's phone.")
        kept = {name: context[name] for name in ("visit", "list") if context.get(name)}
        back = url_for("visits.show", visit_id=visit.id) if visit else url_for("visits.index", slug=site.slug)
        return Opening(heading=heading(visit, selection), context=kept, hint=hint, back=back, finish=way_out(selection))

    def answer(self, scan: Scan) -> Answer:
        if isinstance(scan.thing, VisitThing):
            return meet(scan.thing.visit, scan)
        if isinstance(scan.thing, ListThing):
            return take_up(scan.thing.selection)
        if isinstance(scan.thing, SampleThing):
            return add(scan.thing.sample, scan)
        return Answer(outcome=Outcome.UNKNOWN, word=_("Not known"), reason=scan.thing.words())

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        visit, selection = visit_in(site, context), list_in(context)
        if visit is None and selection is None:
            return None
        groups = desk.groups_of(selection, current_user) if selection is not None else []
        newest = sorted((line for group in groups for line in group.lines), key=lambda one: -one.line.id)
        return render_template(
            "visits/_collect.html", visit=visit, selection=selection, lines=newest, totals=Totals.of(groups)
        )


def code_in(context: dict[str, str], name: str) -> str:
    """The canonical code under this name; empty for none, and for what is no code."""
    try:
        return codes.parse(context.get(name, ""))
    except codes.CodeError:
        return ""


def visit_in(site: Site, context: dict[str, str]) -> Visit | None:
    """The visit that the page is about, named or by its list; of this site alone."""
    if context.get("visit"):
        visit = Visit.named(code_in(context, "visit"))
        return visit if visit is not None and visit.site_id == site.id else None
    selection = list_in(context)
    return latest_of(selection.buyer_id, current_user) if selection is not None else None


def named_list(context: dict[str, str]) -> sa.Select[SelectionList] | None:
    """The list that samples go onto: the visit's own, else the scanned one, or what its buyer carries on with."""
    if context.get("visit"):
        owner = sa.select(Visit.buyer_id).where(Visit.code == code_in(context, "visit"))
    elif context.get("list"):
        owner = sa.select(SelectionList.buyer_id).where(SelectionList.code == code_in(context, "list"))
    else:
        return None
    query = SelectionList.reachable_by(current_user).where(SelectionList.buyer_id.in_(owner))
    return query.order_by(SelectionList.id.desc()).limit(1)


def list_in(context: dict[str, str]) -> SelectionList | None:
    query = named_list(context)
    return queries.whole(query) if query is not None else None


def list_to_change(scan: Scan) -> SelectionList:
    """The same, held until the commit; a visit's first sample begins it."""
    visit = visit_in(scan.site, scan.context) if scan.context.get("visit") else None
    if visit is not None:
        visiting.list_of(visiting.held(visit))
    query = named_list(scan.context)
    selection = queries.held(query) if query is not None else None
    if selection is None:
        raise Refused("no_list", _("Whose list? Scan the visitor's code first, or the QR on the buyer's phone."))
    return selection


def heading(visit: Visit | None, selection: SelectionList | None) -> str:
    if visit is not None:
        return visit.name or visit.shown_code
    if selection is not None:
        return selection.name or selection.shown_code
    return str(_("Buyer's list"))


def way_out(selection: SelectionList | None) -> Key | None:
    if selection is None:
        return None
    return Key(_("Open the list at the desk"), url_for("desk.show", code=selection.code), method="get")


def meet(visit: Visit, scan: Scan) -> Answer:
    """Whose list it is from now on; the same code again is how one says goodbye or takes over."""
    again = scan.context.get("visit") == visit.code
    return Answer(
        outcome=Outcome.ALREADY if again else Outcome.DONE,
        word=_("Visitor"),
        reason=about(visit),
        title=visit.name or "",
        code=visit.shown_code,
        href=url_for("visits.show", visit_id=visit.id),
        keys=visit_keys(visit, scan),
        context={"visit": visit.code, "list": None},
        panel=True,
        counts=False,
    )


def about(visit: Visit) -> str:
    if not visit.is_here:
        return str(_("This visit is over; the list can still be changed."))
    return str(_("Looked after by %(name)s. Now scan samples.", name=visit.cared_by.name))


def visit_keys(visit: Visit, scan: Scan) -> tuple[Key, ...]:
    if not visit.is_here:
        back = Key(_("Still here"), url_for("visits.come_back", visit_id=visit.id))
        return (back,) if visit.can_come_back else ()
    goodbye = Key(_("Say goodbye"), url_for("visits.say_goodbye", visit_id=visit.id))
    if visit.cared_by_id == scan.user.id:
        return (goodbye,)
    return Key(_("Take over"), url_for("visits.take_over", visit_id=visit.id)), goodbye


def take_up(selection: SelectionList) -> Answer:
    found = db.session.scalar(
        SelectionList.reachable_by(current_user).where(SelectionList.id == selection.id)
    ) or abort(404)
    return Answer(
        outcome=Outcome.DONE,
        word=_("List open"),
        reason=_("Now scan the samples that the buyer wants."),
        title=found.name,
        code=found.shown_code,
        href=url_for("desk.show", code=found.code),
        context={"list": found.code, "visit": None},
        panel=True,
        counts=False,
    )


def add(sample: Sample, scan: Scan) -> Answer:
    selection = list_to_change(scan)
    if sample.is_retired or not sample.listing.is_on_shelf:
        reason = _("%(title)s cannot be ordered any more.", title=sample.listing.label)
        return Answer.about(sample, Outcome.REFUSED, _("Not possible"), reason)
    sku = sample.sku or sample.listing.skus[0]
    line = next((one for one in selection.open_lines if one.holds(sample, sku, LineKind.BULK)), None)
    quantity = desk.first_quantity(selection, sample, sku, LineKind.BULK)
    if line is not None:
        return on_it_already(selection, line, sample, quantity)
    line = selection.add(sample, sku, quantity, LineKind.BULK, seen_fen=None, user_id=scan.user.id)
    db.session.flush()
    undo = Key(_("Undo"), url_for("desk.remove_line", code=selection.code, line_id=line.id))
    unit = sample.listing.unit_label
    reason = _("%(count)s %(unit)s on the list.", count=line.quantity, unit=unit)
    return Answer.about(sample, Outcome.DONE, _("Added"), reason, undo=undo, panel=True)


def on_it_already(selection: SelectionList, line: SelectionLine, sample: Sample, more: int) -> Answer:
    unit, who = sample.listing.unit_label, line.added_by.name if line.added_by else _("the buyer")
    reason = _("%(count)s %(unit)s on the list already, added by %(name)s.", count=line.quantity, unit=unit, name=who)
    fields = {"code": sample.code or "", "quantity": str(more), "kind": LineKind.BULK.value}
    key = Key(
        _("Add %(count)s %(unit)s more", count=more, unit=unit), url_for("desk.add_line", code=selection.code), fields
    )
    return Answer.about(sample, Outcome.ALREADY, _("On it already"), reason, keys=(key,))
