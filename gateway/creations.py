"""alibaba.trade.fastCreateOrder and createCrossOrder: orders come to be, and each creation is written down."""

import json
from typing import Any

from gateway import cargo, clock, offers, orders, previews, pricing, shaking
from gateway.apis import Call, api
from gateway.cargo import Line
from gateway.members import Member
from gateway.orders import Order
from gateway.parameters import Parameter, flag, one_of, structure, text
from gateway.refusals import CODE, Refusal, business

LONGEST_MESSAGE = 500
COMMON = {
    "flow": Parameter(text, required=True),
    "message": Parameter(text),
    "addressParam": Parameter(cargo.read_address, required=True),
    "cargoParamList": Parameter(cargo.read_cargo, required=True),
    "invoiceParam": Parameter(cargo.read_invoice),
    "tradeType": Parameter(text),
    "shopPromotionId": Parameter(text),
    "fenxiaoChannel": Parameter(text),
    "outOrderId": Parameter(text),
    "useRedEnvelope": Parameter(one_of("y", "n")),
    "preSelectPayChannel": Parameter(text),
    "extendParam": Parameter(structure),
}


@api(
    "com.alibaba.trade",
    "alibaba.trade.fastCreateOrder",
    needs_user=True,
    **COMMON,
    subUserId=Parameter(text),
    anonymousBuyer=Parameter(flag),
    isvBizTypeStr=Parameter(text),
    instanceId=Parameter(text),
    noUseRedEnvelope=Parameter(one_of("y", "n")),
)
def fast_create(call: Call) -> dict[str, Any]:
    return create(call, "alibaba.trade.fastCreateOrder")


@api(
    "com.alibaba.trade",
    "alibaba.trade.createCrossOrder",
    needs_user=True,
    **COMMON,
    anonymousBuyer=Parameter(flag),
    isvBizType=Parameter(one_of("cross", "cross_daigou", "cross_distribution")),
    inventoryMode=Parameter(one_of("JIT", "NORMAL")),
    pickupService=Parameter(one_of("y", "n")),
    warehouseCode=Parameter(text),
    smallProcurement=Parameter(one_of("y", "n")),
    dropshipping=Parameter(one_of("y", "n")),
    addedService=Parameter(one_of("toB", "toC")),
    fromAgent=Parameter(text),
)
def create_cross(call: Call) -> dict[str, Any]:
    return create(call, "alibaba.trade.createCrossOrder")


def create(call: Call, name: str) -> dict[str, Any]:
    """A second creation under the same outOrderId makes further orders, unless `dedupe` is on."""
    reference = call.given.get("outOrderId")
    if call.settings.dedupe and reference and (before := created_before(call, reference)):
        return before
    try:
        made = ordered(call, reference)
    except Refusal as refusal:
        raise told(refusal) from None
    call.order_ids += [order.order_id for order in made]
    reply = {"result": result(made), "success": True}
    row = (clock.now(), name, call.member.member_id, reference, json.dumps(call.order_ids), json.dumps(reply))
    call.db.execute("insert into creations values (null, ?, ?, ?, ?, ?, ?)", row)
    return reply


def created_before(call: Call, reference: str) -> dict[str, Any] | None:
    asked = "select reply from creations where buyer = ? and out_order_id = ? order by id limit 1"
    row = call.db.execute(asked, (call.member.member_id, reference)).fetchone()
    return json.loads(row["reply"]) if row else None


def ordered(call: Call, reference: str | None) -> list[Order]:
    address = cargo.address(call)
    lines = cargo.lines(call)
    seller = cargo.seller(call, lines)
    parts = previews.planned(call, lines, seller, call.given["flow"])
    terms = {
        "address": address,
        "message": message(call),
        "out_order_id": reference,
        "trade_type": trade_type(call, seller),
        "business": business_type(parts[0]),
    }
    take_stock(call, lines)
    return [orders.create(call.db, call.member, seller, part, terms) for part in parts]


def message(call: Call) -> str:
    words = str(call.given.get("message", ""))
    if len(words) > LONGEST_MESSAGE:
        raise business("500", "留言不能超过500个字", CODE)
    return words


def trade_type(call: Call, seller: Member) -> str:
    supported = seller.trade_types.split(",")
    asked = str(call.given.get("tradeType", supported[0]))
    if asked not in supported:
        raise business("not support tradeType", f"not support tradeType:【{asked}】", CODE)
    return asked


def business_type(part: previews.Part) -> str:
    if part.is_sample:
        return orders.SAMPLE
    return "sp" if part.flow in pricing.DROPSHIP else "cn"


def take_stock(call: Call, lines: list[Line]) -> None:
    """The stock is known to suffice: it was checked in this transaction."""
    for line in lines:
        offer = offers.find(call.db, line.offer.offer_id) or line.offer
        move_stock(call.db, offer, line.sku.spec_id if line.sku else "", -line.quantity)


def move_stock(db: Any, offer: offers.Offer, spec_id: str, pieces: int) -> None:
    sku = offer.sku(spec_id)
    if sku:
        sku.stock += pieces
    else:
        offer.stock += pieces
    offer.booked = max(0, offer.booked - pieces)
    offers.keep_stock(db, offer)
    shaking.tell_stock(db, offer, [(sku.sku_id, sku.stock, pieces) if sku else (None, None, pieces)])


def told(refusal: Refusal) -> Refusal:
    """Creations say `code` and `message`, and list the line at fault."""
    words = next(refusal.body[name] for name in ("errorMsg", "errorMessage", "message") if name in refusal.body)
    failed = [failure(refusal.line, refusal.code, words)] if refusal.line else []
    result = {"success": False, "code": refusal.code, "message": words, "failedOfferList": failed}
    return business(refusal.code, words, CODE, result=result)


def failure(line: Line, code: str, words: str) -> dict[str, str]:
    spec = line.sku.spec_id if line.sku else ""
    return {"offerId": str(line.offer.offer_id), "specId": spec, "errorCode": code, "errorMessage": words}


def result(made: list[Order]) -> dict[str, Any]:
    """Fen. With a split, sum and order number are not told at the top."""
    if len(made) == 1:
        only = made[0]
        return {
            "success": True,
            "orderId": only.order_id,
            "totalSuccessAmount": only.total,
            "postFee": only.freight,
            "failedOfferList": [],
        }
    listed = [
        {
            **{"postFee": order.freight, "orderAmmount": order.total, "discount": 0, "mergePay": False},
            **{"orderId": order.order_id, "success": True, "resultCode": "200", "chooseFreeFreight": False},
            "sumPaymentNoCarriageFromClient": order.goods,
        }
        for order in made
    ]
    return {"success": True, "orderList": listed}
