"""A factory's offers by whatever a list calls them: number, address, item number, barcode or title."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.catalog.addresses import find_offer, is_short_link
from selection_center.catalog.models import Listing, Sku, Supplier
from selection_center.core.db import db
from selection_center.core.i18n import in_language

SHORTEST_PART = 4
"""So many characters of a title are enough, where only one offer has them."""
STYLES_NAMED = 6
CUT = re.compile(r"[0-9](?:\.[0-9]+)?e\+?[0-9]+", re.IGNORECASE)
"""What a spreadsheet makes of a long number in a column that is not text."""


class Unread(Exception):
    """What a list says cannot be read; the text says why, and what would be accepted."""


@dataclass(frozen=True)
class Asked:
    """An offer and a style of it; no style: whichever comes."""

    listing_id: int
    sku_id: int | None = None


def key(text: str) -> str:
    """What two spellings of one name share."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class Offers:
    """Read once for a whole list."""

    def __init__(self, supplier: Supplier) -> None:
        self.supplier = supplier
        self.titles: dict[int, str] = {}
        self.parts: list[tuple[str, int]] = []
        self.styles: dict[int, dict[str, int]] = defaultdict(dict)
        self.named: dict[str, set[Asked]] = defaultdict(set)
        self._read_offers()
        self._read_styles()

    def _read_offers(self) -> None:
        columns = (Listing.id, Listing.external_id, Listing.item_number, Listing.title, Listing.title_en)
        query = sa.select(*columns).filter_by(supplier_id=self.supplier.id).order_by(Listing.id)
        for id, external_id, item_number, title, title_en in db.session.execute(query):
            self.titles[id] = in_language(title, title_en)
            for name in (external_id, item_number, title, title_en):
                if key(name):
                    self.named[key(name)].add(Asked(id))
            self.parts += [(key(name), id) for name in (title, title_en) if name]

    def _read_styles(self) -> None:
        columns = (Sku.id, Sku.listing_id, Sku.spec, Sku.spec_en, Sku.cargo_number, Sku.barcode)
        query = sa.select(*columns).join(Listing).where(Listing.supplier_id == self.supplier.id)
        for id, listing_id, spec, spec_en, cargo_number, barcode in db.session.execute(query.order_by(Sku.id)):
            for name in (spec, spec_en or spec):
                self.styles[listing_id].setdefault(key(name), id)
            for name in (cargo_number, barcode):
                if key(name):
                    self.named[key(name)].add(Asked(listing_id, id))

    def find(self, name: str, *more: str) -> Asked:
        """The offer that a list calls so. What more it says is a style of it, or one more name. Raises Unread."""
        found = self._offer(name)
        for word in more:
            if key(word) and not self._is_called(found, word):
                found = self._in_style(found, word)
        if found.sku_id is None and len(set(self.styles[found.listing_id].values())) == 1:
            return Asked(found.listing_id, next(iter(self.styles[found.listing_id].values())))
        return found

    def _is_called(self, found: Asked, word: str) -> bool:
        if key(word) in self.styles[found.listing_id]:
            return False
        if any(asked.listing_id == found.listing_id for asked in self.named.get(key(word), ())):
            return True
        return found in {Asked(asked.listing_id, found.sku_id) for asked in self._with_part(key(word))}

    def label(self, asked: Asked) -> str:
        return self.titles[asked.listing_id]

    def _offer(self, name: str) -> Asked:
        online = find_offer(name)
        if online is None and is_short_link(name):
            raise Unread(_("This is a short link that only the 1688 app opens. Write the offer's number or address."))
        if CUT.fullmatch(name.strip()):
            raise Unread(
                _("Excel has cut the number to %(value)s. Format the column as text and export it again.", value=name)
            )
        called = key(online.external_id if online else name)
        found = self.named.get(called) or (set() if online else self._with_part(called))
        offers = {asked.listing_id for asked in found}
        if len(offers) > 1:
            raise Unread(
                ngettext(
                    "%(num)s offer is called so. Write the offer's number.",
                    "%(num)s offers are called so. Write the offer's number.",
                    len(offers),
                )
            )
        if not offers:
            raise Unread(self._why_not(online.external_id) if online else _("No offer of this factory is called so."))
        return next(iter(found)) if len(found) == 1 else Asked(offers.pop())

    def _with_part(self, called: str) -> set[Asked]:
        if len(called) < SHORTEST_PART:
            return set()
        return {Asked(id) for title, id in self.parts if called in title}

    def _why_not(self, external_id: str) -> str:
        other = db.session.scalar(sa.select(Listing).filter_by(external_id=external_id).limit(1))
        if other is None:
            return str(_("Offer %(id)s is not in the catalog. Import it first.", id=external_id))
        if other.supplier is None:
            return str(_("Offer %(id)s has no factory yet. Set it in the catalog first.", id=external_id))
        return str(_("Offer %(id)s belongs to %(name)s.", id=external_id, name=other.supplier.label))

    def _in_style(self, found: Asked, style: str) -> Asked:
        styles = self.styles[found.listing_id]
        if key(style) not in styles:
            names = [name for name in styles if name]
            known = ", ".join(names[:STYLES_NAMED]) + (" …" if len(names) > STYLES_NAMED else "")
            if not known:
                raise Unread(_("This offer has one style only: leave the style out."))
            raise Unread(_("This offer has no style %(style)s. It has: %(known)s.", style=style[:40], known=known))
        return Asked(found.listing_id, styles[key(style)])
