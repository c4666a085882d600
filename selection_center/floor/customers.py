"""What staff hear of a member's card or a sale that was scanned in a task of the floor: one line, and the way on."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.core import codes
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key, Outcome
from selection_center.floor.keys import at_most_two, page_key
from selection_center.floor.tasks.base import Scan
from selection_center.membership import visiting
from selection_center.membership.reading import CardRead
from selection_center.till.sales import Sale, SaleState

SEES_MEMBERS = (Permission.HANDLE_MEMBERS, Permission.CHECK_DOOR, Permission.SELL)


def of_member(scan: Scan, read: CardRead) -> Answer:
    """Name masked, as at the door: whoever may more has the key to more."""
    may = {permission for permission in SEES_MEMBERS if scan.user.can(permission, site_id=scan.site.id)}
    if not may:
        return Answer(
            outcome=Outcome.UNKNOWN, word=_("Not known here"), reason=_("A member's card is not for your role.")
        )
    standing = read.standing()
    outcome, reason = Outcome.DONE if standing.opens_door else Outcome.WRONG, standing.words()
    if read.problem == "revoked":
        outcome, reason = Outcome.REFUSED, str(_("This card was taken back or reported lost. Ask at the desk."))
    elif read.problem == "too_old":
        outcome, reason = Outcome.WRONG, str(_("This code is from a picture or an old page. Open the card anew."))
    name = read.card.masked_holder
    return Answer(
        outcome=outcome,
        word=_("Member"),
        reason=reason,
        title=f"{name} {standing.plan.label}" if standing.plan else name,
        code=read.card.member.number,
        keys=at_most_two(*member_keys(scan, read, may)),
    )


def member_keys(scan: Scan, read: CardRead, may: set[Permission]) -> list[Key | None]:
    slug = scan.site.slug
    return [
        Key(_("Open member"), visiting.page_of(read.card, scan.site), {}, method="get")
        if Permission.HANDLE_MEMBERS in may
        else None,
        page_key(_("At the door"), "door.show", slug=slug) if Permission.CHECK_DOOR in may else None,
        page_key(_("At the till"), "till.index", slug=slug) if Permission.SELL in may else None,
    ]


def of_sale(scan: Scan, sale: Sale) -> Answer:
    if not scan.user.can(Permission.SELL, site_id=scan.site.id):
        return Answer(outcome=Outcome.UNKNOWN, word=_("Not known here"), reason=_("A sale is for the till alone."))
    lines = len(sale.lines)
    is_open = sale.state in {SaleState.OPEN, SaleState.HELD, SaleState.PAYING}
    return Answer(
        outcome=Outcome.DONE if is_open else Outcome.ALREADY,
        word=_("Sale"),
        reason=ngettext("%(num)s line on it.", "%(num)s lines on it.", lines) if is_open else _("It is over already."),
        title=sale.hold_note or sale.number or "",
        code=codes.format_code(sale.code),
        keys=at_most_two(page_key(_("At the till"), "till.index", slug=scan.site.slug) if is_open else None),
    )
