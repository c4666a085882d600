"""The SKUs of an offer: each named by its attributes, with an id that is needed to order it."""

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_FLOOR
from typing import Any

from selection_center.catalog.offer_import import cells
from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.offers import SkuRow
from selection_center.catalog.offer_import.reader import LONGEST_TEXT
from selection_center.marketplace.connectors.alibaba_1688.quotes import Quoted, Unfit, price
from selection_center.marketplace.connectors.alibaba_1688.reading import Record, identity, number, parts, text

MOST_PICTURES = 30


def short(said: str, which: Field) -> str:
    """One clean line, no longer than its column."""
    return cells.clean(said)[: LONGEST_TEXT[which]].rstrip()


def pictures_of(said: Any, before: str) -> list[str]:
    found = []
    for address in said if isinstance(said, list) else ():
        if not isinstance(address, str) or len(address) > LONGEST_TEXT[Field.URL]:
            continue
        if "://" not in address and not address.startswith("//"):
            found.append(before + address.lstrip("/"))
        elif address.startswith(("https://", "http://", "//")):
            found.append("https://" + address.partition("//")[2])
    return list(dict.fromkeys(found))[:MOST_PICTURES]


def sku_rows(skus: Sequence[Record], priced: Quoted, pictures: str) -> tuple[tuple[SkuRow, ...], int | None]:
    """The SKUs, and the one price of a sample if all have the same."""
    samples = [price(sku, "takeSamplePrice") for sku in skus]
    one = samples[0] if len(set(samples)) == 1 else None
    specs = _specs(skus)
    rows = (
        SkuRow(
            spec=specs[at],
            source_id=identity(sku, "specId"),
            cargo_number=short(text(sku, "cargoNumber"), Field.CARGO_NUMBER),
            stock=stock(sku),
            price_fen=priced.prices[at] if priced.prices else None,
            member_fen=price(sku, "memberPrice"),
            sample_fen=None if one else samples[at],
            tiers=priced.ladders[at] if priced.ladders else (),
            picture_url=_picture(sku, pictures),
        )
        for at, sku in enumerate(skus)
    )
    return tuple(rows), one


def _picture(sku: Record, before: str) -> str:
    """The first that its attributes name."""
    said = [text(one, "skuImageUrl") for one in parts(sku, "attributes")]
    return next(iter(pictures_of([address for address in said if address], before)), "")


def _specs(skus: Sequence[Record]) -> list[str]:
    """红色/XL for each SKU; where two would read alike, what else tells them apart follows."""
    said = [
        short("/".join(filter(None, (text(one, "attributeValue", "value") for one in parts(sku, "attributes")))),
              Field.SPEC)
        for sku in skus
    ]  # fmt: skip
    count = Counter(said)
    told = [
        spec if count[spec] == 1 and (spec or len(skus) == 1) else _told_apart(spec, sku)
        for spec, sku in zip(said, skus, strict=True)
    ]
    if len(set(told)) < len(told):
        raise Unfit("sku_repeated")
    return told


def _told_apart(spec: str, sku: Record) -> str:
    mark = identity(sku, "skuId") or identity(sku, "specId")
    return f"{spec[: LONGEST_TEXT[Field.SPEC] - len(mark) - 1]}/{mark}".strip("/")


def stock(values: Record) -> int | None:
    """Pieces that can be sold; a piece that is not whole cannot."""
    found = number(values, "amountOnSale")
    if found is None:
        return None
    return min(max(int(found.to_integral_value(ROUND_FLOOR)), 0), cells.LARGEST_QUANTITY)
