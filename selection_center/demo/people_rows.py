"""Writes the accounts of staff, and draws the passwords that are told at the first start."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from selection_center.accounts.models import Grant, User, new_password, passwords
from selection_center.core.permissions import Role
from selection_center.demo.place_rows import FOUNDED_DAYS_AGO
from selection_center.demo.words import StaffMember, staff
from selection_center.demo.writing import days_before, insert


@dataclass(frozen=True)
class Team:
    """Ids of accounts as written, by (site, role), "head_office" without a site; and what is told to sign in with."""

    members: dict[tuple[str, str], list[int]]
    by_login: dict[str, int]
    sign_ins: list[dict[str, str]]

    def somebody(self, site: str, role: str, number: int = 0) -> int:
        """Who does such work at the site; the manager where nobody else does."""
        found = self.members.get((site, role)) or self.members[site, "manager"]
        return found[number % len(found)]


def write(session: Session, sites: dict[str, int], suppliers: dict[str, int], now: datetime) -> Team:
    people = staff()
    drawn = [new_password() if person.signs else secrets.token_urlsafe(32) for person in people]
    with ThreadPoolExecutor(2) as hashing:
        hashes = list(hashing.map(passwords.hash, drawn))
    since = days_before(now, FOUNDED_DAYS_AGO)
    rows = [
        {
            "login": person.login,
            "name": person.name,
            "password_hash": hashed,
            "created_at": since + timedelta(days=number),
        }
        for number, (person, hashed) in enumerate(zip(people, hashes, strict=True))
    ]
    ids = insert(session, User, rows)
    insert(session, Grant, [grant_row(p, user, sites, suppliers, since) for p, user in zip(people, ids, strict=True)])
    members: dict[tuple[str, str], list[int]] = {}
    for person, user in zip(people, ids, strict=True):
        members.setdefault((person.site or "", person.role), []).append(user)
    sign_ins = [sign_in(person, password) for person, password in zip(people, drawn, strict=True) if person.signs]
    return Team(members, {p.login: user for p, user in zip(people, ids, strict=True)}, sign_ins)


def grant_row(
    person: StaffMember, user: int, sites: dict[str, int], suppliers: dict[str, int], since: datetime
) -> dict[str, object]:
    return {
        "user_id": user,
        "role": Role(person.role),
        "site_id": sites[person.site] if person.site else None,
        "supplier_id": suppliers[person.supplier] if person.supplier else None,
        "created_at": since,
    }


def sign_in(person: StaffMember, password: str) -> dict[str, str]:
    """With name and role in words, for the last lines of the start: a locked tablet asks for the name."""
    where = f", {person.site.capitalize()}" if person.site else ""
    role = person.role.replace("_", " ") + where
    return {"login": person.login, "name": person.name, "password": password, "role": role}
