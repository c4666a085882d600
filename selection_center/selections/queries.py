"""A list with all that its pages show, in a few queries; and held, so that two who change it take turns."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.models import Listing
from selection_center.core.db import db
from selection_center.samples.models import Placement, Sample
from selection_center.selections.models import SelectionLine, SelectionList


def everything() -> tuple[Any, ...]:
    """What a list's pages show. Asked for late: lines name orders, which come in after lists."""
    return (
        selectinload(SelectionList.lines).options(
            joinedload(SelectionLine.listing).options(
                selectinload(Listing.skus), selectinload(Listing.tiers), joinedload(Listing.supplier)
            ),
            joinedload(SelectionLine.sku),
            joinedload(SelectionLine.added_by),
            joinedload(SelectionLine.order),
            joinedload(SelectionLine.sample).options(
                joinedload(Sample.site),
                joinedload(Sample.tag),
                joinedload(Sample.placement).joinedload(Placement.stand),
            ),
        ),
        joinedload(SelectionList.buyer),
        joinedload(SelectionList.site),
    )


def whole(query: sa.Select[SelectionList]) -> SelectionList | None:
    """The first list of this query, as it is in the database now."""
    return db.session.scalar(query.options(*everything()).limit(1).execution_options(populate_existing=True))


def held(query: sa.Select[SelectionList]) -> SelectionList | None:
    """The same, for changing: the buyer's row is locked until the commit, so a second change waits and then sees."""
    found = db.session.execute(query.with_only_columns(SelectionList.id, SelectionList.buyer_id).limit(1)).first()
    if found is None:
        return None
    hold(found.buyer_id)
    held_one = whole(sa.select(SelectionList).filter_by(id=found.id))
    if held_one is not None and held_one.buyer_id != found.buyer_id:  # a visit's phone took it over meanwhile
        hold(held_one.buyer_id)
        held_one = whole(sa.select(SelectionList).filter_by(id=found.id))
    return held_one if held_one is None or held_one.closed_at is None else None


def hold(*buyer_ids: int) -> None:
    """Locks these buyers until the commit, in the order in which everybody does."""
    for buyer_id in sorted(set(buyer_ids)):
        db.session.execute(sa.select(Buyer.id).filter_by(id=buyer_id).with_for_update())


def version_on(device: str) -> str:
    """Which state of this device's list there is now, in a word: another one as soon as anybody changes it."""
    query = SelectionList.open_on(device).with_only_columns(SelectionList.id, SelectionList.version).limit(1)
    return version_word(db.session.execute(query).first())


def version_word(found: Any) -> str:
    return f"{found.id}-{found.version}" if found is not None else "none"
