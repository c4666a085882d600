"""Writes the counts of the centers: what should be there, what was seen, and the code that leads elsewhere."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.demo.audit_rows import entry
from selection_center.demo.counting import DemoCount, counts
from selection_center.demo.story import Story
from selection_center.demo.visit_rows import Written
from selection_center.demo.writing import Row, days_before, insert_by_age
from selection_center.samples.models import Placement
from selection_center.samples.sightings import Sighting, SightingKind
from selection_center.samples.stocktakes import Stocktake, StocktakeExpected
from selection_center.samples.tag_findings import TagFinding, host_of
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Bay, Stand, Zone

BEGUN_AGO = timedelta(minutes=40)
"""The running count."""


def write(session: Session, story: Story, written: Written, away: dict[str, set[int]]) -> list[Row]:
    """Answers the audit's entries."""
    zones: dict[tuple[int, str], int] = {
        (site, letter): zone for site, letter, zone in session.execute(sa.select(Zone.site_id, Zone.letter, Zone.id))
    }
    found = [
        count
        for place in story.places
        if place.kind == "center"
        for count in counts(place, story.pieces[place.slug], away[place.slug])
    ]
    rows = [count_row(count, number, story, written, zones) for number, count in enumerate(found)]
    ids = insert_by_age(session, Stocktake, rows, "begun_at")
    told = list(zip(found, ids, rows, strict=True))
    for _count, number, row in told:
        freeze(session, number, row)
    bound = session.execute(sa.select(Tag.sample_id, Tag.id).where(Tag.state == TagState.BOUND))
    tags = {sample: tag for sample, tag in bound if sample is not None}
    sightings = [row for each in told for row in sighting_rows(*each, story, written, tags)]
    insert_by_age(session, Sighting, sightings, "at")
    sites = {number: row["site_id"] for _count, number, row in told}
    findings = [
        finding_row(row, sites[row["stocktake_id"]]) for row in sightings if row["kind"] is SightingKind.UNKNOWN
    ]
    flagged = list(zip(findings, insert_by_age(session, TagFinding, findings, "at"), strict=True))
    return [*(row for each in told for row in entries(*each)), *(finding_entry(*each) for each in flagged)]


def count_row(count: DemoCount, number: int, story: Story, written: Written, zones: dict[tuple[int, str], int]) -> Row:
    site = written.floor.sites[count.site]
    by = written.team.somebody(count.site, "floor_staff", number)
    begun = story.now - BEGUN_AGO if count.is_running else days_before(story.now, 1, 17, 10)
    lasted = timedelta(seconds=count.seen[-1].after, minutes=2)
    return {
        "site_id": site,
        "zone_id": zones[site, count.zone],
        "stand_id": None,
        "is_blind": False,
        "begun_at": begun,
        "begun_by_id": by,
        "closed_at": None if count.is_running else begun + lasted,
        "closed_by_id": None if count.is_running else by,
    }


def freeze(session: Session, number: int, row: Row) -> None:
    """What stood in the zone when the count began."""
    then = row["begun_at"]
    standing = (
        sa.select(sa.literal(number), Placement.id, Placement.sample_id, Placement.stand_id)
        .join(Stand, Stand.id == Placement.stand_id)
        .join(Bay, Bay.id == Stand.bay_id)
        .where(Bay.zone_id == row["zone_id"], Placement.placed_at <= then)
        .where(sa.or_(Placement.ended_at.is_(None), Placement.ended_at > then))
    )
    columns = ["stocktake_id", "placement_id", "sample_id", "stand_id"]
    session.execute(sa.insert(StocktakeExpected).from_select(columns, standing))


def sighting_rows(
    count: DemoCount, number: int, row: Row, story: Story, written: Written, tags: dict[int, int]
) -> Iterator[Row]:
    for seen in count.seen:
        at: datetime = row["begun_at"] + timedelta(seconds=seen.after)
        if at > story.now:
            return
        sample = None if seen.piece is None else written.shelf.sample(count.site, seen.piece)
        yield {
            "stocktake_id": number,
            "kind": SightingKind(seen.kind),
            "stand_id": written.floor.stands[count.site, seen.address],
            "sample_id": sample,
            "tag_id": tags[sample] if sample is not None and seen.kind == "scanned" else None,
            "text": seen.text,
            "user_id": row["begun_by_id"],
            "device": None,
            "at": at,
            "ended_at": None,
        }


def finding_row(sighting: Row, site: int) -> Row:
    text = sighting["text"]
    same = {key: sighting[key] for key in ("stand_id", "stocktake_id", "text", "at", "user_id", "device")}
    return same | {"site_id": site, "host": host_of(text)}


def entries(count: DemoCount, number: int, row: Row) -> Iterator[Row]:
    by, site = row["begun_by_id"], row["site_id"]
    yield entry("stocktake_begun", "stocktakes", number, row["begun_at"], by, site, address=count.zone)
    if row["closed_at"] is not None:
        yield entry("stocktake_closed", "stocktakes", number, row["closed_at"], by, site, address=count.zone)


def finding_entry(finding: Row, number: int) -> Row:
    by, site, host = finding["user_id"], finding["site_id"], finding["host"]
    return entry("tag_finding_reported", "tag_findings", number, finding["at"], by, site, host=host)
