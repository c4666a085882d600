"""The log of every call, and the counts that judge whether an order was lost or doubled."""

import json
from dataclasses import dataclass, field
from typing import Any

from gateway import clock

LONGEST_REPLY = 2000
SECRETS = {"access_token", "client_secret", "refresh_token", "code"}


@dataclass
class Entry:
    api: str
    app_key: str
    fields: dict[str, str]
    at_ms: int = field(default_factory=clock.now)
    member_id: str = ""
    fault: str = ""
    status: int = 0
    """HTTP status; 0 when the connection was closed or left hanging instead."""
    refused: str = ""
    reply: str = ""
    order_ids: list[str] = field(default_factory=list)


def write(db: Any, entry: Entry) -> int:
    shown = {name: "..." if name in SECRETS else value for name, value in entry.fields.items()}
    row = (
        *(entry.at_ms, clock.now() - entry.at_ms, entry.api, entry.app_key, entry.member_id),
        *(json.dumps(shown, ensure_ascii=False), entry.fault, entry.status, entry.refused),
        *(entry.reply[:LONGEST_REPLY], json.dumps(entry.order_ids), entry.fields.get("outOrderId") or None),
    )
    return int(db.execute(f"insert into calls values (null{', ?' * len(row)})", row).lastrowid)  # noqa: S608


def calls(db: Any, api: str = "", reference: str = "", after: int = 0, limit: int = 100) -> list[dict[str, Any]]:
    """Newest first; `after` asks for those with a higher id."""
    asked = """select * from calls where id > ?1 and (?2 = '' or api = ?2) and (?3 = '' or out_order_id = ?3)
               order by id desc limit ?4"""
    found = [dict(row) for row in db.execute(asked, (after, api, reference, min(limit, 1000)))]
    for row in found:
        row["fields"], row["order_ids"] = json.loads(row["fields"]), json.loads(row["order_ids"])
    return found


def counts(db: Any) -> dict[str, Any]:
    """How often each API was called, and what came of each outOrderId."""
    asked = """select api, count(*) as calls, sum(fault != '') as faults, sum(refused != '') as refused,
               cast(avg(took_ms) as integer) as mean_ms from calls group by api order by api"""
    apis = {row["api"]: {name: row[name] for name in row.keys()[1:]} for row in db.execute(asked)}
    return {"apis": apis, "references": references(db)}


def references(db: Any) -> dict[str, dict[str, Any]]:
    """Per outOrderId: creations that took effect, their orders, and how often it was tried and looked up."""
    found: dict[str, dict[str, Any]] = {}
    for row in db.execute("select out_order_id, order_ids from creations where out_order_id is not null order by id"):
        entry = found.setdefault(row["out_order_id"], {"creations": 0, "order_ids": [], "calls": {}})
        entry["creations"] += 1
        entry["order_ids"] += json.loads(row["order_ids"])
    asked = "select out_order_id, api, count(*) as n from calls where out_order_id is not null group by 1, 2"
    for row in db.execute(asked):
        entry = found.setdefault(row["out_order_id"], {"creations": 0, "order_ids": [], "calls": {}})
        entry["calls"][row["api"]] = row["n"]
    return found


def verdict(db: Any) -> dict[str, Any]:
    """`creations` equals `references` when nothing was doubled; `doubled` names what was."""
    asked = (
        "select out_order_id, count(*) as n from creations where out_order_id is not null group by buyer, out_order_id"
    )
    rows = db.execute(asked).fetchall()
    unnamed = db.execute("select count(*) from creations where out_order_id is null").fetchone()[0]
    return {
        "creations": sum(row["n"] for row in rows) + unnamed,
        "references": len(rows),
        "without_reference": unnamed,
        "orders": db.execute("select count(*) from orders").fetchone()[0],
        "doubled": sorted(row["out_order_id"] for row in rows if row["n"] > 1),
    }
