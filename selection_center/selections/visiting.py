"""A visit's list: begun by the staff or by the visitor's phone, which takes it over with what it had before.

Knowing a visit's code is worth its list, once: the first phone that opens it is the visitor's. Name and phone never
reach it, and after an order was written from the list at the desk no phone gets it any more.
"""

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.buyers import Buyer
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.selections import queries
from selection_center.selections.models import SelectionList
from selection_center.visits.models import Visit


def held(visit: Visit) -> Visit:
    """The visit as it is now, its row locked until the commit."""
    query = sa.select(Visit).filter_by(id=visit.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def list_of(visit: Visit) -> SelectionList:
    """The visit's list; begun at its site where there is none yet. The visit must be held."""
    return SelectionList.open_or_new(visit.own_buyer().device, visit.site)


def is_ordered_from(visit: Visit) -> bool:
    """Was an order written from the list? Then it is private to who has it."""
    return visit.selection is not None and bool(visit.selection.ordered_lines)


def can_be_bound(visit: Visit) -> bool:
    """May a phone that opens the code have the list?"""
    return visit.is_here and not visit.is_bound and not is_ordered_from(visit)


def bind(visit: Visit, device: str) -> SelectionList:
    """This phone's list and the visit's become one; of two phones at once the second is refused. Holds the visit."""
    visit = held(visit)
    before, buyer = visit.buyer, Buyer.on_or_new(device)
    queries.hold(buyer.id, *([before.id] if before is not None else []))
    db.session.expire(visit, ["open_lists"])
    if visit.is_here and not visit.is_bound and is_ordered_from(visit):
        raise Refused("ordered", _("An order was written from this list. The staff give you a link to it instead."))
    visit.bind(buyer)
    return joined(visit, before, buyer)


def joined(visit: Visit, before: Buyer | None, buyer: Buyer) -> SelectionList:
    """The visit's list in the phone's hands, with the lines of the phone's own."""
    own = SelectionList.open_of(buyer.device)
    kept = SelectionList.open_of(before.device) if before is not None and before is not buyer else None
    if kept is None and own is not None and own.site_id == visit.site_id:
        return own
    kept = kept or SelectionList.begin(buyer, visit.site)
    kept.buyer = buyer
    if own is not None:
        kept.take_in(own)
    kept.touched()
    return kept


def let_another_phone_in(visit: Visit) -> None:
    """The list leaves the phone that has it, and waits for the next one. The visit must be held.

    What the phone had on a list of its own before stays with it, and no link that it may have given away reads on.
    """
    if visit.is_bound and is_ordered_from(visit):
        raise Refused(
            "ordered", _("Orders were written from this list, so it stays on its phone. Share a link instead.")
        )
    before, bound_at = visit.buyer, visit.bound_at
    waiting = visit.let_another_phone_in()
    db.session.flush()
    if before is None or bound_at is None:
        return
    queries.hold(before.id, waiting.id)
    selection = SelectionList.open_of(before.device)
    if selection is not None:
        selection.buyer = waiting
        selection.withdraw()
        brought = [line for line in selection.lines if line.added_by_user_id is None and line.created_at < bound_at]
        if brought:
            own = SelectionList.begin(before, visit.site)
            own.lines.extend(brought)
            db.session.flush()
        selection.touched()
