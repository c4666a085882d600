"""alibaba.createOrder.preview: what an order would cost, in how many orders, or why not."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from gateway import cargo, members, pricing
from gateway.apis import Call, api
from gateway.cargo import Line
from gateway.members import Member
from gateway.parameters import Parameter, flag, text
from gateway.pricing import Priced
from gateway.products import yuan
from gateway.refusals import MSG, Refusal, business

TRADE_NAMES = {"assureTrade": "担保交易", "alipay": "支付宝担保交易", "creditBuy": "诚e赊", "period": "账期交易"}


@dataclass
class Part:
    """One order of those into which a cargo is split; fen."""

    found: list[Priced]
    freight: int
    flow: str
    is_sample: bool

    @property
    def goods(self) -> int:
        return sum(one.amount for one in self.found)

    @property
    def total(self) -> int:
        return self.goods + self.freight


@api(
    *("com.alibaba.trade", "alibaba.createOrder.preview"),
    addressParam=Parameter(cargo.read_address, required=True),
    cargoParamList=Parameter(cargo.read_cargo, required=True),
    invoiceParam=Parameter(cargo.read_invoice),
    flow=Parameter(text),
    outOrderId=Parameter(text),
    instanceId=Parameter(text),
    isvBizType=Parameter(text),
    inventoryMode=Parameter(text),
    pickupService=Parameter(text),
    useBorderLogisticsSolution=Parameter(flag),
)
def preview(call: Call) -> dict[str, Any]:
    cargo.address(call)
    lines = cargo.lines(call)
    seller = cargo.seller(call, lines)
    parts = best(call, lines, seller, call.given.get("flow", ""))
    worded = [line.offer.offer_id for line in lines if line.offer.freight_template == 0]
    told = [shown(part, seller) for part in parts]
    return {"orderPreviewResuslt": told, "postFeeByDescOfferList": worded, "success": True}


def best(call: Call, lines: list[Line], seller: Member, flow: str) -> list[Part]:
    """With no flow named, the cheapest that is allowed."""
    if flow:
        return planned(call, lines, seller, flow)
    plans, refusals = [], []
    for tried in ("general", "fenxiao"):
        try:
            plans.append(planned(call, lines, seller, tried))
        except Refusal as refusal:
            refusals.append(refusal)
    if not plans:
        raise refusals[0]
    return min(plans, key=lambda parts: sum(part.total for part in parts))


def planned(call: Call, lines: list[Line], seller: Member, flow: str) -> list[Part]:
    """The orders that these lines make; each refusal of the documentation's table is true of stock and rules now."""
    if flow not in pricing.FLOWS:
        raise business("500", f"not support flow:【{flow}】", MSG)
    samples = flow == "general" and call.settings.sample_by_quantity and are_samples(lines)
    pricing.check_stock(lines)
    if flow in pricing.DROPSHIP and not members.consigns(call.db, call.member.member_id, seller.member_id):
        raise cargo.refused("500_007", lines[0], "与供应商的代销关系不存在,不能使用saleproxy通道下单。")
    if flow == "general" and not samples:
        pricing.check_quantities(lines, seller)
    if flow == "boutiquepifa" and any(line.quantity < pricing.FEWEST_OF_A_PACK for line in lines):
        raise cargo.refused("500_005", lines[0], "的购买数量不满足起批量限制。")
    found = pricing.priced(lines, flow, samples)
    pricing.check_prices(found)
    return [Part(group, pricing.freight(group, seller, flow), flow, samples) for group in split(call, found)]


def are_samples(lines: list[Line]) -> bool:
    pieces = pricing.totals(lines)
    return all(pricing.is_sample(line, pieces[line.offer.offer_id]) for line in lines)


def split(call: Call, found: list[Priced]) -> list[list[Priced]]:
    """By warehouse, by line, or not at all."""
    if call.settings.split == "never":
        return [found]
    if call.settings.split == "lines":
        return [[one] for one in found]
    ordered = sorted(found, key=lambda one: one.line.offer.warehouse)
    return [list(group) for _, group in groupby(ordered, key=lambda one: one.line.offer.warehouse)]


def shown(part: Part, seller: Member) -> dict[str, Any]:
    """Sums in fen, lines in yuan; the quantity is not told."""
    types = seller.trade_types.split(",")
    return {
        "tradeModeNameList": types,
        "status": True,
        "resultCode": "200",
        "taoSampleSinglePromotion": False,
        "sumPayment": part.total,
        "sumCarriage": part.freight,
        "sumPaymentNoCarriage": part.goods,
        "discountFee": 0,
        "additionalFee": 0,
        "flowFlag": part.flow,
        "cargoList": [shown_line(one) for one in part.found],
        "shopPromotionList": [],
        "tradeModelList": [shown_type(name) for name in types],
        "payChannelInfos": [{"name": "alipay", "amountLimit": 100_000_000}],
    }


def shown_type(name: str) -> dict[str, Any]:
    return {"tradeType": name, "name": TRADE_NAMES[name], "description": "买家下单5天内全款支付。", "opSupport": True}


def shown_line(one: Priced) -> dict[str, Any]:
    sku = one.line.sku
    specified = {"specId": sku.spec_id, "skuId": sku.sku_id} if sku else {}
    return {
        "amount": yuan(one.amount),
        "finalUnitPrice": yuan(one.unit),
        **specified,
        "offerId": one.line.offer.offer_id,
        "resultCode": "200",
        "cargoPromotionList": [],
    }
