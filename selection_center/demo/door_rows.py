"""Writes who came into the stores: everybody who shopped these days, and who is inside just now."""

import random
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from selection_center.core.shop_time import today
from selection_center.demo.member_rows import Joined
from selection_center.demo.offers import SEED
from selection_center.demo.story import Story
from selection_center.demo.till_rows import Sold
from selection_center.demo.visit_rows import Written
from selection_center.demo.writing import Row, insert_by_age
from selection_center.membership.entries import Entry, EntryWay

INSIDE = 5


def write(session: Session, story: Story, written: Written, joined: Joined, sold: Sold) -> None:
    rows: list[Row] = []
    for site in joined.people:
        rows += entries(site, story, written, joined, sold)
    insert_by_age(session, Entry, rows, "at")


def entries(site: str, story: Story, written: Written, joined: Joined, sold: Sold) -> list[Row]:
    dice = random.Random(f"{SEED}/door/{site}")
    by = written.team.somebody(site, "cashier")
    rows, seen = [], set()
    for place, paid_at in sold.visits[site]:
        came = paid_at - timedelta(minutes=dice.randrange(15, 50))
        left = paid_at + timedelta(minutes=3)
        rows.append(row(site, place, came, left if left < story.now else None, by, dice, written, joined))
        seen.add((place, today(came)))
    fresh = [
        p for p, person in enumerate(joined.people[site]) if person.may_come_in and (p, today(story.now)) not in seen
    ]
    for place in fresh[:INSIDE]:
        came = story.now - timedelta(minutes=dice.randrange(2, 35))
        if joined.since[joined.members[site][place]] < came and today(came) == today(story.now):
            rows.append(row(site, place, came, None, by, dice, written, joined))
    return rows


def row(
    site: str, place: int, at: datetime, left: datetime | None, by: int, dice: random.Random, written: Written,
    joined: Joined,
) -> Row:  # fmt: skip
    return {
        "site_id": written.floor.sites[site], "card_id": joined.cards[site][place],
        "member_id": joined.members[site][place], "day": today(at), "way": EntryWay.PHONE_CARD, "reason": "",
        "guests": dice.choices((0, 1), (3, 1))[0], "by_id": by, "at": at, "left_at": left,
    }  # fmt: skip
