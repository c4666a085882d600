"""What is ordered and where it goes: the two JSON parameters of preview and creation, and their checks."""

import json
from dataclasses import dataclass
from typing import Any

from gateway import members, offers
from gateway.apis import Call
from gateway.members import Member
from gateway.offers import Offer, Sku
from gateway.parameters import fields, items
from gateway.refusals import MSG, Refusal, business

MOST_LINES = 50
LONGEST_ADDRESS, SHORTEST_NAME = 200, 2
CARGO = {
    "offerId": (int, str),
    "specId": (str,),
    "quantity": (int, float),
    "openOfferId": (str,),
    "outMemberId": (str,),
}
ADDRESS = {
    "addressId": (int,),
    **dict.fromkeys(("fullName", "mobile", "phone", "postCode", "address", "districtCode"), (str,)),
    **dict.fromkeys(("provinceText", "cityText", "areaText", "townText"), (str,)),
}
SAVED_ADDRESS = {"provinceText": "浙江省", "cityText": "金华市", "areaText": "义乌市", "districtCode": "330782"}
"""What an `addressId` stands for, whatever its number."""


@dataclass
class Line:
    offer: Offer
    sku: Sku | None
    quantity: int

    @property
    def key(self) -> str:
        return f"{self.offer.offer_id}_{self.sku.spec_id}" if self.sku else str(self.offer.offer_id)


def read_cargo(given: str, strict: bool) -> list[dict[str, Any]]:
    return [read_line(line, strict) for line in items(given, dict, strict)]


def read_line(line: Any, strict: bool) -> dict[str, Any]:
    found = fields(line, CARGO, strict)
    if not str(found.get("offerId", "")).isdigit() or "quantity" not in found:
        raise ValueError("lacks offerId or quantity")
    return {"offerId": int(found["offerId"]), "specId": found.get("specId", ""), "quantity": float(found["quantity"])}


def read_address(given: str, strict: bool) -> dict[str, Any]:
    return fields(json.loads(given), ADDRESS, strict)


def read_invoice(given: str, _strict: bool) -> dict[str, Any]:
    found = json.loads(given)
    if not isinstance(found, dict):
        raise ValueError("is no JSON object")
    return found


def address(call: Call) -> dict[str, str]:
    """Of the three forms, the first that is given: a saved one, one with a code, one in words."""
    given = {name: str(value).strip() for name, value in call.given["addressParam"].items()}
    if "addressId" in given:
        seller = {"fullName": call.member.contact, "mobile": call.member.mobile, "address": call.member.address}
        return SAVED_ADDRESS | seller
    coded, worded = given.get("districtCode", ""), given.get("provinceText") and given.get("cityText")
    if coded and not (len(coded) == 6 and coded.isdigit()):
        raise business("AddressId invalid", "districtCode invalid:AddressId invalid", MSG)
    if not (coded or worded) or not given.get("address") or not (given.get("mobile") or given.get("phone")):
        raise business("AddressId invalid", "AddressId invalid:AddressId invalid", MSG)
    if len(given.get("fullName", "")) < SHORTEST_NAME:
        raise business("AddressId invalid", "收货人姓名至少两个字", MSG)
    if len(given["address"]) > LONGEST_ADDRESS:
        raise business("AddressId invalid", "详细地址必须不超过200个字", MSG)
    return given


def lines(call: Call) -> list[Line]:
    """One seller's, published, with a spec of the offer. The same SKU twice is one line."""
    found: dict[str, Line] = {}
    for given in call.given["cargoParamList"]:
        line = read(call, given)
        found.setdefault(line.key, Line(line.offer, line.sku, 0)).quantity += line.quantity
    if not found or len(found) > MOST_LINES:
        raise business("500", f"SKU数量必须在1到{MOST_LINES}之间", MSG)
    if len({line.offer.seller for line in found.values()}) > 1:
        raise refused("500_002", next(iter(found.values())), "不属于同一卖家或者没有指定specId。")
    return list(found.values())


def read(call: Call, given: dict[str, Any]) -> Line:
    number, spec, quantity = given["offerId"], given["specId"], given["quantity"]
    offer = offers.find(call.db, number)
    if offer is None or offer.status != offers.PUBLISHED or not offer.online:
        raise business("500_001", f"商品[{number}]不支持在线交易，无法下单。", MSG)
    if offer.skus and not spec:
        raise business("500_002", f"商品[{number}]不属于同一卖家或者没有指定specId。", MSG)
    sku = offer.sku(spec) if spec else None
    if spec and sku is None:
        raise business("500_003", f"商品[{number}]不属于同一卖家或者规格[{spec}]不属于商品[{number}]", MSG)
    if quantity < 1 or quantity != int(quantity):
        raise business("500", f"商品[{number}]的购买数量不正确。", MSG)
    return Line(offer, sku, int(quantity))


def seller(call: Call, found: list[Line]) -> Member:
    return members.known(call.db, found[0].offer.seller)


def refused(code: str, line: Line, words: str) -> Refusal:
    """`business`, with the line that is at fault beside it for creations to list."""
    refusal = business(code, f"商品[{line.key}]{words}", MSG)
    refusal.line = line
    return refusal
