"""Writes the centers' tablets, and the PINs of those whose password is told."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.accounts.devices import Device
from selection_center.accounts.models import User, passwords, token_digest
from selection_center.accounts.pins import is_weak
from selection_center.demo.audit_rows import Tablets, entry
from selection_center.demo.people_rows import Team
from selection_center.demo.place_rows import Floor
from selection_center.demo.story import Story
from selection_center.demo.words import staff
from selection_center.demo.writing import Row, days_before, insert

REGISTERED_DAYS_AGO = 40
NAMES = (("前台平板", 15), ("平板 1", 5), ("平板 2", 5))
"""With the minutes after which each locks."""


def write(session: Session, story: Story, floor: Floor, team: Team) -> tuple[Tablets, list[Row]]:
    """Answers what the audit tells of them, and its entries."""
    tokens: dict[int, list[str]] = {}
    rows: list[Row] = []
    for order, place in enumerate(story.places):
        site = floor.sites[place.slug]
        tokens[site] = [secrets.token_urlsafe(16) for _ in NAMES]
        rows += device_rows(site, tokens[site], team.somebody(place.slug, "manager"), order, story)
    ids = insert(session, Device, rows)
    since = max(row["registered_at"] for row in rows)
    return Tablets(tokens, since), [registered(row, number) for row, number in zip(rows, ids, strict=True)]


def device_rows(site: int, tokens: list[str], manager: int, order: int, story: Story) -> Iterator[Row]:
    at = days_before(story.now, REGISTERED_DAYS_AGO - order, 9, 12)
    for number, ((name, minutes), token) in enumerate(zip(NAMES, tokens, strict=True)):
        yield {
            "site_id": site,
            "name": name,
            "token_digest": token_digest(token),
            "idle_minutes": minutes,
            "registered_by_id": manager,
            "registered_at": at + timedelta(minutes=2 * number),
            "last_seen_at": story.now - timedelta(minutes=3 + 19 * number + order),
        }


def registered(row: Row, number: int) -> Row:
    by, site, at = row["registered_by_id"], row["site_id"], row["registered_at"]
    return entry("device_registered", "devices", number, at, by, site, name=row["name"])


def give_pins(session: Session, team: Team) -> dict[str, str]:
    """A drawn PIN by login, for whoever's password is told and who works at a site."""
    logins = [person.login for person in staff() if person.signs and person.site]
    pins = {login: new_pin() for login in logins}
    with ThreadPoolExecutor(2) as hashing:
        hashes = dict(zip(logins, hashing.map(passwords.hash, pins.values()), strict=True))
    for login, hashed in hashes.items():
        session.execute(sa.update(User).where(User.id == team.by_login[login]).values(pin_hash=hashed))
    return pins


def new_pin() -> str:
    """Four digits that nobody would guess first."""
    drawn = (f"{secrets.randbelow(10_000):04}" for _ in iter(int, 1))
    return next(pin for pin in drawn if not is_weak(pin))
