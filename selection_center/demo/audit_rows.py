"""Writes the record of who did what, in the words that the pages write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.demo.order_rows import Placed, order_numbers, somebody
from selection_center.demo.place_rows import FOUNDED_DAYS_AGO
from selection_center.demo.sample_rows import came_at, placed_at, retired_at
from selection_center.demo.story import Story
from selection_center.demo.visit_rows import Written
from selection_center.demo.words import staff
from selection_center.demo.writing import Row, days_before, insert

SIGN_IN_DAYS = 21
ON_THE_FLOOR = ("sample_", "loan_", "stocktake_", "visit", "tag_finding_", "delivery_", "deposit_")
"""How verbs begin that people do with a tablet in their hands."""


@dataclass(frozen=True)
class Tablets:
    """Their tokens by site, the one of the reception desk first; and since when every site has them."""

    tokens: dict[int, list[str]]
    since: datetime


def write(
    session: Session,
    story: Story,
    written: Written,
    placed: list[Placed],
    orders: list[int],
    more: list[Row],
    tablets: Tablets,
) -> None:
    """`more` is what is told beside people, samples and orders."""
    names: dict[int, str] = dict(session.execute(sa.select(User.id, User.name)).all())
    rows = [
        *site_entries(story, written),
        *people_entries(story, written),
        *sample_entries(story, written),
        *order_entries(written, placed, orders),
        *more,
    ]
    for row in rows:
        row["actor"] = names[row["user_id"]] if row["user_id"] else "buyer"
        row["device"] = tablet_of(row, tablets)
    insert(session, AuditEntry, sorted((row for row in rows if row["at"] <= story.now), key=lambda row: row["at"]))


def tablet_of(row: Row, tablets: Tablets) -> str | None:
    """The token of the tablet that somebody held: whoever did something on the floor since there are tablets."""
    site, user = row["site_id"], row["user_id"]
    if user is None or site not in tablets.tokens or row["at"] <= tablets.since:
        return None
    if not row["verb"].startswith(ON_THE_FLOOR):
        return None
    desk, *others = tablets.tokens[site]
    return desk if row["verb"].startswith("visit") else others[user % len(others)]


def entry(verb: str, kind: str, subject: int, at: datetime, user: int | None, site: int | None, **detail: Any) -> Row:
    return {
        "verb": verb,
        "subject_type": kind,
        "subject_id": subject,
        "at": at,
        "user_id": user,
        "site_id": site,
        "detail": detail,
        "device": None,
    }


def site_entries(story: Story, written: Written) -> Iterator[Row]:
    hana = written.team.members["", "head_office"][0]
    for number, place in enumerate(story.places):
        site = written.floor.sites[place.slug]
        at = days_before(story.now, FOUNDED_DAYS_AGO - 9 * number)
        yield entry("site_founded", "sites", site, at, hana, site, name=place.name)
        for belt in place.belts:
            at += timedelta(minutes=1)
            yield entry("site_belt_added", "sites", site, at, hana, site, belt=belt)


def people_entries(story: Story, written: Written) -> Iterator[Row]:
    """Everybody came in by head office, and signs in on most mornings."""
    hana = written.team.members["", "head_office"][0]
    for number, person in enumerate(staff()):
        user = written.team.by_login[person.login]
        site = written.floor.sites[person.site] if person.site else None
        at = days_before(story.now, FOUNDED_DAYS_AGO - number)
        yield entry("person_added", "users", user, at, hana, site, name=person.name, role=person.role)
        for ago in range(SIGN_IN_DAYS):
            if (number + ago) % 7 > 1:
                at = days_before(story.now, ago, 9, (number * 7 + ago * 13) % 40)
                if at == story.now:  # this morning is still to come
                    continue
                yield entry("signed_in", "users", user, at, user, site, name=person.name)


def sample_entries(story: Story, written: Written) -> Iterator[Row]:
    for slug, pieces in story.pieces.items():
        site, manager = written.floor.sites[slug], written.team.somebody(slug, "manager")
        for number, piece in enumerate(pieces):
            if piece.state == "expected":
                continue
            sample = written.shelf.sample(slug, number)
            by = written.team.somebody(slug, "floor_staff", piece.offer)
            first = piece.stood_before or piece.stand
            stand = first.address if first else None
            came = came_at(piece, story.now)
            yield entry("sample_received", "samples", sample, came, by, site, stand=stand)
            if piece.stood_before and piece.stand:
                moved = placed_at(piece, story.now)
                yield entry(
                    "sample_placed", "samples", sample, moved, by, site, stand=piece.stand.address, before=stand
                )
            gone = retired_at(piece, story.now)
            if gone is not None:
                why = piece.retired_reason
                yield entry("sample_retired", "samples", sample, gone, manager, site, reason=why, before=stand)


def order_entries(written: Written, placed: list[Placed], orders: list[int]) -> Iterator[Row]:
    for p, order, number in zip(placed, orders, order_numbers(placed), strict=True):
        site = written.floor.sites[p.visit.site]
        for event in p.life.events:
            by = somebody(p, event.who, written)
            if event.state:
                verb, detail = verb_of(p, event.state, event.who)
                yield entry(verb, "orders", order, event.at, by, site, number=number, **detail)
            if event.state == "confirmed":
                settled = event.at - timedelta(minutes=3)
                opened, fen = event.at - timedelta(minutes=9), p.life.freight_fen
                yield entry("phone_opened", "orders", order, opened, by, site, number=number)
                yield entry("order_freight_settled", "orders", order, settled, by, site, number=number, fen=fen)
        manager = written.team.somebody(p.visit.site, "manager")
        for paid in p.life.payments:
            detail = {"number": number, "fen": paid.fen, "method": paid.method}
            yield entry("payment_recorded", "orders", order, paid.at, manager, site, **detail)


def verb_of(placed: Placed, state: str, who: str) -> tuple[str, dict[str, Any]]:
    """As the pages record that state."""
    if state == "submitted":
        return "order_placed", {"fen": placed.order.goods_fen, "override": placed.order.override_reason}
    if state == "cancelled":
        by_buyer = "_by_buyer" if who == "buyer" else ""
        return f"order_cancelled{by_buyer}", {"reason": placed.life.cancel_reason}
    return f"order_{state}", {"carrier": placed.life.carrier} if state == "shipped" else {}
