"""Writes buyers, their scans and what is on their lists."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from selection_center.accounts.buyers import CONSENT_VERSION, Buyer
from selection_center.demo.buying import DemoLine, DemoOrder
from selection_center.demo.catalog_rows import Catalog
from selection_center.demo.people_rows import Team
from selection_center.demo.place_rows import Floor
from selection_center.demo.sample_rows import Shelf
from selection_center.demo.story import Story
from selection_center.demo.traffic import DemoVisit
from selection_center.demo.words import customers, maker_named
from selection_center.demo.writing import Row, foreign_phone, insert, insert_by_age, phone
from selection_center.samples.recorder import count_days
from selection_center.samples.scans import Scan
from selection_center.selections.models import LineKind, SelectionLine, SelectionList


@dataclass(frozen=True)
class Written:
    """What is written by now, by which the rest names its rows."""

    catalog: Catalog
    floor: Floor
    team: Team
    shelf: Shelf


def write_scans(session: Session, story: Story, written: Written) -> None:
    scans = [scan_row(visit, number, story, written) for visit in story.visits for number in range(len(visit.scans))]
    scans.sort(key=lambda row: row["at"])
    insert(session, Scan, scans)
    count_days(session.connection(), scans)


def scan_row(visit: DemoVisit, number: int, story: Story, written: Written) -> Row:
    scan = visit.scans[number]
    piece = story.pieces[visit.site][scan.piece]
    offer = story.offers[piece.offer]
    return {
        "at": scan.at,
        "site_id": written.floor.sites[visit.site],
        "sample_id": written.shelf.sample(visit.site, scan.piece),
        "stand_id": written.floor.stands[visit.site, piece.stand.address] if piece.stand else None,
        "listing_id": written.catalog.listings[piece.offer],
        "supplier_id": written.catalog.suppliers[offer.maker],
        "language": scan.language,
        "device": scan.device,
        "agent": scan.agent,
        "by_staff": False,
    }


def write_buyers(session: Session, story: Story) -> dict[str, int]:
    """Ids by device: whoever put something on a list or ordered, from their first visit on."""
    first = {visit.device: visit for visit in reversed(story.visits) if visit.lines or visit.orders}
    rows = [buyer_row(visit) for visit in first.values()]
    return dict(zip(first, insert_by_age(session, Buyer, rows, "created_at"), strict=True))


def buyer_row(visit: DemoVisit) -> Row:
    came = visit.scans[0].at
    if visit.customer is None:
        blank = {"phone": None, "name": None, "consent_version": None, "consent_at": None}
        return {"device": visit.device, "created_at": came, **blank}
    consent = {"consent_version": CONSENT_VERSION, "consent_at": came}
    name, number = customers()[visit.customer].name, phone_of(visit.customer)
    return {"device": visit.device, "phone": number, "name": name, "created_at": came, **consent}


def phone_of(customer: int) -> str:
    return foreign_phone(customer) if customers()[customer].language == "en" else phone(2000 + customer)


def write_lists(
    session: Session, story: Story, written: Written, buyers: dict[str, int], codes: Iterator[str]
) -> dict[str, int]:
    """One list to a device, begun at its first visit. Ids by device."""
    by_device: dict[str, list[DemoVisit]] = {}
    for visit in story.visits:
        if visit.lines or visit.orders:
            by_device.setdefault(visit.device, []).append(visit)
    rows = [list_row(visits, written, buyers[device], next(codes)) for device, visits in by_device.items()]
    return dict(zip(by_device, insert_by_age(session, SelectionList, rows, "created_at"), strict=True))


def list_row(visits: list[DemoVisit], written: Written, buyer: int, code: str) -> Row:
    is_shared = any(visit.is_shared for visit in visits)
    lines = sum(len(visit.lines) + sum(len(order.lines) for order in visit.orders) for visit in visits)
    return {
        "buyer_id": buyer,
        "site_id": written.floor.sites[visits[0].site],
        "code": code,
        "share_token": secrets.token_urlsafe(18) if is_shared else None,
        "version": 1 + lines,
        "created_at": visits[0].scans[0].at,
        "updated_at": last_touch(visits[-1]),
    }


def last_touch(visit: DemoVisit) -> datetime:
    return max([visit.scans[-1].at, *(order.at for order in visit.orders)])


def write_lines(
    session: Session,
    story: Story,
    written: Written,
    lists: dict[str, int],
    orders: dict[tuple[str, datetime, str], int],
) -> None:
    """Open and ordered lines. `orders`: ids by (device, moment, supplier)."""
    rows, seen = [], set()
    for visit in story.visits:
        for line in visit.lines:
            key = (visit.device, visit.site, story.offer_of(visit.site, line.piece).sku_id(line.sku))
            if key not in seen:
                seen.add(key)
                rows.append(line_row(visit, line, story, written, lists[visit.device]))
        for order in visit.orders:
            number = orders[visit.device, order.at, order.maker]
            rows += [
                ordered_row(visit, order, line, story, written, lists[visit.device], number) for line in order.lines
            ]
    insert_by_age(session, SelectionLine, rows, "created_at")


def line_row(visit: DemoVisit, line: DemoLine, story: Story, written: Written, list_id: int) -> Row:
    piece = story.pieces[visit.site][line.piece]
    prices = maker_named(story.offers[piece.offer].maker).prices
    is_hidden = prices == "staff" or (prices == "phone" and visit.customer is None)
    return {
        "list_id": list_id,
        "listing_id": written.catalog.listings[piece.offer],
        "sku_id": written.catalog.skus[piece.offer][line.sku],
        "sample_id": written.shelf.sample(visit.site, line.piece),
        "kind": LineKind(line.kind),
        "quantity": line.quantity,
        "seen_fen": None if is_hidden else line.unit_fen,
        "order_id": None,
        "added_by_user_id": None,
        "created_at": line.at,
    }


def ordered_row(
    visit: DemoVisit, order: DemoOrder, line: DemoLine, story: Story, written: Written, list_id: int, number: int
) -> Row:
    by = written.team.somebody(visit.site, "floor_staff", len(order.lines)) if order.is_written_by_staff else None
    ordered = {"order_id": number, "seen_fen": line.unit_fen, "added_by_user_id": by}
    return line_row(visit, line, story, written, list_id) | ordered
