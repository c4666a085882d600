"""productInfo as the platform writes it -> OfferRow. Money comes in yuan, ids as texts, pictures without their host."""

from collections.abc import Sequence
from typing import Any

from selection_center.catalog.addresses import offer_address
from selection_center.catalog.models import SOURCE_1688
from selection_center.catalog.offer_import import cells
from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.lines import PICTURE_HOST
from selection_center.catalog.offer_import.offers import OfferRow, SkuRow, SupplierRow
from selection_center.catalog.offer_import.reader import LONGEST_TEXT
from selection_center.catalog.offer_import.rows import MOST_SKUS
from selection_center.core.money import MoneyError, parse_fen
from selection_center.marketplace.connectors.alibaba_1688.quotes import Unfit, price, quantity, quoted
from selection_center.marketplace.connectors.alibaba_1688.reading import Record, identity, part, parts, text, truth
from selection_center.marketplace.connectors.alibaba_1688.skus import pictures_of, short, sku_rows, stock

PUBLISHED = "published"
DELETED = frozenset({"deleted", "member deleted"})
LONGEST_ATTRIBUTE = 200
HOURS_A_DAY = 24


def status_of(product: Record) -> str:
    return text(product, "status").lower()


def offer_of(product: Record, pictures: str = PICTURE_HOST) -> OfferRow:
    """Raises Unreadable, for an offer that cannot stand here Unfit. The mixed rule is a question of its own.

    `pictures`: what stands before their addresses.
    """
    external_id = identity(product, "productID", "productId")
    if not external_id:
        raise Unfit("no_offer_id")
    title = short(text(product, "subject"), Field.TITLE)
    if not title:
        raise Unfit("no_title")
    sale, shipping, skus = part(product, "saleInfo"), part(product, "shippingInfo"), parts(product, "skuInfos")
    if len(skus) > MOST_SKUS:
        raise Unfit("skus_too_many")
    status = status_of(product)
    rows, sample_fen = sku_rows(skus, quoted_here := quoted(sale, skus), pictures)
    return OfferRow(
        external_id=external_id,
        title=title,
        source=SOURCE_1688,
        url=offer_address(external_id).url,
        title_en=short(text(product, "subjectTrans"), Field.TITLE_EN),
        category=short(text(product, "categoryName"), Field.CATEGORY),
        item_number=short(text(product, "productCargoNumber"), Field.ITEM_NUMBER),
        unit=short(text(sale, "unit"), Field.UNIT),
        moq=quoted_here.moq,
        quote=quoted_here.quote,
        tiers=quoted_here.tiers,
        headline_fen=_headline(text(product, "referencePrice")),
        sample_fen=sample_fen,
        supplier=_supplier(product),
        origin=short(text(shipping, "sendGoodsAddressText"), Field.ORIGIN),
        tags=tuple(_tags(product)),
        attributes=tuple(_attributes(parts(product, "attributes"))),
        pictures=tuple(pictures_of(part(product, "image").get("images"), pictures)),
        skus=rows or (SkuRow(stock=stock(sale)),),
        on_shelf=status == PUBLISHED if status else None,
        is_dropship=_is_dropship(sale, skus),
        lead_hours=(quantity(sale, "deliveryLimit") or 0) * HOURS_A_DAY or quantity(shipping, "leadHours"),
        **_lot(sale),
        **_sales(text(product, "bookedCount")),
    )


def _lot(sale: Record) -> dict[str, Any]:
    """1手=12件: both or none."""
    pieces, unit = quantity(sale, "batchNumber"), short(text(sale, "sellunit"), Field.UNIT)[:8]
    return {"lot_size": pieces, "lot_unit": unit} if pieces and pieces > 1 and unit else {}


def _supplier(product: Record) -> SupplierRow | None:
    name = short(text(product, "companyName"), Field.COMPANY)
    login = short(text(product, "supplierLoginId"), Field.SUPPLIER_ID)
    return SupplierRow(name=name, source_id=login) if name or login else None


def _headline(said: str) -> int | None:
    """A range or words are no headline price."""
    try:
        return parse_fen(said) or None
    except MoneyError:
        return None


def _sales(said: str) -> dict[str, Any]:
    if not said.isdigit():
        return {}
    return {"sales_text": said[: LONGEST_TEXT[Field.SALES]], "sales_count": min(int(said), cells.LARGEST_QUANTITY)}


def _is_dropship(sale: Record, skus: Sequence[Record]) -> bool | None:
    """One piece sent for us (一件代发): there is a price for it. None where the answer knows no such price at all."""
    said = [values for values in (sale, *skus) if "consignPrice" in values]
    return any(price(values, "consignPrice") for values in said) if said else truth(sale, "isOnePsale")


def _tags(product: Record) -> list[str]:
    groups = parts(product, "bizGroupInfos")
    return [found for one in groups if truth(one, "support") and (found := cells.clean(text(one, "description"))[:40])]


def _attributes(said: Sequence[Record]) -> list[tuple[str, str]]:
    pairs = ((cells.clean(text(one, "attributeName"))[:40], cells.clean(text(one, "value"))) for one in said)
    return [(name, value[:LONGEST_ATTRIBUTE]) for name, value in pairs if name and value]
