"""What staff hear of whatever was scanned that is no sample: what it is, and the way on."""

from dataclasses import replace

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.floor import customers, goods
from selection_center.floor.answers import Answer, Key, Outcome, Plate
from selection_center.floor.keys import at_most_two, page_key, task_key
from selection_center.floor.tasks.base import Scan
from selection_center.floor.things import (
    BarcodeThing,
    BlankThing,
    ElsewhereThing,
    ListThing,
    MemberThing,
    OfferThing,
    RevokedThing,
    SaleThing,
    StandThing,
    UnknownThing,
    VisitThing,
)
from selection_center.samples.models import Placement, Sample
from selection_center.selections.models import SelectionList
from selection_center.sites.models import Stand
from selection_center.visits.models import Visit

LONGEST_SHOWN = 80


def not_a_sample(scan: Scan) -> Answer:
    """For a task that waits for a sample's tag: what this is instead, and what to scan."""
    described = describe(scan)
    match scan.thing:
        case StandThing():
            word = _("That is a stand")
        case BarcodeThing() | OfferThing():
            word = _("Not our tag")
        case ListThing() | VisitThing():
            word = _("Not a sample")
        case _other:
            return described
    return replace(described, outcome=Outcome.REFUSED, word=word, reason=_("Scan the tag with our code on the sample."))


def describe(scan: Scan) -> Answer:
    """Anything but a sample, for which each task has words of its own."""
    match scan.thing:
        case BlankThing(tag):
            bind = page_key(_("Bind this tag"), "tags.show", code=tag.code)
            reason = _("It hangs on no sample yet. Bind it first.")
            return Answer(
                outcome=Outcome.REFUSED, word=_("Tag is blank"), reason=reason, code=tag.shown, keys=at_most_two(bind)
            )
        case RevokedThing(tag, sample):
            return of_revoked(tag.shown, sample)
        case StandThing(stand):
            return of_stand(scan, stand)
        case VisitThing(visit):
            return of_visit(scan, visit)
        case ListThing(selection):
            return of_list(scan, selection)
        case MemberThing(read):
            return customers.of_member(scan, read)
        case SaleThing(sale):
            return customers.of_sale(scan, sale)
        case OfferThing():
            return goods.of_offer(scan, scan.thing)
        case BarcodeThing():
            return goods.of_barcode(scan, scan.thing)
        case ElsewhereThing(kind="foreign_address" | "short_link" | "marketplace", text=text):
            flag = Key(_("Flag it"), url_for("tag_findings.report", slug=scan.site.slug), {"text": text})
            return replace(unknown(scan.thing.words(), text), keys=(flag,))
        case UnknownThing(text) | ElsewhereThing(text=text):
            return unknown(scan.thing.words(), text)
        case thing:
            return unknown(thing.words())


def unknown(reason: str, text: str = "") -> Answer:
    return Answer(outcome=Outcome.UNKNOWN, word=_("Not known here"), reason=reason, title=text[:LONGEST_SHOWN])


def of_revoked(shown: str, sample: Sample | None) -> Answer:
    word = _("Tag is revoked")
    if sample is None:
        return Answer(outcome=Outcome.REFUSED, word=word, reason=_("Throw this tag away."), code=shown)
    reason = _("Take this tag off: another one counts.") if sample.tag else _("The sample needs a new tag.")
    return Answer.about(sample, Outcome.REFUSED, word, reason, code=shown)


def of_stand(scan: Scan, stand: Stand) -> Answer:
    here = sa.select(sa.func.count(Placement.id)).where(Placement.stand_id == stand.id, Placement.ended_at.is_(None))
    standing = db.session.scalar(here) or 0
    said = Answer(
        outcome=Outcome.DONE,
        word=_("Stand"),
        reason=ngettext("%(num)s sample stands here.", "%(num)s samples stand here.", standing),
        title=stand.bay.zone.label,
        plates=(Plate(stand.address),),
        href=url_for("stands.show", stand_id=stand.id),
    )
    if not stand.is_open:
        return replace(said, outcome=Outcome.REFUSED, word=_("Stand is closed"), reason=_("Nothing can stand here."))
    return replace(said, keys=(task_key(_("Place here"), scan.site, "place", stand=stand.code),))


def of_visit(scan: Scan, visit: Visit) -> Answer:
    if not scan.user.can(Permission.HANDLE_ORDERS, site_id=scan.site.id):
        return unknown(_("A buyer's code is not for your role."))
    href = url_for("visits.show", visit_id=visit.id)
    return Answer(
        outcome=Outcome.DONE,
        word=_("Visit"),
        reason="" if visit.is_here else _("This visit is over."),
        title=visit.name or "",
        code=codes.format_code(visit.code),
        href=href,
        keys=(
            task_key(_("Add samples"), scan.site, "collect", visit=visit.code),
            Key(_("Open visit"), href, method="get"),
        ),
    )


def of_list(scan: Scan, selection: SelectionList) -> Answer:
    if not scan.user.can(Permission.HANDLE_ORDERS, site_id=scan.site.id):
        return unknown(_("A buyer's code is not for your role."))
    href = url_for("desk.show", code=selection.code)
    lines = len(selection.open_lines)
    return Answer(
        outcome=Outcome.DONE,
        word=_("Buyer's list"),
        reason=ngettext("%(num)s line on it.", "%(num)s lines on it.", lines),
        title=selection.name,
        code=codes.format_code(selection.code),
        href=href,
        keys=(
            task_key(_("Add samples"), scan.site, "collect", list=selection.code),
            Key(_("Open list"), href, method="get"),
        ),
    )
