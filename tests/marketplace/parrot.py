"""A connector of the tests: it says what it was told to say, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.marketplace.connectors import Connector, Field, OfferPage


class Parrot(Connector):
    name = "parrot"
    label = "Parrot"
    fields = (Field("address", "Address"), Field("key", "Key", secret=True), Field("token", "Token", True, False))
    takes_orders = True
    says: ClassVar[list[Callable[[Parrot], Any]]] = []
    """What each call does, in their order; the last one goes on."""
    asked: ClassVar[list[dict[str, str]]] = []
    pages: ClassVar[list[OfferPage | Exception]] = []
    """By their cursor, a number; an exception is raised once."""
    single: ClassVar[dict[str, OfferRow]] = {}
    calls: ClassVar[list[str]] = []

    def check(self) -> str:
        with self.gate("check"):
            self.asked.append(dict(self.given))
            said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
            return str(said(self))

    def fetch_listings(self, cursor: str | None = None, *, changed_since: datetime | None = None) -> OfferPage:
        number = int(cursor or 0)
        with self.gate("page"):
            self.calls.append(f"page {number}")
            page = self.pages[number]
            if isinstance(page, Exception):
                self.pages.pop(number)
                raise page
        after = number + 1 < len([each for each in self.pages if isinstance(each, OfferPage)])
        return OfferPage(page.offers, str(number + 1) if after else None, page.total, page.refused)

    def fetch_one(self, external_id: str) -> OfferRow | None:
        with self.gate("one"):
            self.calls.append(f"one {external_id}")
            return self.single.get(external_id)
