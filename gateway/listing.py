"""A page of offers: the narrow columns are searched, and only the page's own documents are read."""

from collections.abc import Mapping
from typing import Any

from gateway import offers
from gateway.members import SELLER, Member
from gateway.offers import Offer

ORDERS = {
    "CREATE_DATE": "created_ms",
    "POST_DATE": "created_ms",
    "APPROVED_DATE": "created_ms",
    "MODIFY_DATE": "modified_ms",
    "STATUS": "status",
    "ID": "offer_id",
    "PRICE": "price_fen",
    "SALE_QUANTITY": "booked",
}
CONDITIONS = {
    "categoryId": "category_id = ?",
    "cargoNumber": "cargo_number = ?",
    "startModifyTime": "modified_ms >= ?",
    "endModifyTime": "modified_ms <= ?",
    "startPublishTime": "created_ms >= ?",
    "endPublishTime": "created_ms <= ?",
    "priceStart": "price_fen >= ? * 100",
    "priceEnd": "price_fen <= ? * 100",
}


def page(db: Any, member: Member, given: Mapping[str, Any], number: int, size: int) -> tuple[list[Offer], int]:
    """The offers of this page, and how many there are on all."""
    where, values = conditions(member, given)
    total = db.execute(f"select count(*) from offers where {where}", values).fetchone()[0]  # noqa: S608
    column, way = ORDERS[given.get("orderByCondition", "ID")], given.get("orderByType", "ASC")
    asked = f"select offer_id from offers where {where} order by {column} {way}, offer_id {way} limit ? offset ?"  # noqa: S608
    ids = [row["offer_id"] for row in db.execute(asked, (*values, size, (number - 1) * size))]
    return list(offers.some(db, ids)), total


def conditions(member: Member, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """SQL and its values: one's own offers, or those of sellers who let this buyer read them."""
    own = "seller = ?" if member.kind == SELLER else "seller in (select seller from relations where buyer = ?)"
    found: list[tuple[str, list[Any]]] = [(own, [member.member_id])]
    found += [(text, [given[name]]) for name, text in CONDITIONS.items() if name in given]
    if "subjectKey" in given:
        found.append(("instr(subject, ?)", [given["subjectKey"]]))
    if "productIds" in given:
        found.append(among("offer_id", given["productIds"]))
    status = among("status", given["statusList"]) if given.get("statusList") else among("status", offers.UNLISTED)
    found.append(status if given.get("statusList") else (f"not {status[0]}", status[1]))
    return " and ".join(text for text, _ in found), [value for _, values in found for value in values]


def among(column: str, values: Any) -> tuple[str, list[Any]]:
    return f"{column} in ({', '.join('?' * len(values))})", list(values)
