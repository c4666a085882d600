"""What can go wrong, told to the gateway beforehand: per API a number of times, or with a probability."""

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from gateway.state import State

BEFORE = {
    "refused": "closes the connection; nothing is done",
    "hang": "says nothing for so many seconds, then closes; nothing is done",
    "limit": "gw.QosAppFrequencyLimit",
    "too_many": "HTTP 429 with Retry-After",
    "error": "HTTP 500; nothing is done",
    "bad_gateway": "an HTML page with HTTP 502; nothing is done",
}
AFTER = {
    "lost": "does the work, then closes the connection without a reply",
    "lost_hang": "does the work, says nothing for so many seconds, then closes",
    "late": "does the work, and answers after so many seconds",
    "error_after": "does the work, then HTTP 500",
    "bad_gateway_after": "does the work, then an HTML page with HTTP 502",
    "cut": "does the work; half of the JSON comes, as if it were all",
    "torn": "does the work; the connection breaks within the JSON",
    "types": "does the work; members of the JSON have wrong types",
    "documented": "does the work; answers as the documentation's sample: flat, success false beside an order number",
}
WORLD = {
    "price": "the offers of the call change their price by so many percent, just before",
    "sku_gone": "the first SKU of the call is taken out of its offer, just before",
    "off_shelf": "the offers of the call go off the shelf, just before",
    "deleted": "the offers of the call are deleted, just before",
    "gone": "the offers of the call are erased without a trace, just before",
    "sold_out": "the offers of the call sell out, just before",
}
SIGHT = {"stale": "orders younger than so many seconds are not seen"}
FAMILIES = {"before": BEFORE, "after": AFTER, "world": WORLD, "sight": SIGHT}
KINDS = {kind: words for family in FAMILIES.values() for kind, words in family.items()}


@dataclass
class Fault:
    api: str
    """The API's name, such as `alibaba.trade.fastCreateOrder`; `*` stands for anything."""
    kind: str
    times: int | None = None
    """How often it still happens; None: until it is removed."""
    probability: float = 1.0
    seconds: float = 0.0
    percent: int = 10
    match: str = ""
    """Happens only to calls of which some parameter holds this text."""
    id: int = 0
    hits: int = 0


@dataclass
class Drawn:
    before: Fault | None = None
    after: Fault | None = None
    world: Fault | None = None
    sight: Fault | None = None

    def __str__(self) -> str:
        return " ".join(fault.kind for fault in (self.world, self.sight, self.before, self.after) if fault)


def add(db: Any, fault: Fault) -> int:
    """ValueError on an unknown kind."""
    if fault.kind not in KINDS:
        raise ValueError(f"{fault.kind} is none of {', '.join(KINDS)}")
    row = (fault.api, fault.kind, fault.times, fault.probability, fault.seconds, fault.percent, fault.match)
    return int(db.execute("insert into faults values (null, ?, ?, ?, ?, ?, ?, ?, 0)", row).lastrowid)


def present(db: Any) -> list[Fault]:
    return [Fault(**dict(row)) for row in db.execute("select * from faults order by id")]


def remove(db: Any, number: int | None = None) -> None:
    db.execute("delete from faults where ?1 is null or id = ?1", (number,))


def draw(state: State, api: str, fields: dict[str, str]) -> Drawn:
    """At most one of each family happens to a call: the oldest that fits and whose chance comes."""
    drawn = Drawn()
    with state.transaction() as db:
        for fault in present(db):
            family = next(name for name, kinds in FAMILIES.items() if fault.kind in kinds)
            if getattr(drawn, family) is None and fits(fault, api, fields) and comes(state, fault):
                setattr(drawn, family, fault)
                db.execute("update faults set hits = hits + 1, times = times - 1 where id = ?", (fault.id,))
    return drawn


def fits(fault: Fault, api: str, fields: dict[str, str]) -> bool:
    return (
        (fault.times is None or fault.times > 0)
        and fnmatchcase(api, fault.api)
        and (not fault.match or fault.match in json.dumps(fields, ensure_ascii=False))
    )


def comes(state: State, fault: Fault) -> bool:
    return fault.probability >= 1 or state.chance.random() < fault.probability
