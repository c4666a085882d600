"""Three weeks of visits: who came when, what they scanned, put on a list and ordered. Pure values."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from selection_center.core.shop_time import SHOP_TIME
from selection_center.demo.buying import DemoLine, DemoOrder, orders_of, wishes
from selection_center.demo.floor import DemoPiece
from selection_center.demo.offers import SEED, DemoOffer
from selection_center.demo.scanning import DemoScan, scans_of, walk
from selection_center.demo.words import Place, customers

DAYS = 21
REGULARS = 11
"""How many of the customers come to a site."""
HOURS = {9: 5, 10: 11, 11: 10, 12: 4, 13: 6, 14: 11, 15: 12, 16: 9, 17: 5}
STORE_HOURS = {10: 3, 11: 6, 12: 6, 13: 5, 14: 7, 15: 8, 16: 8, 17: 7, 18: 7, 19: 9, 20: 7, 21: 2}
CENTER_WEEK = (10, 9, 9, 10, 11, 6, 3)
STORE_WEEK = (8, 7, 8, 8, 11, 17, 16)
"""Visits on Monday to Sunday."""


@dataclass(frozen=True)
class DemoVisit:
    """One person's walk. `customer` counts in the customers, None for somebody who left no name."""

    site: str
    device: str
    language: str
    customer: int | None
    scans: tuple[DemoScan, ...]
    lines: tuple[DemoLine, ...]
    orders: tuple[DemoOrder, ...]
    is_shared: bool


def visits(place: Place, pieces: list[DemoPiece], offers: list[DemoOffer], now: datetime) -> Iterator[DemoVisit]:
    """The site's visits of the last weeks, today's until now."""
    room = Room(place, pieces, offers, now)
    dice = random.Random(f"{SEED}/visits/{place.slug}")
    today = now.astimezone(SHOP_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    for ago in reversed(range(DAYS)):
        for serial, start in enumerate(starts(room, today - timedelta(days=ago), ago, dice)):
            if start <= now:
                yield visit(room, start, ago, random.Random(f"{SEED}/visit/{place.slug}/{ago}/{serial}"))


@dataclass(frozen=True)
class Room:
    """A site as its visitors find it."""

    place: Place
    pieces: list[DemoPiece]
    offers: list[DemoOffer]
    now: datetime

    @property
    def regulars(self) -> list[int]:
        dice = random.Random(f"{SEED}/regulars/{self.place.slug}")
        return dice.sample(range(len(customers())), REGULARS)


def starts(room: Room, day: datetime, ago: int, dice: random.Random) -> Iterator[datetime]:
    """When people come on that day; on a day that is not over, all of them by now, if it has begun."""
    is_store = room.place.kind == "store"
    week, hours = (STORE_WEEK, STORE_HOURS) if is_store else (CENTER_WEEK, HOURS)
    opened = day + timedelta(hours=min(hours))
    for _ in range(max(1, round(week[day.weekday()] * (1.25 - 0.02 * ago) * dice.uniform(0.8, 1.2)))):
        start = day + timedelta(hours=dice.choices(list(hours), list(hours.values()))[0], seconds=dice.randrange(3600))
        earlier = dice.random()
        if start > room.now >= opened + timedelta(hours=1):
            start = opened + (room.now - opened) * earlier
        yield start.replace(microsecond=0)


def visit(room: Room, start: datetime, ago: int, dice: random.Random) -> DemoVisit:
    customer = dice.choice(room.regulars) if dice.random() < 0.2 else None
    is_foreign = customers()[customer].language == "en" if customer is not None else dice.random() < 0.12
    language = "en" if is_foreign else "zh"
    agent = drawn_agent(is_foreign, dice)
    device = f"demo-{room.place.slug}-{start:%m%d%H%M%S}" if customer is None else f"demo-customer-{customer}"
    walked = walk(room.pieces, ago, dice)
    scans = tuple(scans_of(walked, start, room.now, device, language, agent, dice))
    orders: tuple[DemoOrder, ...] = ()
    lines: tuple[DemoLine, ...] = ()
    if scans and (customer is not None or dice.random() < 0.22):
        lines = tuple(wishes(scans, room.pieces, room.offers, dice))
    if scans and customer is not None and dice.random() < 0.75:
        orders = tuple(orders_of(scans, room.pieces, room.offers, room.now, dice))
    return DemoVisit(room.place.slug, device, language, customer, scans, lines, orders, dice.random() < 0.25)


def drawn_agent(is_foreign: bool, dice: random.Random) -> str:
    if is_foreign:
        return dice.choice(("safari", "chrome"))
    return dice.choices(("wechat", "chrome", "safari"), (8, 1, 1))[0]
