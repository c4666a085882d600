"""Writes the visits of yesterday and today, and who cared for them."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from selection_center.accounts.buyers import CONSENT_VERSION
from selection_center.core.codes import format_code
from selection_center.core.shop_time import today
from selection_center.demo.audit_rows import entry
from selection_center.demo.people_rows import Team
from selection_center.demo.reception import DemoStay, stays
from selection_center.demo.story import Story
from selection_center.demo.visit_rows import Written
from selection_center.demo.words import Place
from selection_center.demo.writing import Row, insert_by_age, phone
from selection_center.visits.closing import closes_at
from selection_center.visits.models import BuyerKind, Leaving, Visit, VisitCare


def write(session: Session, story: Story, written: Written, buyers: dict[str, int], codes: Iterator[str]) -> list[Row]:
    """Answers the audit's entries."""
    centers = [place for place in story.places if place.kind == "center"]
    found = [(place, stay) for place in centers for stay in stays(place, story.visits, story.now)]
    rows = [visit_row(number, *each, story, written, buyers, next(codes)) for number, each in enumerate(found)]
    ids = insert_by_age(session, Visit, rows, "arrived_at")
    cares = [
        row
        for (_place, stay), visit, number in zip(found, ids, range(len(ids)), strict=True)
        for row in care_rows(stay, visit, number, written.team)
    ]
    insert_by_age(session, VisitCare, cares, "began_at")
    return [row for visit, values in zip(ids, rows, strict=True) for row in entries(visit, values)]


def visit_row(
    number: int, place: Place, stay: DemoStay, story: Story, written: Written, buyers: dict[str, int], code: str
) -> Row:
    buyer = buyers.get(stay.device)
    left_at, left_how = left(stay, place, story.now)
    consent: Row = {"consent_version": None, "consent_at": None, "phone": None}
    if stay.has_phone:
        consent = {
            "consent_version": CONSENT_VERSION, "consent_at": stay.arrived_at, "phone": phone(3000 + number),
        }  # fmt: skip
    first, now_caring = carers(stay, number, written.team)
    return consent | {
        "site_id": written.floor.sites[stay.site],
        "code": code,
        "name": stay.person.name,
        "company": stay.person.company,
        "kind": BuyerKind(stay.person.kind),
        "language": stay.person.language,
        "looking_for": stay.person.looking_for,
        "buyer_id": buyer,
        "bound_at": stay.bound_at if buyer is not None else None,
        "registered_by_id": first,
        "cared_by_id": now_caring,
        "arrived_at": stay.arrived_at,
        "left_at": left_at,
        "left_how": left_how,
    }


def left(stay: DemoStay, place: Place, now: datetime) -> tuple[datetime | None, Leaving | None]:
    """When and how they left; whoever said no goodbye yesterday left at closing time."""
    if stay.left_at is not None:
        return stay.left_at, Leaving.GOODBYE
    day = today(stay.arrived_at)
    if day == today(now):
        return None, None
    return closes_at(place.opening_hours, stay.arrived_at), Leaving.CLOSING


def carers(stay: DemoStay, number: int, team: Team) -> tuple[int, int]:
    """Who wrote them down, and who cares for them at last."""
    first = team.somebody(stay.site, "floor_staff", number)
    if stay.handed_over_at is None:
        return first, first
    other = team.somebody(stay.site, "floor_staff", number + 1)
    return first, other if other != first else team.somebody(stay.site, "manager")


def care_rows(stay: DemoStay, visit: int, number: int, team: Team) -> Iterator[Row]:
    first, second = carers(stay, number, team)
    yield {"visit_id": visit, "user_id": first, "began_at": stay.arrived_at}
    if stay.handed_over_at is not None:
        yield {"visit_id": visit, "user_id": second, "began_at": stay.handed_over_at}


def entries(visit: int, row: Row) -> Iterator[Row]:
    code, site, by = format_code(row["code"]), row["site_id"], row["registered_by_id"]
    kind = row["kind"].value
    yield entry("visitor_registered", "visits", visit, row["arrived_at"], by, site, code=code, buyer_kind=kind)
    if row["left_how"] is Leaving.GOODBYE:
        yield entry("visit_ended", "visits", visit, row["left_at"], row["cared_by_id"], site, code=code)
