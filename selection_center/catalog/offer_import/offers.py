"""One offer as a file says it: plain, frozen, whole numbers and texts only.

Money is fen, lengths mm, weights g. None and "" mean that the file says nothing, which changes nothing.
"""

import hashlib
import json
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, Literal, Self

from selection_center.catalog.offer_import.tiers import Tier

QuoteWord = Literal["by_offer", "per_sku", "tier_per_sku"]


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """The company that a row names. `name` may be empty where the source's id is given."""

    name: str = ""
    source_id: str = ""
    trustpass: bool | None = None
    trustpass_years: int | None = None
    is_powerful_merchant: bool | None = None
    is_super_factory: bool | None = None


@dataclass(frozen=True, slots=True)
class PackRow:
    """Pieces in the inner box and the carton, the carton's sides and weights."""

    inner: int | None = None
    outer: int | None = None
    carton_mm: tuple[int, int, int] | None = None
    gross_g: int | None = None
    net_g: int | None = None


@dataclass(frozen=True, slots=True)
class SkuRow:
    """One spec. `price_fen`: the price that its row gives; `tiers`: its own, if the quote is tier_per_sku."""

    spec: str = ""
    spec_en: str = ""
    source_id: str = ""
    cargo_number: str = ""
    barcode: str = ""
    stock: int | None = None
    price_fen: int | None = None
    member_fen: int | None = None
    sample_fen: int | None = None
    tiers: tuple[Tier, ...] = ()
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer with its SKUs; one without variants has one SKU with an empty spec."""

    external_id: str
    title: str
    source: str = "1688"
    url: str = ""
    title_en: str = ""
    category: str = ""
    item_number: str = ""
    unit: str = ""
    moq: int = 1
    lot_size: int | None = None
    lot_unit: str = ""
    quote: QuoteWord = "by_offer"
    tiers: tuple[Tier, ...] = ()
    headline_fen: int | None = None
    sample_fen: int | None = None
    mix_pieces: int | None = None
    mix_fen: int | None = None
    tax_included: bool | None = None
    supplier: SupplierRow | None = None
    origin: str = ""
    tags: tuple[str, ...] = ()
    pack: PackRow = PackRow()
    attributes: tuple[tuple[str, str], ...] = ()
    """(name, value) in the file's order."""
    pictures: tuple[str, ...] = ()
    skus: tuple[SkuRow, ...] = (SkuRow(),)
    on_shelf: bool | None = None
    sales_text: str = ""
    sales_count: int | None = None
    lead_hours: int | None = None
    goods_type: str = ""
    is_dropship: bool | None = None
    is_quick_response: bool | None = None
    is_light_custom: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """What the file says, without what it leaves out; `from_json` reads it back."""
        said = _said(self, OFFER_DEFAULTS)
        if self.supplier:
            said["supplier"] = _said(self.supplier, SUPPLIER_DEFAULTS)
        if "pack" in said:
            said["pack"] = _said(self.pack, PACK_DEFAULTS)
        if "skus" in said:
            said["skus"] = [_said(sku, SKU_DEFAULTS) for sku in self.skus]
        return said

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        said = dict(said)
        if "supplier" in said:
            said["supplier"] = SupplierRow(**said["supplier"])
        if "pack" in said:
            pack = said["pack"]
            said["pack"] = PackRow(**pack | ({"carton_mm": tuple(pack["carton_mm"])} if "carton_mm" in pack else {}))
        if "skus" in said:
            said["skus"] = tuple(SkuRow(**sku | {"tiers": _pairs(sku.get("tiers", ()))}) for sku in said["skus"])
        for name in ("tiers", "attributes"):
            if name in said:
                said[name] = _pairs(said[name])
        for name in ("tags", "pictures"):
            if name in said:
                said[name] = tuple(said[name])
        return cls(**said)

    def digest(self) -> str:
        """64 hex digits: equal for rows that say the same, whatever their file, row number or column order."""
        said = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _pairs(pairs: Any) -> tuple[Any, ...]:
    return tuple(tuple(pair) for pair in pairs)


def _defaults(shape: type) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in dataclass_fields(shape))


def _said(row: object, defaults: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """The row's values that are not what a silent row has."""
    return {name: value for name, default in defaults if (value := getattr(row, name)) != default}


SUPPLIER_DEFAULTS = _defaults(SupplierRow)
PACK_DEFAULTS = _defaults(PackRow)
SKU_DEFAULTS = _defaults(SkuRow)
OFFER_DEFAULTS = _defaults(OfferRow)
