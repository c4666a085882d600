"""Who trades: sellers with their mixed-batch rule (混批) and freight, buyers, and who may read whose offers."""

import json
from dataclasses import asdict, dataclass
from typing import Any

SELLER, BUYER = "seller", "buyer"


@dataclass
class Member:
    member_id: str
    login_id: str
    user_id: int
    kind: str
    company: str
    contact: str
    mobile: str
    province: str
    city: str
    area: str
    area_code: str
    address: str
    mixed: bool = False
    mix_amount: int = 0
    """Fen; with `mix_number`, either of them suffices."""
    mix_number: int = 0
    mix_created_ms: int = 0
    freight_first: int = 600
    """Fen for the first kilogram of a parcel."""
    freight_more: int = 150
    """Fen for each further kilogram begun."""
    trade_types: str = "assureTrade,alipay"


def save(db: Any, member: Member) -> None:
    row = (member.member_id, member.kind, member.login_id, member.user_id, json.dumps(asdict(member)))
    db.execute("insert or replace into members values (?, ?, ?, ?, ?)", row)


def relate(db: Any, buyer: str, seller: str, consigns: bool = True) -> None:
    db.execute("insert or replace into relations values (?, ?, ?)", (buyer, seller, consigns))


def find(db: Any, member_id: str) -> Member | None:
    row = db.execute("select doc from members where member_id = ?", (member_id,)).fetchone()
    return Member(**json.loads(row["doc"])) if row else None


def known(db: Any, member_id: str) -> Member:
    """Of a row that refers to it."""
    found = find(db, member_id)
    if found is None:
        raise KeyError(member_id)
    return found


def by_login(db: Any, login_id: str) -> Member | None:
    row = db.execute("select doc from members where login_id = ?", (login_id,)).fetchone()
    return Member(**json.loads(row["doc"])) if row else None


def everyone(db: Any, kind: str | None = None) -> list[Member]:
    rows = db.execute("select doc from members where ?1 is null or kind = ?1 order by kind, member_id", (kind,))
    return [Member(**json.loads(row["doc"])) for row in rows]


def may_read(db: Any, member: Member, seller: str) -> bool:
    if member.member_id == seller:
        return True
    asked = "select 1 from relations where buyer = ? and seller = ?"
    return db.execute(asked, (member.member_id, seller)).fetchone() is not None


def consigns(db: Any, buyer: str, seller: str) -> bool:
    """Is there a dropship relation (代销关系)?"""
    asked = "select 1 from relations where buyer = ? and seller = ? and consigns"
    return db.execute(asked, (buyer, seller)).fetchone() is not None


def buyers_of(db: Any, seller: str) -> list[str]:
    return [
        row["buyer"] for row in db.execute("select buyer from relations where seller = ? order by buyer", (seller,))
    ]
