"""Offers as answers: alibaba.product.get, alibaba.product.list.get, and the seller's mixed-batch rule."""

from datetime import timezone
from typing import Any

from gateway import clock, listing, members, offers
from gateway.apis import Call, api
from gateway.offers import Offer, Sku, Tier
from gateway.parameters import Parameter, date, decimal, flag, ids, one_of, text, texts, whole
from gateway.refusals import MSG, business

WEBSITE = Parameter(one_of("1688"), required=True)
LARGEST_PAGE = 20
NAMES = ("attributeDisplayName", "attributeName")
"""Offers say the one or the other."""


def yuan(fen: int) -> float | int:
    """A JSON number of yuan: 6, 6.15."""
    return fen // 100 if fen % 100 == 0 else fen / 100


@api(
    *("com.alibaba.product", "alibaba.product.get"),
    productID=Parameter(whole, required=True),
    webSite=WEBSITE,
    scene=Parameter(text),
)
def get(call: Call) -> dict[str, Any]:
    return told(call, call.given["productID"])


@api("com.alibaba.product", "alibaba.cross.productInfo", productId=Parameter(whole, required=True))
def cross(call: Call) -> dict[str, Any]:
    return told(call, call.given["productId"])


def readable(call: Call, offer_id: int) -> Offer:
    offer = offers.find(call.db, offer_id)
    if offer is None:
        raise business("404", "商品不存在", MSG)
    if not members.may_read(call.db, call.member, offer.seller):
        raise business("403", "没有该商品的查询权限")
    return offer


def told(call: Call, offer_id: int) -> dict[str, Any]:
    offer = readable(call, offer_id)
    return {"productInfo": product(call, offer), "bizGroupInfos": groups(offer), "success": True}


@api(
    *("com.alibaba.product", "alibaba.product.list.get"),
    pageNo=Parameter(whole),
    pageSize=Parameter(whole),
    statusList=Parameter(texts),
    categoryId=Parameter(whole),
    subjectKey=Parameter(text),
    cargoNumber=Parameter(text),
    productIds=Parameter(ids),
    startModifyTime=Parameter(date),
    endModifyTime=Parameter(date),
    startPublishTime=Parameter(date),
    endPublishTime=Parameter(date),
    priceStart=Parameter(decimal),
    priceEnd=Parameter(decimal),
    orderByCondition=Parameter(one_of(*listing.ORDERS)),
    orderByType=Parameter(one_of("ASC", "DESC")),
    needDetail=Parameter(flag),
    needFreight=Parameter(flag),
    needUserCategoryInfo=Parameter(flag),
    supportOnlineTrade=Parameter(flag),
)
def list_get(call: Call) -> dict[str, Any]:
    """A page larger than 20 is cut to 20, as documented."""
    size = max(1, min(call.given.get("pageSize", LARGEST_PAGE), LARGEST_PAGE))
    page = max(1, call.given.get("pageNo", 1))
    found, total = listing.page(call, page, size)
    detailed = call.given.get("needDetail", False)
    told = [product(call, offer, detailed) for offer in found]
    page_result = {"pageIndex": page, "sizePerPage": size, "totalRecords": total, "resultList": told}
    return {"result": {"success": True, "pageResult": page_result}, "success": True}


def product(call: Call, offer: Offer, detailed: bool = True) -> dict[str, Any]:
    zone = clock.PACIFIC if call.settings.mixed_offsets and offer.offer_id % 5 == 0 else clock.SHANGHAI
    seller = members.known(call.db, offer.seller)
    return {
        "productID": offer.offer_id,
        "productType": "wholesale",
        "categoryID": offer.category_id,
        "categoryName": offer.category,
        "attributes": [attribute(number, *pair) for number, pair in enumerate(offer.attributes)],
        "groupID": [offer.category_id % 1000],
        "status": offer.status,
        "subject": offer.subject,
        **({"description": offer.description} if detailed else {}),
        "language": "CHINESE",
        "periodOfValidity": 3650,
        "bizType": 1,
        "image": {"images": offer.pictures},
        "skuInfos": [sku_info(offer, sku) for sku in offer.skus],
        "saleInfo": sale_info(offer),
        "shippingInfo": shipping_info(offer, seller),
        "extendInfos": [{"key": "isOnePsale", "value": str(consignable(offer)).lower()}],
        "supplierLoginId": seller.login_id,
        "productCargoNumber": offer.cargo_number,
        "referencePrice": str(yuan(offer.lowest())),
        "qualityLevel": offer.offer_id % 6,
        "bookedCount": str(offer.booked),
        "sevenDaysRefunds": offer.offer_id % 2 == 0,
        **moments(offer, zone),
    }


def moments(offer: Offer, zone: timezone) -> dict[str, str]:
    return {
        "createTime": clock.wire(offer.created_ms, zone),
        "lastUpdateTime": clock.wire(offer.modified_ms, zone),
        "lastRepostTime": clock.wire(offer.modified_ms, zone),
        "approvedTime": clock.wire(offer.created_ms, zone),
        "expireTime": clock.wire(offer.created_ms + 3650 * 86_400_000, zone),
    }


def attribute(number: int, name: str, value: str) -> dict[str, Any]:
    return {"attributeID": 2000 + number, "attributeName": name, "valueID": 0, "value": value, "isCustom": number > 2}


def groups(offer: Offer) -> list[dict[str, Any]]:
    return [{"support": consignable(offer), "description": "淘货源一件代发", "code": "taohuoyuan"}]


def consignable(offer: Offer) -> bool:
    """Is one-piece dropshipping (一件代发) offered?"""
    return offer.consign_price is not None or any(sku.consign_price is not None for sku in offer.skus)


def ranges(tiers: list[Tier]) -> list[dict[str, Any]]:
    return [{"startQuantity": tier.start, "price": yuan(tier.price)} for tier in tiers]


def sku_info(offer: Offer, sku: Sku) -> dict[str, Any]:
    """Prices that the SKU does not have are left out."""
    prices = {
        "price": sku.price if offer.quote_type in {offers.BY_SKU, offers.BY_SKU_TIER} else None,
        "retailPrice": sku.retail_price,
        "consignPrice": sku.consign_price,
        "takeSamplePrice": sku.sample_price,
        "jxhyPrice": sku.one_piece_price,
        "jxhyPfPrice": sku.pack_price,
    }
    return {
        "attributes": [sku_attribute(number, pair, sku) for number, pair in enumerate(sku.attributes)],
        "cargoNumber": sku.cargo_number,
        "amountOnSale": sku.stock,
        **{name: yuan(price) for name, price in prices.items() if price is not None},
        "priceRange": ranges(sku.tiers),
        "skuId": sku.sku_id,
        "specId": sku.spec_id,
    }


def sku_attribute(number: int, pair: list[str], sku: Sku) -> dict[str, Any]:
    (name, value), odd = pair, sku.sku_id // 10 % 2
    picture = {"skuImageUrl": sku.picture} if sku.picture and number == 0 else {}
    return {"attributeID": 3000 + number, "attributeValue": value, NAMES[odd]: name, **picture}


def sale_info(offer: Offer) -> dict[str, Any]:
    lots = {"sellunit": offer.sell_unit, "batchNumber": offer.lot} if offer.lot > 1 else {}
    prices = {"consignPrice": offer.consign_price, "retailprice": offer.retail_price}
    return {
        "supportOnlineTrade": offer.online,
        "mixWholeSale": offer.mixed,
        "priceAuth": offer.private_price,
        "priceRanges": ranges(offer.tiers),
        "amountOnSale": float(offer.on_sale()),
        "unit": offer.unit,
        **lots,
        "minOrderQuantity": offer.minimum,
        "quoteType": offer.quote_type,
        **{name: yuan(price) for name, price in prices.items() if price is not None},
        "deliveryLimit": offer.days,
    }


def shipping_info(offer: Offer, seller: members.Member) -> dict[str, Any]:
    long, wide, high = offer.size_cm
    return {
        "unitWeight": offer.grams / 1000,
        "suttleWeight": offer.grams * 9 // 10 / 1000,
        "length": long,
        "width": wide,
        "height": high,
        "volume": long * wide * high,
        "freightTemplateID": offer.freight_template,
        "sendGoodsAddressText": f"{seller.province} {seller.city}",
        "handlingTime": offer.days,
    }


@api(
    *("com.alibaba.trade", "alibaba.trade.OpQueryMarketingMixConfig"),
    sellerMemberId=Parameter(text),
    sellerLoginId=Parameter(text),
)
def mix_config(call: Call) -> dict[str, Any]:
    """混批"""
    named = call.given.get("sellerMemberId"), call.given.get("sellerLoginId")
    if not any(named):
        raise business("500_1", "卖家信息不得为空。", extErrorMessage="sellerMemberId, sellerLoginId")
    seller = members.find(call.db, named[0]) if named[0] else members.by_login(call.db, named[1] or "")
    if seller is None or seller.kind != members.SELLER:
        raise business("500_2", "卖家不存在。")
    rule = {
        "generalHunpi": seller.mixed,
        "gmtCreate": clock.wire(seller.mix_created_ms),
        "gmtModified": clock.wire(seller.mix_created_ms),
        "memberId": seller.member_id,
        "mixAmount": seller.mix_amount // 100,
        "mixNumber": seller.mix_number,
    }
    return {"result": rule, "success": True}


@api("com.alibaba.product", "alibaba.product.follow", productId=Parameter(whole, required=True))
def follow(call: Call) -> dict[str, Any]:
    """关注; twice is once."""
    offer = readable(call, call.given["productId"])
    call.db.execute("insert or ignore into follows values (?, ?)", (call.member.member_id, offer.offer_id))
    return {"code": 200, "message": "success"}


@api("com.alibaba.product", "alibaba.product.unfollow.crossborder", productId=Parameter(whole, required=True))
def unfollow(call: Call) -> dict[str, Any]:
    """Refuses one that is not followed."""
    row = (call.member.member_id, call.given["productId"])
    if not call.db.execute("delete from follows where member_id = ? and offer_id = ?", row).rowcount:
        raise business("404", "未关注该商品", MSG)
    return {"code": 200, "message": "success"}


@api("system", "currentTime", needs_user=False)
def current_time(_call: Call) -> str:
    """A bare JSON string: proves algorithm, secret and network."""
    return clock.wire(clock.now())
