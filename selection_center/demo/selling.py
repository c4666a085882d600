"""What was sold in a member store these days: shifts and sales as pure values, by the place of goods and members."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from selection_center.demo.offers import SEED
from selection_center.demo.writing import days_before

DAYS = 7
OPENS, CLOSES = (10, 5), (20, 30)
FLOAT_FEN = 50_000


@dataclass(frozen=True)
class DemoSale:
    """`lines` are places in the store's goods with pieces; `member` a place among its people."""

    at: datetime
    lines: tuple[tuple[int, int], ...]
    member: int | None
    method: str
    is_split: bool
    is_returned: bool
    pays_points: bool


@dataclass(frozen=True)
class DemoShift:
    """`short_fen` is how much less cash was counted than expected; `closed_at` None while it is open."""

    till: int
    opened_at: datetime
    closed_at: datetime | None
    sales: tuple[DemoSale, ...]
    to_safe_fen: int
    short_fen: int


def shifts(site: str, goods: int, members: Sequence[int], now: datetime) -> list[DemoShift]:
    """One a day at the first till, and on some days one at the second; today's is open. `members` may come in."""
    dice = random.Random(f"{SEED}/shifts/{site}")
    found = []
    for ago in range(DAYS - 1, -1, -1):
        for till in (0, 1) if ago % 3 == 1 else (0,):
            found.append(shift(till, ago, goods, members, now, dice))
    return found


def shift(till: int, ago: int, goods: int, members: Sequence[int], now: datetime, dice: random.Random) -> DemoShift:
    opened = days_before(now, ago, *OPENS)
    closes = days_before(now, ago, *CLOSES)
    is_open = ago == 0
    if is_open:
        opened = min(opened, now - timedelta(minutes=50))
        closes = now
    spread = (closes - opened) * 0.94
    moments = sorted(opened + spread * dice.uniform(0.03, 1) for _ in range(dice.randrange(7, 15)))
    people = list(members)
    dice.shuffle(people)
    sales = tuple(sale(at.replace(microsecond=0), people, goods, dice) for at in moments)
    short = 500 if ago == 4 and till == 0 else 0
    return DemoShift(till, opened, None if is_open else closes, sales, 0 if is_open else 20_000, short)


def sale(at: datetime, people: list[int], goods: int, dice: random.Random) -> DemoSale:
    """Nobody shops twice in one shift."""
    member = people.pop() if people and dice.random() < 0.7 else None
    lines = tuple(
        (place, dice.choices((1, 2, 3), (6, 3, 1))[0]) for place in dice.sample(range(goods), dice.randrange(1, 5))
    )
    method = dice.choices(("wechat", "alipay", "card", "cash"), (45, 22, 8, 25))[0]
    is_returned = member is None and dice.random() < 0.35
    return DemoSale(
        at, lines, member, method, dice.random() < 0.08, is_returned, member is not None and dice.random() < 0.2
    )
