"""What labels, tags, signs and cards that are drawn by a design say, of whatever they stand for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.pricing import ladder
from selection_center.catalog.supplier_forms import MERCHANT_WORDS
from selection_center.catalog.suppliers import Supplier
from selection_center.catalog.terms import offer_terms
from selection_center.catalog.visibility import sees_prices
from selection_center.core import i18n
from selection_center.core.db import db
from selection_center.core.money import show_fen
from selection_center.core.shop_time import today
from selection_center.printing.designs import Design
from selection_center.printing.eans import digits_of
from selection_center.printing.sheet_values import badges, sheet_values
from selection_center.printing.shelf_tags import HOTLINE, grade, prices
from selection_center.printing.values import (
    Values,
    blank_values,
    code_values,
    hidden_words,
    names,
    origin,
    shown_sku,
    spoken,
    stand_values,
)
from selection_center.samples.models import Placement, Sample, SampleKind, SampleState
from selection_center.samples.tags import Tag
from selection_center.sites.models import Bay, Site, Stand, Zone
from selection_center.stock.items import StockItem

ALWAYS = frozenset({"code", "host", "address", "unit", "per", "price_fen", "price_words"})
"""Beside what the design names."""
MOST_STANDS = 6
Shown = Sample | Tag | Stand | Zone | Supplier | StockItem


def design_values(design: Design, subject: Shown, language: str, with_prices: bool, site: Site) -> Values:
    """Those that the design shows."""
    with i18n.speaking(spoken(language)):
        said = all_values(subject, language, with_prices, site)
    return {key: value for key, value in said.items() if key in design.keys or key in ALWAYS}


def all_values(subject: Shown, language: str, with_prices: bool, site: Site) -> Values:
    match subject:
        case Tag():
            return blank_values(subject)
        case Stand():
            return stand_values(subject, language)
        case Sample():
            return of_sample(subject, language, with_prices)
        case Zone():
            return of_zone(subject, language)
        case Supplier():
            return of_supplier(subject, language, site)
    return of_stock(subject, language)


def of_sample(sample: Sample, language: str, with_prices: bool) -> Values:
    """As a sample sheet, with what the rules of price tags ask."""
    listing, sku = sample.listing, shown_sku(sample)
    said = sheet_values(sample, language, with_prices)
    return said | tag_facts(listing) | (money(listing, sku) if with_prices else {}) | {
        "carton": carton(listing),
        "ean": digits_of(sku.barcode),
        "pictures": said["pictures"][:1],
    }  # fmt: skip


def tag_facts(listing: Listing) -> Values:
    return {"grade": grade(listing), "day": today().isoformat(), "hotline": HOTLINE}


def money(listing: Listing, sku: Sku) -> Values:
    """Of the ladder's first rung; where buyers may not see it, why not."""
    if not sees_prices(listing.supplier):
        return {"price_words": hidden_words(listing.supplier), "tax": ""}
    rungs = ladder(offer_terms(listing), sku.id)
    if not rungs:
        return {"price_words": _("Ask for the price"), "tax": ""}
    lead = rungs[0]
    member = lead.member_fen is not None and lead.member_fen < lead.price_fen
    return {
        "member_price": show_fen(lead.member_fen) if member and lead.member_fen is not None else "",
        "moq": _("from %(count)s %(unit)s", count=lead.first, unit=listing.unit_label),
        "tax": _("tax included") if listing.tax_included else _("without tax"),
    }


def carton(listing: Listing) -> str:
    """Pieces and sides, as far as they are known."""
    box = offer_terms(listing).carton
    sides = [side / 10 for side in (box.length_mm, box.width_mm, box.height_mm) if side]
    said = [f"{box.pieces} {listing.unit_label}"] if box.pieces else []
    if len(sides) == 3:
        said.append("×".join(f"{side:g}" for side in sides) + " cm")
    return ", ".join(said)


def in_languages(chinese: str, english: str, language: str) -> list[str]:
    """The name, or both, Chinese first."""
    wanted = {"zh": [chinese], "en": [english or chinese]}.get(language)
    return [name for name in wanted or [chinese, english] if name]


def of_zone(zone: Zone, language: str) -> Values:
    query = sa.select(Stand.address).join(Stand.bay).where(Bay.zone_id == zone.id, Stand.closed_at.is_(None))
    return {
        "zone": zone.letter,
        "names": in_languages(zone.name, zone.name_en, language),
        "stands": span(list(db.session.scalars(query.order_by(Bay.number, Stand.level)))),
        "count": str(db.session.scalar(standing().where(Bay.zone_id == zone.id)) or ""),
        "site": zone.site.label,
    }


def standing() -> sa.Select[Any]:
    """How many samples stand on stands."""
    query = sa.select(sa.func.count(Sample.id)).join(Sample.placement).join(Placement.stand).join(Stand.bay)
    return query.where(Sample.state != SampleState.RETIRED)


def span(addresses: list[str]) -> str:
    return " – ".join(dict.fromkeys([addresses[0], addresses[-1]])) if addresses else ""


def of_supplier(supplier: Supplier, language: str, site: Site) -> Values:
    """What a buyer may know: never its contact and phone."""
    at = sa.select(Stand.address).join(Placement, Placement.stand_id == Stand.id).join(Placement.sample)
    at = at.where(Placement.ended_at.is_(None), Stand.site_id == site.id, Sample.state != SampleState.RETIRED)
    at = at.where(Sample.listing.has(Listing.supplier_id == supplier.id)).distinct().order_by(Stand.address)
    stands = list(db.session.scalars(at))
    more = f" +{len(stands) - MOST_STANDS}" if len(stands) > MOST_STANDS else ""
    worn = [*badges(supplier), *([str(_("Inspected"))] if supplier.is_inspected else [])]
    return {
        "names": in_languages(supplier.name, supplier.name_en, language),
        "merchant": str(MERCHANT_WORDS[supplier.merchant_type]) if supplier.merchant_type else "",
        "badges": worn,
        "origin": i18n.in_language(supplier.belt.place, supplier.belt.name_en) if supplier.belt else "",
        "booth": supplier.booth,
        "stands": ", ".join(stands[:MOST_STANDS]) + more,
        "count": str(len(stands)),
        "site": site.label,
    }


def of_stock(item: StockItem, language: str) -> Values:
    """What lies in the store to be taken away: prices as the till asks for one piece, and the shelf's code."""
    listing, sku = item.sku.listing, item.sku
    facing = db.session.scalar(
        sa.select(Sample)
        .where(Sample.site_id == item.site_id, Sample.sku_id == sku.id, Sample.kind == SampleKind.SHELF_FACING)
        .where(Sample.state != SampleState.RETIRED, Sample.tag.has())
        .order_by(Sample.id)
        .limit(1)
        .options(joinedload(Sample.tag), joinedload(Sample.placement).joinedload(Placement.stand))
    )
    said: Values = code_values(facing.code) if facing is not None and facing.code else {}
    return said | tag_facts(listing) | prices(listing, sku.id) | {
        "names": names(listing, language),
        "spec": sku.label,
        "item": sku.cargo_number or listing.item_number,
        "origin": origin(listing),
        "factory": listing.supplier.label if listing.supplier else "",
        "unit": listing.unit_label,
        "per": _("/%(unit)s", unit=listing.unit_label),
        "ean": digits_of(sku.barcode),
        "stand": facing.stand.address if facing is not None and facing.stand else "",
        "tax": _("tax included"),
        "site": item.site.label,
        "pictures": [],
    }  # fmt: skip
