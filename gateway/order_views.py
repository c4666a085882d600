"""Orders as answers: alibaba.trade.get.buyerView, getBuyerOrderList, cancel. Yuan here and fen there, as documented."""

from datetime import timezone
from typing import Any

from gateway import clock, members, orders, steps
from gateway.apis import Call, api
from gateway.members import Member
from gateway.orders import CANCELLED, SUCCESS, TERMINATED, UNPAID, Line, Order, Parcel
from gateway.parameters import Parameter, date, flag, ids, text, texts, whole
from gateway.products import WEBSITE, yuan
from gateway.refusals import CODE, business, gateway

LARGEST_PAGE = 50
STATUS_WORDS = {
    **{"waitbuyerpay": "等待买家付款", "waitsellersend": "等待卖家发货", "waitbuyerreceive": "等待买家收货"},
    **{"confirm_goods": "已收货", "success": "交易成功", "cancel": "交易取消", "terminated": "交易终止"},
}


def own(call: Call, order_id: str) -> Order:
    """Another buyer's order and one that is not seen yet answer in the platform's words."""
    order = orders.find(call.db, order_id)
    if order is None or is_hidden(call, order):
        raise business("ORDER_NOT_EXIST", "订单不存在")
    if order.buyer != call.member.member_id:
        raise business("500", "不是自己的订单", CODE)
    return order


def is_hidden(call: Call, order: Order) -> bool:
    return order.created_ms > clock.now() - call.hidden_ms


@api(
    *("com.alibaba.trade", "alibaba.trade.get.buyerView"),
    webSite=WEBSITE,
    orderId=Parameter(whole),
    outOrderId=Parameter(text),
    includeFields=Parameter(text),
    attributeKeys=Parameter(texts),
)
def buyer_view(call: Call) -> dict[str, Any]:
    """By order number or by outOrderId; of several orders under one, the oldest."""
    if "orderId" in call.given:
        order = own(call, str(call.given["orderId"]))
    elif "outOrderId" in call.given:
        order = referred(call)
    else:
        raise gateway("gw.ParamMissing", "Required argument orderId")
    return {"result": trade(call, order, exact=False), "success": True}


def referred(call: Call) -> Order:
    found = orders.by_reference(call.db, call.member.member_id, call.given["outOrderId"])
    seen = [order for order in found if not is_hidden(call, order)]
    if not seen:
        raise business("ORDER_NOT_EXIST", "订单不存在")
    return seen[0]


@api(
    *("com.alibaba.trade", "alibaba.trade.getBuyerOrderList"),
    bizTypes=Parameter(texts),
    createStartTime=Parameter(date),
    createEndTime=Parameter(date),
    modifyStartTime=Parameter(date),
    modifyEndTime=Parameter(date),
    isHis=Parameter(flag),
    orderStatus=Parameter(text),
    refundStatus=Parameter(text),
    page=Parameter(whole),
    pageSize=Parameter(whole),
    sellerMemberId=Parameter(text),
    sellerLoginId=Parameter(text),
    sellerRateStatus=Parameter(whole),
    tradeType=Parameter(text),
    productName=Parameter(text),
    needBuyerAddressAndPhone=Parameter(flag),
    needMemoInfo=Parameter(flag),
    outOrderId=Parameter(text),
    orderIds=Parameter(ids),
    needInvoicingSetting=Parameter(flag),
)
def order_list(call: Call) -> dict[str, Any]:
    """Newest first; history is empty here."""
    size = max(1, min(call.given.get("pageSize", 20), LARGEST_PAGE))
    page = max(1, call.given.get("page", 1))
    found = [] if call.given.get("isHis") else [order for order in listed(call) if fits(call, order)]
    shown = found[(page - 1) * size : page * size]
    return {"result": [trade(call, order, exact=True) for order in shown], "totalRecord": len(found)}


def listed(call: Call) -> list[Order]:
    asked = """select doc from orders where buyer = ?1 and created_ms between ?2 and ?3
               and modified_ms between ?4 and ?5 and (?6 = '' or status = ?6) and (?7 = '' or out_order_id = ?7)
               order by created_ms desc, rowid desc"""
    given, far = call.given, 1 << 62
    bounds = (given.get("createStartTime", 0), given.get("createEndTime", far))
    changed = (given.get("modifyStartTime", 0), given.get("modifyEndTime", far))
    words = given.get("orderStatus", ""), given.get("outOrderId", "")
    rows = call.db.execute(asked, (call.member.member_id, *bounds, *changed, *words))
    return [orders.read(row["doc"]) for row in rows]


def fits(call: Call, order: Order) -> bool:
    """The filters that are no columns."""
    given = call.given
    seller = members.by_login(call.db, given["sellerLoginId"]) if "sellerLoginId" in given else None
    return (
        not is_hidden(call, order)
        and order.business in given.get("bizTypes", [order.business])
        and given.get("refundStatus", order.refund_status) == order.refund_status
        and given.get("sellerMemberId", order.seller) == order.seller
        and ("sellerLoginId" not in given or (seller is not None and seller.member_id == order.seller))
        and int(order.order_id) in given.get("orderIds", [int(order.order_id)])
        and any(given.get("productName", "") in line.subject for line in order.lines)
    )


def trade(call: Call, order: Order, exact: bool) -> dict[str, Any]:
    """In a single order `id` has lost its last digits on the way, and `idOfStr` is text; in a list it is a number."""
    zone = clock.PACIFIC if call.settings.mixed_offsets and int(order.order_id[-5]) % 2 else clock.SHANGHAI
    buyer, seller = members.known(call.db, order.buyer), members.known(call.db, order.seller)
    number = int(order.order_id)
    ids = {"id": number, "idOfStr": number} if exact else {"id": int(float(number)), "idOfStr": order.order_id}
    return {
        "baseInfo": {**ids, **base_info(order, buyer, seller, zone)},
        "nativeLogistics": native_logistics(order, seller, zone, with_parcels=not exact),
        "productItems": [item(call.base_url, order, line, zone) for line in order.lines],
        "tradeTerms": [trade_term(order, zone)],
        "extAttributes": [],
        "orderRateInfo": {"buyerRateStatus": 5, "sellerRateStatus": 5},
    }


def base_info(order: Order, buyer: Member, seller: Member, zone: timezone) -> dict[str, Any]:
    times = {
        **{"createTime": order.created_ms, "modifyTime": order.modified_ms, "payTime": order.paid_ms},
        **{"allDeliveredTime": order.sent_ms, "receivingTime": order.received_ms, "completeTime": order.completed_ms},
    }
    words = {
        **{"closeReason": order.close_reason, "refundStatus": order.refund_status, "refundId": order.refund_id},
        **{"refundStatusForAs": order.refund_after_status, "outOrderId": order.out_order_id},
        **{"buyerFeedback": order.message, "remark": order.message},
    }
    return {
        **{name: clock.wire(at, zone) for name, at in times.items() if at},
        **{name: value for name, value in words.items() if value},
        **{"businessType": order.business, "status": order.status, "tradeType": "50060", "stepPayAll": False},
        **{
            "tradeTypeCode": order.trade_type,
            "payTimeout": 432_000,
            "payTimeoutType": 0,
            "flowTemplateCode": order.flow,
        },
        **{"totalAmount": yuan(order.total), "shippingFee": yuan(order.freight)},
        **{"sumProductPayment": yuan(sum(line.unit_price * line.quantity for line in order.lines))},
        "refund": yuan(order.refund if "refundsuccess" in {order.refund_status, order.refund_after_status} else 0),
        "refundPayment": order.refund,
        "discount": sum(line.discount for line in order.lines),
        "alipayTradeId": f"2026{order.order_id}" if order.paid_ms else "UNCREAT",
        **{"buyerID": buyer.member_id, "buyerLoginId": buyer.login_id, "buyerUserId": buyer.user_id},
        **{"sellerID": seller.member_id, "sellerLoginId": seller.login_id, "sellerUserId": seller.user_id},
        "buyerContact": contact(buyer),
        "sellerContact": contact(seller),
        "receiverInfo": receiver(order.address),
    }


def contact(member: Member) -> dict[str, str]:
    return {
        "name": member.contact,
        "mobile": member.mobile,
        "imInPlatform": member.login_id,
        "companyName": member.company,
    }


def receiver(address: dict[str, str]) -> dict[str, str]:
    area = " ".join(address.get(name, "") for name in ("provinceText", "cityText", "areaText", "townText")).strip()
    found = {
        **{"toFullName": address["fullName"], "toDivisionCode": address.get("districtCode", "")},
        **{"toMobile": address.get("mobile", ""), "toPhone": address.get("phone", "")},
        **{"toPost": address.get("postCode", ""), "toArea": f"{area} {address['address']}".strip()},
    }
    return {name: value for name, value in found.items() if value}


def native_logistics(order: Order, seller: Member, zone: timezone, with_parcels: bool) -> dict[str, Any]:
    address = order.address
    found = {
        **{"address": address["address"], "area": address.get("areaText"), "areaCode": address.get("districtCode")},
        **{"city": address.get("cityText"), "province": address.get("provinceText"), "town": address.get("townText")},
        **{"contactPerson": address["fullName"], "mobile": address.get("mobile"), "zip": address.get("postCode")},
    }
    sent = [parcel_item(parcel, seller, zone) for parcel in order.parcels]
    return {
        **{name: value for name, value in found.items() if value},
        **({"logisticsItems": sent} if with_parcels and sent else {}),
    }


def parcel_item(parcel: Parcel, seller: Member, zone: timezone) -> dict[str, Any]:
    carried = {"logisticsCompanyName": parcel.company, "logisticsCompanyNo": parcel.company_no, "logisticsCompanyId": 8}
    return {
        **{"deliveredTime": clock.wire(parcel.sent_ms, zone), "gmtCreate": clock.wire(parcel.sent_ms, zone)},
        **{"gmtModified": clock.wire(parcel.sent_ms, zone), "logisticsCode": parcel.logistics_id, "type": parcel.kind},
        **{"id": int(parcel.logistics_id[2:]), "status": "alreadysend", "logisticsBillNo": parcel.bill_no},
        **{"fromProvince": seller.province, "fromCity": seller.city, "fromMobile": seller.mobile},
        "subItemIds": ",".join(parcel.item_ids),
        **({"noLogisticsCondition": parcel.condition} if parcel.condition else carried),
    }


def item(base_url: str, order: Order, line: Line, zone: timezone) -> dict[str, Any]:
    number = int(line.item_id)
    specified = {"specId": line.spec_id, "skuID": line.sku_id} if line.spec_id else {}
    refunded = {"refundStatus": line.refund_status, "refundId": order.refund_id} if line.refund_status else {}
    return {
        **{"name": line.subject, "productID": line.offer_id, "productCargoNumber": line.cargo_number, **specified},
        **{"price": yuan(line.unit_price), "quantity": line.quantity, "quantityFactor": 1, "unit": line.unit},
        **{"itemAmount": yuan(line.amount), "entryDiscount": line.discount, "refund": 0, **refunded},
        **{"subItemID": int(float(number)), "subItemIDString": line.item_id, "type": "common"},
        **{
            "status": order.status,
            "statusStr": STATUS_WORDS.get(order.status, order.status),
            "logisticsStatus": line.sent,
        },
        **{"gmtCreate": clock.wire(order.created_ms, zone), "gmtModified": clock.wire(order.modified_ms, zone)},
        "gmtPayExpireTime": clock.plain(order.created_ms + 5 * 86_400_000),
        "productImgUrl": [f"{base_url}{line.picture}.80x80.jpg", f"{base_url}{line.picture}"],
        "productSnapshotUrl": f"{base_url}offer/{line.offer_id}.html",
        "skuInfos": [{"name": name, "value": value} for name, value in line.attributes],
        "guaranteesTerms": [],
    }


def trade_term(order: Order, zone: timezone) -> dict[str, Any]:
    refunded = order.refund_status == "refundsuccess" and order.refund >= order.total
    closed = order.status in {CANCELLED, TERMINATED}
    status = "4" if refunded else "8" if closed and not order.paid_ms else "1" if order.status == UNPAID else "2"
    return {
        **{"payStatus": "6" if order.status == SUCCESS else status, "payWay": "1", "payWayDesc": "支付宝"},
        **{"phasAmount": yuan(order.total), "phase": int(order.order_id) // 1000},
        **({"payTime": clock.wire(order.paid_ms, zone)} if order.paid_ms else {}),
    }


@api(
    *("com.alibaba.trade", "alibaba.trade.cancel"),
    webSite=WEBSITE,
    tradeID=Parameter(whole, required=True),
    cancelReason=Parameter(text, required=True),
    remark=Parameter(text),
)
def cancel(call: Call) -> dict[str, Any]:
    order = orders.find(call.db, str(call.given["tradeID"]))
    if order is None:
        raise business("ORDER_NOT_EXIST", "订单不存在")
    if order.buyer != call.member.member_id:
        raise business("400_3", "没有权限取消该订单")
    if order.status != UNPAID:
        raise business("ORDER_STATUS_ERROR", "订单状态错误")
    if clock.now() - order.created_ms < call.settings.close_after_seconds * 1000:
        raise business("CLOSE_ORDER_TOO_FAST", "订单创建后10秒内不能关闭")
    steps.close(call.db, order, {"by": "buyer", "reason": call.given["cancelReason"]})
    return {"success": True}
