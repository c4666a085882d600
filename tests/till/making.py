"""A store that sells: a till with an open shift, goods in stock, members whose plan holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Sku
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.membership.models import Card, Member, Plan
from selection_center.sites.models import Site
from selection_center.stock.models import StockItem
from selection_center.till.models import LineKind, Sale, Shift, Till
from tests import factories as make
from tests.membership import making as members
from tests.stock import making as goods

BAGS_FEN, BAGS_MEMBER_FEN = 1_280, 1_150


@dataclass
class Shop:
    """Cas sells at till 1 with 500 yuan in the drawer; Ana manages."""

    site: Site
    ana: User
    cas: User
    till: Till
    shift: Shift
    stock: dict[str, StockItem] = field(default_factory=dict)

    def goods(self, name: str = "bags", pieces: int = 20, member_fen: int | None = None, **values: Any) -> Sku:
        """Bags at 12.80; so many in stock."""
        terms: dict[str, Any] = {"tiers": ((1, BAGS_FEN),), "title": name, "title_en": name} | values
        listing: Listing = make.listing(make.supplier(f"{name} factory"), **terms)
        listing.skus[0].member_fen = member_fen
        self.stock[name] = goods.item(self.site, pieces, self.ana, of=listing.skus[0])
        return listing.skus[0]

    def sale(self, *lines: tuple[Sku, int], kind: LineKind = LineKind.TAKE_AWAY) -> Sale:
        begun = Sale.begin(self.till, self.cas)
        for sku, quantity in lines:
            begun.add(sku, quantity, kind=kind)
        return begun

    def member(self, plan: Plan | None = None, **values: Any) -> Card:
        """The main card of a member whose year holds."""
        joined: Member = members.member(self.site, by=self.cas, **values)
        members.renewed(joined, plan or self.plan())
        return joined.cards[0]

    def plan(self, **values: Any) -> Plan:
        found = db.session.query(Plan).filter_by(name=values.get("name", "年卡")).first()
        return found or members.plan(**values)

    def left(self, name: str = "bags") -> int:
        """Pieces, which the ledger must say, too."""
        return goods.stands(self.stock[name])[0]


def shop(slug: str = "hangzhou") -> Shop:
    site = members.store(slug)
    ana, cas = make.user(f"Ana{slug}", Role.MANAGER, site), make.user(f"Cas{slug}", Role.CASHIER, site)
    till = Till.create(site, "1")
    return Shop(site, ana, cas, till, Shift.open(till, 50_000, cas))
