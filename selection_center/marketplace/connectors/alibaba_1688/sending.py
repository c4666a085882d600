"""An order on its way there: who gets what, by which flow."""

import re
from collections import Counter
from typing import Any

from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.orders import Draft, Flow, Receiver

FLOWS = {Flow.BULK: "general", Flow.SAMPLE: "general", Flow.DROPSHIP: "saleproxy", Flow.PICKUP: "general"}
"""None is left open, though the platform would then pick the cheapest: that may be another kind of order, with other
guarantees, than the one that our buyer agreed to.
"""
FETCHED_BY_BUYER = "买家自提，请勿发货。"
MOST_LINES, LONGEST_ADDRESS, LONGEST_MESSAGE = 50, 200, 500
MOBILE = re.compile(r"1[0-9]{10}")


def cargo(draft: Draft) -> list[dict[str, Any]]:
    """The lines, those of one spec added up. An offer without specs names none."""
    pieces: Counter[tuple[str, str]] = Counter()
    for line in draft.lines:
        pieces[line.external_id, line.spec_id] += line.quantity
    if len(pieces) > MOST_LINES:
        raise ConnectorError("too_many_lines", f"{len(pieces)} > {MOST_LINES}", permanent=True)
    return [
        {"offerId": int(offer) if offer.isdigit() else offer, **({"specId": spec} if spec else {}), "quantity": count}
        for (offer, spec), count in pieces.items()
    ]


def address(receiver: Receiver) -> dict[str, str]:
    """By the code of the district where it is known, else in words."""
    if len(receiver.name) < 2:
        raise ConnectorError("bad_receiver", "the name needs two characters", permanent=True)
    if len(receiver.address) > LONGEST_ADDRESS:
        raise ConnectorError("bad_receiver", f"the address has more than {LONGEST_ADDRESS} characters", permanent=True)
    phone = re.sub(r"[\s-]", "", receiver.phone).removeprefix("+86")
    called = {"mobile": phone} if MOBILE.fullmatch(phone) else {"phone": receiver.phone}
    who = {"fullName": receiver.name, "address": receiver.address, "postCode": "", **called}
    if receiver.district_code:
        return who | {"districtCode": receiver.district_code}
    return who | {
        "provinceText": receiver.province,
        "cityText": receiver.city,
        "areaText": receiver.area,
        "townText": "",
    }


def message(draft: Draft) -> str:
    said = f"{FETCHED_BY_BUYER}{draft.message}" if draft.flow is Flow.PICKUP else draft.message
    return said[:LONGEST_MESSAGE]
