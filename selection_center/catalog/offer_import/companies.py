"""Which supplier the company of a row is: by the source's id, else by its exact normalised name.

A file fills in what is not known of a supplier, and changes nothing that is: badges come, they never go.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from selection_center.catalog.offer_import.offers import OfferRow, SupplierRow
from selection_center.catalog.suppliers import Supplier, name_key
from selection_center.core.db import db


class Companies:
    """The suppliers that some offers speak of, read at once. `fallback`: the one for offers without a company."""

    def __init__(self, offers: Iterable[OfferRow], fallback_id: int | None = None) -> None:
        named = [(offer.source, offer.supplier) for offer in offers if offer.supplier]
        self.fallback = db.session.get(Supplier, fallback_id) if fallback_id else None
        self.of_id: dict[tuple[str, str], Supplier] = {}
        self.of_name: dict[str, Supplier] = {}
        if named:
            self._read({row.source_id for _, row in named if row.source_id}, {name_key(row.name) for _, row in named})

    def _read(self, ids: set[str], keys: set[str]) -> None:
        condition = sa.or_(Supplier.source_id.in_(ids), Supplier.name_key.in_(keys - {""}))
        for found in db.session.scalars(sa.select(Supplier).where(condition).order_by(Supplier.id)):
            self._learn(found)

    def _learn(self, found: Supplier) -> None:
        kept = current(found)
        if found.source_id:
            self.of_id.setdefault((found.source, found.source_id), kept)
        self.of_name.setdefault(found.name_key, kept)

    def find(self, offer: OfferRow) -> Supplier | None:
        """The supplier of an offer; None where it names none, or one that is not known yet."""
        row = offer.supplier
        if row is None:
            return self.fallback
        if row.source_id and (found := self.of_id.get((offer.source, row.source_id))):
            return found
        found = self.of_name.get(name_key(row.name)) if row.name else None
        is_another = found and row.source_id and found.source_id and found.source == offer.source
        return None if is_another else found

    def name_of(self, supplier_id: int) -> str:
        return db.session.get_one(Supplier, supplier_id).name

    def find_or_make(self, offer: OfferRow) -> Supplier | None:
        """The same, made where it is not known yet; what the row knows more of it is filled in."""
        row = offer.supplier
        found = self.find(offer)
        if row is None:
            return found
        if found is None:
            found = Supplier(source=offer.source, source_id=row.source_id or None, name=row.name or row.source_id)
            db.session.add(found)
            db.session.flush()
            self._learn(found)
        for name, value in news(found, offer).items():
            setattr(found, name, value)
        if row.source_id:
            self._learn(found)
        return found


def current(supplier: Supplier) -> Supplier:
    """The supplier into which this one was merged, or itself."""
    for _step in range(10):
        if supplier.merged_into_id is None:
            break
        supplier = db.session.get_one(Supplier, supplier.merged_into_id)
    return supplier


def news(supplier: Supplier, offer: OfferRow) -> dict[str, Any]:
    """What the offer knows of its supplier that is not known yet, by column."""
    row = offer.supplier or SupplierRow()
    found: dict[str, Any] = {}
    if row.source_id and not supplier.source_id and supplier.source in (offer.source, "manual"):
        found |= {"source": offer.source, "source_id": row.source_id}
    known, years = supplier.trustpass_years, row.trustpass_years or 0
    if row.trustpass and (known is None or (known == 0 and years)):
        found["trustpass_years"] = years
    for name in ("is_powerful_merchant", "is_super_factory"):
        if getattr(row, name) and not getattr(supplier, name):
            found[name] = True
    for name in ("mix_pieces", "mix_fen"):
        if getattr(offer, name) is not None and getattr(supplier, name) is None:
            found[name] = getattr(offer, name)
    return found
