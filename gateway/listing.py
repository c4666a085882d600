"""A page of offers: the narrow columns are searched, and only the page's own documents are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway import offers
from gateway.apis import Call
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


MOST_REMEMBERED = 100


@dataclass
class Walk:
    """How far somebody has paged through one list, and what is known of it: the next page need not count again."""

    revision: int
    total: int
    page: int = 0
    last_id: int = 0


def page(call: Call, number: int, size: int) -> tuple[list[Offer], int]:
    """The offers of this page, and how many there are on all."""
    where, values = conditions(call.member, call.given)
    column, way = ORDERS[call.given.get("orderByCondition", "ID")], call.given.get("orderByType", "ASC")
    walk = walked(call, where, values, f"{column} {way} {size}")
    follows = (column, way) == ("offer_id", "ASC") and walk.page == number - 1
    start = (" and offer_id > ?", [walk.last_id], 0) if follows else ("", [], (number - 1) * size)
    asked = (
        f"select offer_id from offers where {where}{start[0]} order by {column} {way}, offer_id {way} limit ? offset ?"  # noqa: S608
    )
    ids = [row["offer_id"] for row in call.db.execute(asked, (*values, *start[1], size, start[2]))]
    if ids:
        walk.page, walk.last_id = number, ids[-1]
    return list(offers.some(call.db, ids)), walk.total


def walked(call: Call, where: str, values: list[Any], order: str) -> Walk:
    """The walk through this list as long as no offer has changed; else a new one, from the beginning."""
    key, revision = f"{where} {values} {order}", call.db.execute("select number from revision").fetchone()[0]
    walk = call.memory.get(key)
    if walk is None or walk.revision != revision:
        total = call.db.execute(f"select count(*) from offers where {where}", values).fetchone()[0]  # noqa: S608
        walk = Walk(revision, total)
        if len(call.memory) >= MOST_REMEMBERED:
            call.memory.clear()
        call.memory[key] = walk
    return walk


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
