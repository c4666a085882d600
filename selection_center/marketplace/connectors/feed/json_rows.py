"""A JSON's offers as rows of a table, so that the import's reader reads them: names of fields are its headers, and an
offer with specs has a row for each.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from selection_center.catalog.offer_import.columns import field_of
from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.lines import SourceRow

LISTS = ("offers", "products", "items", "listings", "data", "list", "result", "results", "rows", "商品")
SKUS = ("skus", "sku", "skuinfos", "variants", "specs", "options", "规格")
QUANTITIES = ("startQuantity", "minQuantity", "min_quantity", "quantity", "from", "min", "qty")
PRICES = ("price", "unitPrice", "unit_price", "value")
NAMES, VALUES = ("name", "attributeName", "key"), ("value", "attributeValue", "val")
OF_A_SKU = {
    *(Field.SPEC, Field.SPEC_EN, Field.SKU_ID, Field.CARGO_NUMBER, Field.BARCODE, Field.STOCK, Field.SKU_PRICE),
    *(Field.MEMBER_PRICE, Field.SAMPLE_PRICE, Field.TIERS),
}
DEEPEST = 3
MOST_DIGITS = 30
"""Of a number; beyond, it is written as its source wrote it, which no column takes."""


class NoOffers(ValueError):
    """JSON without a list of offers, or none at all."""


def offers_in(text: str) -> list[Mapping[str, Any]]:
    """The list of offers, alone or under one of the usual names."""
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise NoOffers(str(error)[:200]) from None
    for _ in range(DEEPEST):
        if isinstance(found, list) and all(isinstance(offer, dict) for offer in found):
            return found
        if not isinstance(found, dict):
            break
        inner = {str(name).lower(): value for name, value in found.items()}
        found = next((inner[name] for name in LISTS if isinstance(inner.get(name), list | dict)), None)
    raise NoOffers("no list of offers")


def header_of(offers: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for offer in offers:
        for row in _flat(offer):
            found.update(dict.fromkeys(row))
    return tuple(found)


def rows_of(offers: Sequence[Mapping[str, Any]], header: Sequence[str]) -> Iterator[SourceRow]:
    """Rows numbered from 2, as those under a header are."""
    number = 1
    for offer in offers:
        for row in _flat(offer):
            number += 1
            yield number, [row.get(name, "") for name in header]


def _flat(offer: Mapping[str, Any]) -> list[dict[str, str]]:
    listed = (value for name, value in offer.items() if name.lower() in SKUS and _records(value))
    skus: list[Mapping[str, Any]] = next(listed, [])
    usual = {"Offer ID" if name.lower() == "id" else name: value for name, value in offer.items() if value is not skus}
    own = {name: said for name, value in usual.items() if (said := as_text(value))}
    return [own | _sku(sku) for sku in skus] or [own]


def _sku(sku: Mapping[str, Any]) -> dict[str, str]:
    return {_sku_header(name): said for name, value in sku.items() if (said := as_text(value))}


def _sku_header(name: str) -> str:
    """ "price" of a spec is its own, not the offer's; what the reader does not know by itself is called the spec's."""
    if field_of(name) in OF_A_SKU:
        return name
    return {"id": "SKU ID", "price": "SKU price", "name": "SKU name", "title": "SKU name"}.get(
        name.lower(), f"SKU {name}"
    )


def as_text(value: Any) -> str:
    """A cell as a person would write it: tiers 10:6.80|100:6.20, attributes 材质:棉;风格:韩版, lists with |."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) <= MOST_DIGITS else str(value)
    if isinstance(value, dict):
        return ";".join(f"{name}:{said}" for name, inner in value.items() if (said := _scalar(inner)))
    if isinstance(value, list):
        if _records(value):
            return "|".join(filter(None, map(_pair, value)))
        return "|".join(filter(None, map(_scalar, value)))
    return str(value)


def _scalar(value: Any) -> str:
    return "" if isinstance(value, dict | list) else as_text(value)


def _pair(entry: Mapping[str, Any]) -> str:
    """One tier, or one attribute."""
    quantity, price = _first(entry, QUANTITIES), _first(entry, PRICES)
    if quantity and price and "name" not in entry:
        return f"{quantity}:{price}"
    name, value = _first(entry, NAMES), _first(entry, VALUES)
    return f"{name}:{value}" if name and value else _first(entry, ("url", "src"))


def _first(entry: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((said for name in names if (said := _scalar(entry.get(name)))), "")


def _records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)
