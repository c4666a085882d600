"""Who joined a member store, when, for how long, and how it stands today. Pure values; days count back from today."""

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from selection_center.demo.offers import SEED
from selection_center.demo.words import CONTENT

STANDINGS = (
    *("valid",) * 18,
    *("ending", "ending", "renewed", "renewed", "trial", "day", "grace", "expired", "expired"),
    *("blocked", "unpaid", "cancelled"),
)
"""One for each name: most cards hold."""


@dataclass(frozen=True)
class DemoPlan:
    key: str
    terms: dict[str, Any]
    """As the columns of a plan are called; the fee in fen."""


@dataclass(frozen=True)
class DemoMember:
    """`ends_in_days` None: nothing was paid yet; below 0 it is over."""

    site: str
    number: int
    name: str
    standing: str
    plan: str
    ends_in_days: int | None
    household: str = ""
    """Whose name stands on the second card."""
    lost_card: bool = False

    @property
    def may_come_in(self) -> bool:
        return self.standing in ("valid", "ending", "renewed", "trial", "day", "grace")


@cache
def content() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "members.toml").read_text(encoding="utf-8"))


def plans() -> list[DemoPlan]:
    found = []
    for row in content()["plans"]:
        terms = {name: value for name, value in row.items() if name not in ("key", "fee")}
        usual = {"months": 0, "days": 0, "pays_member_price": True, "is_everywhere": row["kind"] == "regular"}
        found.append(DemoPlan(row["key"], usual | terms | {"fee_fen": row["fee"] * 100}))
    return found


def members(site: str, first: int) -> list[DemoMember]:
    """`first` counts on over the stores, so that every number is somebody's alone."""
    dice = random.Random(f"{SEED}/members/{site}")
    names = list(content()["members"]["names"])
    dice.shuffle(names)
    return [
        member(site, first + place, name, how, dice)
        for place, (name, how) in enumerate(zip(names, STANDINGS, strict=True))
    ]


def member(site: str, number: int, name: str, how: str, dice: random.Random) -> DemoMember:
    plan = dice.choices(("gold", "year", "quarter"), (4, 6, 3))[0]
    longest = {"gold": 364, "year": 364, "quarter": 88}[plan]
    ends: dict[str, int | None] = {
        "valid": dice.randrange(40 if longest > 100 else 35, longest),
        "ending": dice.randrange(3, 20),
        "renewed": dice.randrange(5, 25),
        "trial": dice.randrange(2, 12),
        "day": 0,
        "grace": -2,
        "expired": -dice.randrange(30, 90),
        "blocked": dice.randrange(60, 80),
        "unpaid": None,
        "cancelled": dice.randrange(35, 80),
    }
    special = {"trial": "trial", "day": "day", "grace": "year", "unpaid": "year"}
    plan = special.get(how, plan)
    household = ""
    if how == "valid" and plan != "quarter" and dice.random() < 0.4:
        household = f"{name[0]}先生" if not name.endswith("先生") else f"{name[0]}女士"
    return DemoMember(
        site, number, name, how, plan, ends[how], household, lost_card=how == "ending" and dice.random() < 0.5
    )
