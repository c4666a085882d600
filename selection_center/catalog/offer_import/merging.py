"""What an offer of a file would change on its listing. What the file does not say changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from selection_center.catalog.models import ListingState
from selection_center.catalog.offer_import.offers import OfferRow, SkuRow
from selection_center.catalog.offer_import.stored import Stored, Tiers
from selection_center.core.money import show_fen

AS_SAID = (
    *("url", "title", "title_en", "category", "item_number", "unit", "moq", "lot_size", "lot_unit", "quote"),
    *("headline_fen", "sample_fen", "tax_included", "origin", "sales_text", "lead_hours", "goods_type"),
    *("is_dropship", "is_quick_response", "is_light_custom"),
)
"""Columns of a listing that an offer names alike."""

SKU_AS_SAID = ("spec_en", "source_id", "cargo_number", "barcode", "stock", "price_fen", "member_fen", "sample_fen")

UNITS_EN = {
    **dict.fromkeys(("件", "个", "只", "条", "支", "把", "块", "根", "顶", "枚", "份", "片", "粒"), "pcs"),
    **{"双": "pairs", "对": "pairs", "套": "sets", "组": "sets", "盒": "boxes", "箱": "cartons", "包": "packs"},
    **{"袋": "bags", "瓶": "bottles", "卷": "rolls", "张": "sheets", "本": "books", "台": "units", "打": "dozen"},
    **{"米": "m", "码": "yd", "千克": "kg", "公斤": "kg", "克": "g"},
}

Change = list[str]
"""[column, old, new, spec] as a preview shows it; the spec is empty for the whole offer."""


@dataclass(slots=True)
class Merge:
    """What is to be written: columns of the listing, columns by spec, all tiers or None where they stay."""

    columns: dict[str, Any] = field(default_factory=dict)
    skus: dict[str, dict[str, Any]] = field(default_factory=dict)
    tiers: Tiers | None = None
    changes: list[Change] = field(default_factory=list)
    """Left empty for a new listing, where everything is new."""

    def change(self, name: str, old: Any, new: Any, spec: str = "") -> None:
        self.changes.append([name, shown(name, old), shown(name, new), spec])


def merge(offer: OfferRow, stored: Stored | None) -> Merge:
    """What to write so that the listing says what the offer says; for a new listing everything that it says."""
    merged = Merge()
    if stored is None:
        merged.columns = said_columns(offer, None)
        merged.skus = {sku.spec: said_sku(sku) | {"position": at} for at, sku in enumerate(offer.skus)}
        merged.tiers = said_tiers(offer, None)
        return merged
    old = stored.columns
    for name, value in said_columns(offer, old["attributes"]).items():
        if old[name] != value:
            merged.columns[name] = value
            merged.change(name, old[name], value)
    _merge_skus(merged, offer, stored)
    tiers = said_tiers(offer, stored)
    if tiers != stored.tiers:
        merged.tiers = tiers
        merged.change("tiers", shown_tiers(stored.tiers), shown_tiers(tiers))
    return merged


def said_columns(offer: OfferRow, attributes: list[list[str]] | None) -> dict[str, Any]:
    """The listing's columns that the offer speaks of. `attributes`: as stored, whose English is kept."""
    said = {name: value for name in AS_SAID if (value := getattr(offer, name)) is not None and value != ""}
    if offer.unit:
        said["unit_en"] = UNITS_EN.get(offer.unit, offer.unit)[:16]
    if offer.tags:
        said["tags"] = list(offer.tags)
    if offer.pictures:
        said["picture_urls"] = list(offer.pictures)
    if offer.attributes:
        known = {(row[0], row[1]): row for row in attributes or ()}
        said["attributes"] = [known.get(pair, [*pair, "", ""]) for pair in offer.attributes]
    if offer.on_shelf is not None:
        said["state"] = ListingState.ON_SHELF if offer.on_shelf else ListingState.OFF_SHELF
    pack = offer.pack
    sides = pack.carton_mm or (None, None, None)
    packed = {
        **{"inner_pack": pack.inner, "carton_pieces": pack.outer},
        **{"carton_length_mm": sides[0], "carton_width_mm": sides[1], "carton_height_mm": sides[2]},
        **{"carton_gross_g": pack.gross_g, "carton_net_g": pack.net_g},
    }
    return said | {name: value for name, value in packed.items() if value is not None}


def said_sku(sku: SkuRow) -> dict[str, Any]:
    return {name: value for name in SKU_AS_SAID if (value := getattr(sku, name)) is not None and value != ""}


def speaks_of_specs(offer: OfferRow, stored: Stored) -> bool:
    """False for an offer without specs whose listing has some: a short table says nothing about them."""
    return any(sku.spec for sku in offer.skus) or not any(stored.skus)


def _merge_skus(merged: Merge, offer: OfferRow, stored: Stored) -> None:
    """Specs that the file does not name stay: samples, lists and orders may name them."""
    for position, sku in enumerate(offer.skus) if speaks_of_specs(offer, stored) else ():
        said, old = said_sku(sku), stored.skus.get(sku.spec)
        if old is None:
            merged.skus[sku.spec] = said | {"position": position}
            merged.change("sku", "", sku.spec, sku.spec)
            continue
        for name, value in said.items():
            if old[name] != value:
                merged.skus.setdefault(sku.spec, {})[name] = value
                merged.change(name, old[name], value, sku.spec)


def said_tiers(offer: OfferRow, stored: Stored | None) -> Tiers:
    """The listing's tiers as they would be; those of specs that the file does not name stay."""
    if offer.quote != "tier_per_sku":
        return {(None, quantity): fen for quantity, fen in offer.tiers}
    own: Tiers = {(sku.spec, quantity): fen for sku in offer.skus for quantity, fen in sku.tiers}
    named = {sku.spec for sku in offer.skus}
    rest = stored.tiers if stored else {}
    return {key: fen for key, fen in rest.items() if key[0] is not None and key[0] not in named} | own


def shown(name: str, value: Any) -> str:
    """A value as a preview shows it, in no language."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return "✓" if value else "×"
    if name.endswith("_fen"):
        return show_fen(value)
    if isinstance(value, list):
        return _shown_list(value)
    return str(value)[:200]


def _shown_list(values: Iterable[Any]) -> str:
    texts = [": ".join(value[:2]) if isinstance(value, list) else str(value) for value in values]
    return "; ".join(texts)[:200]


def shown_tiers(tiers: Tiers) -> str:
    """ "≥3 ¥12.80; ≥48 ¥11.50", the specs' own behind their spec."""
    rungs = sorted(tiers.items(), key=lambda rung: (rung[0][0] or "", rung[0][1]))
    return "; ".join(f"{f'{spec} ' if spec else ''}≥{least} {show_fen(fen)}" for (spec, least), fen in rungs) or "—"
