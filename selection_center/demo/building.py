"""Builds the demo network in an empty database: one transaction, which the caller commits."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Supplier
from selection_center.catalog.search import index_listings
from selection_center.core import codes as core_codes
from selection_center.core.errors import Refused
from selection_center.demo import (
    audit_rows,
    catalog_rows,
    count_rows,
    delivery_rows,
    door_rows,
    loan_rows,
    member_rows,
    order_rows,
    people_rows,
    place_rows,
    reception_rows,
    sample_rows,
    shelf,
    stock_rows,
    tablet_rows,
    till_rows,
    visit_rows,
)
from selection_center.demo.codes import codes
from selection_center.demo.people_rows import Team
from selection_center.demo.story import Story, tell
from selection_center.demo.visit_rows import Written
from selection_center.demo.words import maker_named
from selection_center.demo.writing import Row
from selection_center.sites.loading import load_belts
from selection_center.sites.models import Site

SIGN_INS = "demo-sign-ins.json"


@dataclass(frozen=True)
class Built:
    """What to tell: accounts with passwords, and one sample's code."""

    story: Story
    sign_ins: list[dict[str, str]]
    code: str
    orders: int
    card: str
    """The private path of a member's card that no phone has yet."""


def build(session: Session, now: datetime) -> Built:
    """Refuses a database with a person, a site, a factory or an offer in it."""
    must_be_empty(session)
    story, drawn = tell(now), codes()
    load_belts(session)
    floor = place_rows.write(session, story.places, drawn, now)
    catalog = catalog_rows.write(session, story.offers, shelf.fill(), now)
    team = people_rows.write(session, floor.sites, catalog.suppliers, now)
    tagged = sample_rows.write(session, story, catalog, floor, team, drawn)
    written = Written(catalog, floor, team, tagged)
    visit_rows.write_scans(session, story, written)
    buyers = visit_rows.write_buyers(session, story)
    lists = visit_rows.write_lists(session, story, written, buyers, drawn)
    placed = order_rows.placed_orders(story)
    orders = order_rows.write(session, story, written, buyers, placed)
    keys = dict(zip((p.key for p in placed), orders, strict=True))
    visit_rows.write_lines(session, story, written, lists, keys)
    tablets, told = tablet_rows.write(session, story, floor, team)
    told += delivery_rows.write(session, story, written)
    told += reception_rows.write(session, story, written, buyers, drawn)
    lent, away = loan_rows.write(session, story, written)
    told += lent + count_rows.write(session, story, written, away)
    kept, links = write_stores(session, story, written, drawn)
    told += kept
    audit_rows.write(session, story, written, placed, orders, told, tablets)
    index_listings(catalog.listings)
    return Built(story, with_pins(session, team), code_to_show(story, written), len(orders), card_to_show(links))


def write_stores(
    session: Session, story: Story, written: Written, drawn: Iterator[str]
) -> tuple[list[Row], dict[str, str]]:
    """Members, tills, stock and door of the member stores. Answers the audit's entries, and a card's link by store."""
    joined, told = member_rows.write(session, story, written, drawn)
    goods = {site: till_rows.goods_of(session, site, story, written) for site in joined.people}
    sold = till_rows.write(session, story, written, joined, goods, drawn)
    told += stock_rows.write(session, story, written, goods, sold)
    door_rows.write(session, story, written, joined, sold)
    return told + sold.told, joined.links


def card_to_show(links: dict[str, str]) -> str:
    return f"/my-card/{next(iter(links.values()))}"


def with_pins(session: Session, team: Team) -> list[dict[str, str]]:
    """What is told to sign in with; whoever works at a site has a PIN for its tablets too."""
    pins = tablet_rows.give_pins(session, team)
    return [told | ({"pin": pins[told["login"]]} if told["login"] in pins else {}) for told in team.sign_ins]


def must_be_empty(session: Session) -> None:
    kinds: tuple[Any, ...] = (User, Site, Supplier, Listing)
    if any(session.scalar(sa.select(sa.exists(sa.select(kind.id)))) for kind in kinds):
        raise Refused("not_empty", "The database is not empty: the demo network is built in an empty one alone.")


def code_to_show(story: Story, written: Written) -> str:
    """A sample in the first center that shows what the scan page can: tiers, choices, a member's price."""
    site = story.places[0].slug
    for number, piece in enumerate(story.pieces[site]):
        offer = story.offers[piece.offer]
        is_open = maker_named(offer.maker).prices == "public" and offer.is_on_shelf
        is_full = len(offer.tiers) >= 3 and 3 <= len(offer.skus) <= 6 and offer.skus[0].member_fen and offer.sample_fen
        if piece.stand and is_open and is_full:
            return written.shelf.codes[written.shelf.sample(site, number)]
    raise LookupError("no sample shows everything")


def keep_sign_ins(built: Built, data_dir: Path, public_url: str) -> Path:
    """Writes what is told at each start, for our own user alone."""
    file = data_dir / SIGN_INS
    told: dict[str, Any] = {"sign_ins": built.sign_ins, "scan": core_codes.address(built.code, public_url)}
    told["card"] = public_url.rstrip("/") + built.card
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        json.dump(told, written, ensure_ascii=False, indent=1)
    new.replace(file)
    return file
