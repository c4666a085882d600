"""A store and what it stocks, with sensible defaults, beside `tests.factories`."""

from typing import Any, TypeVar

import sqlalchemy as sa

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku, Supplier
from selection_center.core.db import Model, db
from selection_center.core.permissions import Role
from selection_center.sites.models import Site, SiteKind
from selection_center.stock.models import GoodsIn, StockItem, StockMove
from tests import factories as make

R = TypeVar("R", bound=Model)


def store(slug: str = "hangzhou", **values: Any) -> Site:
    return make.site(slug, SiteKind.STORE, **({"name": "杭州会员店", "name_en": "Hangzhou Member Store"} | values))


def worker(at: Site, name: str = "Bo", role: Role = Role.FLOOR_STAFF) -> User:
    return make.user(name, role, at)


def sku(by: Supplier | None = None, **values: Any) -> Sku:
    return make.listing(by, **values).skus[0]


def item(
    at: Site, pieces: int = 0, by: User | None = None, *, of: Sku | None = None, back: int = 0, **levels: Any
) -> StockItem:
    """So many pieces, `back` of them in the back room, as they came in by deliveries."""
    style = of or sku(make.supplier())
    found = StockItem.at(at, style)
    for name, value in levels.items():
        setattr(found, name, value)
    who = by or worker(at, f"Bo{style.id}")
    if pieces:
        goods_in = GoodsIn.begin(at, who)
        if pieces - back:
            goods_in.receive(style, pieces - back, who, to_back=False)
        if back:
            goods_in.receive(style, back, who)
    return fresh(found)


def fresh(found: StockItem) -> StockItem:
    db.session.flush()
    db.session.refresh(found)
    return found


def ledger(of: StockItem) -> tuple[int, int]:
    """What the moves sum up to: on hand, and in the back room."""
    sums = sa.select(
        sa.func.coalesce(sa.func.sum(StockMove.quantity), 0), sa.func.coalesce(sa.func.sum(StockMove.back_quantity), 0)
    )
    on_hand, in_back = db.session.execute(sums.where(StockMove.item_id == of.id)).one()
    return int(on_hand), int(in_back)


def stands(of: StockItem) -> tuple[int, int]:
    """What the item says; the ledger must say the same."""
    fresh(of)
    assert ledger(of) == (of.on_hand, of.in_back)
    return of.on_hand, of.in_back


def fresh_row(row: R) -> R:
    db.session.refresh(row)
    return row
