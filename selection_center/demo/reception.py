"""Who the reception of a site wrote down yesterday and today: the walks of the story, with a name. Pure values."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from selection_center.core.shop_time import start_of_day, today
from selection_center.demo.floor_words import WalkIn, floor_words
from selection_center.demo.offers import SEED
from selection_center.demo.traffic import DemoVisit
from selection_center.demo.words import Place, customers

STAYS_ON = timedelta(minutes=50)
"""After the last scan somebody may still be at the desk."""


@dataclass(frozen=True)
class DemoStay:
    """`device` is the phone that opened the visit's code; `left_at` None while they are here, or when it closed."""

    site: str
    device: str
    person: WalkIn
    has_phone: bool
    arrived_at: datetime
    bound_at: datetime
    left_at: datetime | None
    handed_over_at: datetime | None


def stays(place: Place, visits: list[DemoVisit], now: datetime) -> Iterator[DemoStay]:
    """Of all who walked the racks, most; from yesterday on."""
    dice = random.Random(f"{SEED}/reception/{place.slug}")
    people = list(floor_words().walk_ins)
    dice.shuffle(people)
    since = today(now) - timedelta(days=1)
    lately = [visit for visit in visits if visit.site == place.slug and visit.scans and on(visit) >= since]
    for number, visit in enumerate(lately):
        person = person_of(visit, people[number % len(people)])
        if dice.random() < 0.85:
            yield stay(visit, person, now, dice)
    yield just_come(place, people[-1], now)


def just_come(place: Place, person: WalkIn, now: datetime) -> DemoStay:
    """Whatever the hour at which somebody tries the demo, there is a visitor at the desk to try with."""
    arrived = max(now - timedelta(minutes=9), start_of_day(today(now)))
    bound = arrived + timedelta(minutes=1)
    return DemoStay(place.slug, "", person, False, arrived, bound, left_at=None, handed_over_at=None)


def on(visit: DemoVisit) -> date:
    return today(visit.scans[0].at)


def person_of(visit: DemoVisit, stranger: WalkIn) -> WalkIn:
    """A customer comes under their own name; others are strangers."""
    if visit.customer is not None:
        known = customers()[visit.customer]
        return WalkIn(known.name, known.company, stranger.kind, visit.language, stranger.looking_for)
    return stranger


def stay(visit: DemoVisit, person: WalkIn, now: datetime, dice: random.Random) -> DemoStay:
    first, last = visit.scans[0].at, visit.scans[-1].at
    said_goodbye, is_handed_over = dice.random() < 0.8, dice.random() < 0.2
    left = last + timedelta(minutes=dice.randrange(4, 30))
    is_over = today(first) < today(now) or now - last > STAYS_ON
    return DemoStay(
        site=visit.site,
        device=visit.device,
        person=person,
        has_phone=visit.customer is None and dice.random() < 0.4,
        arrived_at=first - timedelta(minutes=dice.randrange(3, 8)),
        bound_at=first - timedelta(minutes=2),
        left_at=left if is_over and said_goodbye and left <= now else None,
        handed_over_at=first + (last - first) / 2 if is_handed_over else None,
    )
