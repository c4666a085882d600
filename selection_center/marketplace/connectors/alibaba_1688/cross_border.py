"""The cross-border detail of an offer uses other names for the same things: put into those of productInfo."""

from typing import Any

from selection_center.marketplace.connectors.alibaba_1688.products import PUBLISHED
from selection_center.marketplace.connectors.alibaba_1688.reading import Record, part, parts, text, truth

LEAD_HOURS = {"shipIn24Hours": 24, "shipIn48Hours": 48, "shipIn72Hours": 72}
PLUS = "plus"


def as_product(detail: Record) -> dict[str, Any]:
    """Without a word about its status, the platform shows what can be ordered."""
    sale, shipping = part(detail, "productSaleInfo"), part(detail, "productShippingInfo")
    ranges = parts(sale, "priceRangeList")
    is_plus = text(part(detail, "promotionModel"), "promotionType").lower() == PLUS
    member = ranges[0].get("promotionPrice") if is_plus and ranges else None
    tags = {text(tag, "key"): tag for tag in parts(detail, "tagInfoList")}
    return {
        **{name: detail.get(name) for name in ("subject", "subjectTrans", "categoryName", "companyName")},
        "productID": detail.get("offerId"),
        "status": detail.get("status") or PUBLISHED,
        "productCargoNumber": detail.get("productCargoNumber"),
        "bookedCount": detail.get("soldOut"),
        "image": part(detail, "productImage"),
        "attributes": parts(detail, "productAttribute"),
        "skuInfos": [_sku(sku, member, is_plus) for sku in parts(detail, "productSkuInfos")],
        "saleInfo": {
            "priceRanges": ranges,
            "quoteType": sale.get("quoteType"),
            "unit": text(part(sale, "unitInfo"), "unit"),
            "amountOnSale": sale.get("amountOnSale"),
            "minOrderQuantity": detail.get("minOrderQuantity"),
            "batchNumber": detail.get("batchNumber"),
            "sellunit": text(detail, "sellunit") or ("手" if detail.get("batchNumber") else ""),
            "isOnePsale": truth(tags.get("isOnePsale", {}), "value"),
        },
        "shippingInfo": {
            "sendGoodsAddressText": shipping.get("sendGoodsAddressText"),
            "leadHours": LEAD_HOURS.get(
                text(shipping, "shippingTimeGuarantee") or text(detail, "shippingTimeGuarantee")
            ),
        },
    }


def _sku(sku: Record, member: Any, is_plus: bool) -> dict[str, Any]:
    own = sku.get("promotionPrice") if is_plus else None
    fenxiao = part(sku, "fenxiaoPriceInfo")
    dropship = fenxiao.get("onePiecePrice")
    return {
        **{name: sku.get(name) for name in ("skuId", "specId", "amountOnSale", "cargoNumber", "priceRange")},
        "price": sku.get("price") or fenxiao.get("offerPrice"),
        "attributes": parts(sku, "skuAttributes"),
        "memberPrice": own or member,
        **({"consignPrice": dropship} if dropship is not None else {}),
    }
