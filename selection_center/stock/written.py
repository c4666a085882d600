"""How many pieces of which items a table of fields says: `pieces-17` for the item 17."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.catalog.queries import number
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.sites.models import Site
from selection_center.stock.items import StockItem

PREFIX = "pieces-"


def how_many(text: str) -> int:
    """Nothing for an empty field. Raises Refused for what is no number of pieces."""
    plain = text.strip()
    if not plain.strip("0"):
        return 0
    found = number(plain)
    if found is None:
        raise Refused("no_number", _("%(text)s is no number of pieces.", text=plain[:20]))
    return found


def pieces(site: Site, fields: Mapping[str, str], *options: Any) -> list[tuple[StockItem, int]]:
    """Of this site's items alone, by their number, without those of which no piece is wanted. Raises Refused."""
    named = ((number(name.removeprefix(PREFIX)), value) for name, value in fields.items() if name.startswith(PREFIX))
    wanted = {item_id: count for item_id, value in named if item_id and (count := how_many(value))}
    query = sa.select(StockItem).where(StockItem.site_id == site.id, StockItem.id.in_(wanted)).order_by(StockItem.id)
    return [(item, wanted[item.id]) for item in db.session.scalars(query.options(*options))]
