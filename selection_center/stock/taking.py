"""Taking goods out of a store's stock and putting them back: few statements, all or none, never below zero.

Rows are changed in the order of their SKU, always, so that no two of these wait for each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.catalog.models import Listing, Sku
from selection_center.core.db import db, table_of, utcnow
from selection_center.core.errors import Refused
from selection_center.core.i18n import in_language
from selection_center.stock.items import MoveKind, StockItem, StockMove

MOST_PIECES = 99_999
"""Of one SKU at a time."""

ITEMS = table_of(StockItem)
PIECES = sa.bindparam("pieces", type_=ITEMS.c.on_hand.type)
FROM_SHELF = (
    sa.update(ITEMS)
    .where(ITEMS.c.site_id == sa.bindparam("at_site"), ITEMS.c.sku_id == sa.bindparam("of_sku"))
    .where(ITEMS.c.on_hand - ITEMS.c.in_back >= PIECES)
    .values(on_hand=ITEMS.c.on_hand - PIECES)
    .returning(ITEMS.c.id)
)
"""The update that every sale makes for each of its goods: put together once, for it is most of what taking costs."""


@dataclass(frozen=True)
class Wanted:
    """So many pieces of one SKU, and what for ("sale_line 17"): the ledger takes each subject once."""

    sku_id: int
    quantity: int
    subject: str | None = None


@dataclass(frozen=True)
class Taken:
    """What one update found: the item, and how many of its pieces came from the back room."""

    item_id: int
    from_back: int = 0


def on_hand(site_id: int, sku_ids: Iterable[int]) -> dict[int, int]:
    """Pieces that lie there to be taken, by SKU. What the store does not stock is not in it."""
    query = sa.select(StockItem.sku_id, StockItem.on_hand).where(
        StockItem.site_id == site_id, StockItem.sku_id.in_(set(sku_ids))
    )
    return {item.sku_id: item.on_hand for item in db.session.execute(query)}


def take(site_id: int, wanted: Sequence[Wanted], by_id: int | None) -> None:
    """Sells these pieces, or none of them. Of many at once, nobody gets a piece that another has."""
    lower(site_id, wanted, MoveKind.SOLD, by_id)


def put_back(site_id: int, wanted: Sequence[Wanted], kind: MoveKind, by_id: int | None, reason: str = "") -> None:
    """Pieces that were not paid (UNSOLD) or came back (RETURNED) lie on the shelf again."""
    if kind not in (MoveKind.UNSOLD, MoveKind.RETURNED):
        raise ValueError(kind)
    lift(site_id, wanted, kind, by_id, reason=reason)


def waste(site_id: int, wanted: Sequence[Wanted], reason: str, by_id: int | None) -> None:
    """Pieces that nobody can sell any more leave the stock, for a reason in words."""
    if not reason.strip():
        raise Refused("no_reason", _("Say why it is wasted."))
    lower(site_id, wanted, MoveKind.WASTED, by_id, reason=reason.strip())


def lower(
    site_id: int, wanted: Sequence[Wanted], kind: MoveKind, by_id: int | None, *, reason: str = "", back: bool = False
) -> dict[int, int]:
    """Takes these pieces off the shelf and, where that is short, out of the back room (`back`: the other way).

    Answers the items' ids by SKU.
    """
    taken = take_all(site_id, pieces_of(wanted), back)
    rows = []
    left = {sku_id: found.from_back for sku_id, found in taken.items()}
    for each in wanted:
        from_back = min(each.quantity, left[each.sku_id])
        left[each.sku_id] -= from_back
        rows.append(row(taken[each.sku_id].item_id, each, kind, by_id, reason, -each.quantity, -from_back))
    write(rows)
    return {sku_id: found.item_id for sku_id, found in taken.items()}


def lift(
    site_id: int, wanted: Sequence[Wanted], kind: MoveKind, by_id: int | None, *, reason: str = "", back: bool = False
) -> dict[int, int]:
    """Adds these pieces to the shelf, or to the back room. Answers the items' ids by SKU."""
    pieces = pieces_of(wanted)
    with all_or_none(pieces):
        items = {sku_id: lift_one(site_id, sku_id, quantity, back) for sku_id, quantity in pieces.items()}
    write(
        [
            row(items[each.sku_id], each, kind, by_id, reason, each.quantity, each.quantity if back else 0)
            for each in wanted
        ]
    )
    return items


def pieces_of(wanted: Sequence[Wanted]) -> dict[int, int]:
    """How many of each SKU in all, in the one order."""
    pieces: dict[int, int] = {}
    for each in sorted(wanted, key=lambda each: each.sku_id):
        if not 1 <= each.quantity <= MOST_PIECES:
            raise Refused("no_pieces", _("Write from %(least)s to %(most)s pieces.", least=1, most=MOST_PIECES))
        pieces[each.sku_id] = pieces.get(each.sku_id, 0) + each.quantity
    return pieces


def take_all(site_id: int, pieces: Mapping[int, int], back: bool) -> dict[int, Taken]:
    """All or none: where a later item refuses, what the earlier ones gave is theirs again."""
    taken: dict[int, Taken] = {}
    try:
        for sku_id, quantity in pieces.items():
            taken[sku_id] = take_one(site_id, sku_id, quantity, back)
    except Refused:
        for sku_id, found in taken.items():
            give_again(found, pieces[sku_id])
        raise
    return taken


def give_again(taken: Taken, quantity: int) -> None:
    """As it was before this transaction took it."""
    changed(
        sa.update(StockItem)
        .where(StockItem.id == taken.item_id)
        .values(on_hand=StockItem.on_hand + quantity, in_back=StockItem.in_back + taken.from_back)
    )


def all_or_none(pieces: dict[int, int]) -> AbstractContextManager[Any]:
    """A savepoint where a later item could refuse what an earlier one gave."""
    return db.session.begin_nested() if len(pieces) > 1 else nullcontext()


def take_one(site_id: int, sku_id: int, quantity: int, back: bool) -> Taken:
    """One conditional update: its row is found only while enough lies there."""
    if back:
        return take_from_both(site_id, sku_id, quantity, back)
    asked = {"at_site": site_id, "of_sku": sku_id, "pieces": quantity}
    item_id = db.session.connection().execute(FROM_SHELF, asked).scalar_one_or_none()
    return take_from_both(site_id, sku_id, quantity, back) if item_id is None else Taken(item_id)


def take_from_both(site_id: int, sku_id: int, quantity: int, back: bool) -> Taken:
    """Where one place is short, the other gives the rest. Its two parts are read, then changed: the row is locked."""
    found = db.session.execute(
        sa.select(StockItem.id, StockItem.on_hand, StockItem.in_back)
        .where(StockItem.site_id == site_id, StockItem.sku_id == sku_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise Refused("not_stocked", _("%(title)s is not in this store's stock.", title=title_of(sku_id)))
    if found.on_hand < quantity:
        raise Refused("sold_out", what_is_left(sku_id, found.on_hand))
    on_shelf = found.on_hand - found.in_back
    from_back = min(quantity, found.in_back) if back else max(0, quantity - on_shelf)
    changed(
        this_item(site_id, sku_id).values(on_hand=StockItem.on_hand - quantity, in_back=StockItem.in_back - from_back)
    )
    return Taken(found.id, from_back)


def lift_one(site_id: int, sku_id: int, quantity: int, back: bool) -> int:
    item_id = changed(
        this_item(site_id, sku_id).values(
            on_hand=StockItem.on_hand + quantity, in_back=StockItem.in_back + (quantity if back else 0)
        )
    )
    if item_id is None:
        raise Refused("not_stocked", _("%(title)s is not in this store's stock.", title=title_of(sku_id)))
    return item_id


def this_item(site_id: int, sku_id: int) -> sa.Update:
    return sa.update(StockItem).where(StockItem.site_id == site_id, StockItem.sku_id == sku_id)


def changed(statement: sa.Update) -> int | None:
    """The id of the one row that the update found."""
    returning = statement.returning(StockItem.id).execution_options(synchronize_session=False)
    found: int | None = db.session.execute(returning).scalar_one_or_none()
    return found


def row(
    item_id: int, wanted: Wanted, kind: MoveKind, by_id: int | None, reason: str, quantity: int, back_quantity: int
) -> dict[str, Any]:
    """A move as a row of the ledger."""
    return {
        "item_id": item_id,
        "kind": kind,
        "quantity": quantity,
        "back_quantity": back_quantity,
        "subject": wanted.subject,
        "reason": reason,
        "by_id": by_id,
        "at": utcnow(),
    }


def write(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(StockMove), rows)


def title_of(sku_id: int) -> str:
    names = sa.select(Listing.title, Listing.title_en, Sku.spec, Sku.spec_en).join(Listing).where(Sku.id == sku_id)
    found = db.session.execute(names).one_or_none()
    if found is None:
        return "?"
    title, title_en, spec, spec_en = found
    return " ".join(part for part in (in_language(title, title_en), in_language(spec, spec_en)) if part)


def what_is_left(sku_id: int, pieces: int) -> str:
    title = title_of(sku_id)
    if not pieces:
        return str(_("%(title)s is sold out.", title=title))
    few = ngettext(
        "%(title)s: only %(num)s piece is left.", "%(title)s: only %(num)s pieces are left.", pieces, title=title
    )
    return str(few)
