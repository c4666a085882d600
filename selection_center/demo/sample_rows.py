"""Writes samples and shelf facings with their tags and where they stood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from selection_center.demo.catalog_rows import Catalog
from selection_center.demo.floor import DemoPiece
from selection_center.demo.people_rows import Team
from selection_center.demo.place_rows import Floor
from selection_center.demo.story import Story
from selection_center.demo.writing import Row, days_before, insert_by_age
from selection_center.samples.models import Placement, RetireReason, Sample, SampleKind, SampleState
from selection_center.samples.tags import Tag, TagState

BLANK_TAGS = 24
"""Printed and waiting at each site."""


@dataclass(frozen=True)
class Shelf:
    """Ids of samples as written, by site in the order of its pieces; and the code bound to each sample."""

    samples: dict[str, list[int]]
    codes: dict[int, str]

    def sample(self, site: str, piece: int) -> int:
        return self.samples[site][piece]


def write(session: Session, story: Story, catalog: Catalog, floor: Floor, team: Team, codes: Iterator[str]) -> Shelf:
    pieces = [piece for of_site in story.pieces.values() for piece in of_site]
    rows = [sample_row(piece, story.now, catalog, floor) for piece in pieces]
    ids = iter(insert_by_age(session, Sample, rows, "created_at"))
    shelf = Shelf({site: [next(ids) for _ in of_site] for site, of_site in story.pieces.items()}, {})
    numbers = [sample for of_site in shelf.samples.values() for sample in of_site]
    tags = [
        row for piece, n in zip(pieces, numbers, strict=True) for row in tag_rows(piece, n, story.now, floor, codes)
    ]
    blank = [blank_row(site, codes, story.now) for site in floor.sites.values() for _ in range(BLANK_TAGS)]
    insert_by_age(session, Tag, [*tags, *blank], "created_at")
    stays = [
        row for piece, n in zip(pieces, numbers, strict=True) for row in stay_rows(piece, n, story.now, floor, team)
    ]
    insert_by_age(session, Placement, stays, "placed_at")
    shelf.codes.update({row["sample_id"]: row["code"] for row in tags if row["state"] is TagState.BOUND})
    return shelf


def came_at(piece: DemoPiece, now: datetime) -> datetime:
    return days_before(now, piece.came_days_ago, 9 + piece.offer % 3, piece.offer * 7 % 60)


def placed_at(piece: DemoPiece, now: datetime) -> datetime:
    """When it came to where it is now; half an hour after it came, unless it was moved."""
    if piece.placed_days_ago == piece.came_days_ago:
        return min(now, came_at(piece, now) + timedelta(minutes=30))
    return days_before(now, piece.placed_days_ago, 10 + piece.offer % 6, piece.offer * 11 % 60)


def retired_at(piece: DemoPiece, now: datetime) -> datetime | None:
    if piece.retired_days_ago is None:
        return None
    return days_before(now, piece.retired_days_ago, 14 + piece.offer % 3, piece.offer * 13 % 60)


def sample_row(piece: DemoPiece, now: datetime, catalog: Catalog, floor: Floor) -> Row:
    due = piece.due_in_days
    return {
        "site_id": floor.sites[piece.site],
        "listing_id": catalog.listings[piece.offer],
        "sku_id": catalog.skus[piece.offer][piece.sku],
        "kind": SampleKind(piece.kind),
        "state": SampleState(piece.state),
        "expected_on": None if due is None else days_before(now, 0) + timedelta(days=due),
        "retired_at": retired_at(piece, now),
        "retired_reason": RetireReason(piece.retired_reason) if piece.retired_reason else None,
        "created_at": came_at(piece, now) if due is None else days_before(now, 1 + piece.offer % 4),
    }


def tag_rows(piece: DemoPiece, sample: int, now: datetime, floor: Floor, codes: Iterator[str]) -> Iterator[Row]:
    """The bound one; before it, now and then one that was lost and revoked."""
    came = came_at(piece, now) if piece.due_in_days is None else days_before(now, 1 + piece.offer % 4)
    common = {"site_id": floor.sites[piece.site], "sample_id": sample}
    bound_at = came
    if piece.is_retagged:
        bound_at = came + (now - came) / 2
        lost: Row = {"created_at": came, "bound_at": came, "revoked_at": bound_at, "state": TagState.REVOKED}
        yield common | lost | {"code": next(codes)}
    hanging: Row = {"created_at": bound_at, "bound_at": bound_at, "revoked_at": None, "state": TagState.BOUND}
    yield common | hanging | {"code": next(codes)}


def blank_row(site: int, codes: Iterator[str], now: datetime) -> Row:
    drawn = {"site_id": site, "sample_id": None, "code": next(codes), "state": TagState.BLANK}
    return drawn | {"created_at": days_before(now, 12), "bound_at": None, "revoked_at": None}


def stay_rows(piece: DemoPiece, sample: int, now: datetime, floor: Floor, team: Team) -> Iterator[Row]:
    """The stay that is over, if any, and the open one; a retired piece has none open."""
    if piece.state == "expected":
        return
    common = {"sample_id": sample, "user_id": team.somebody(piece.site, "floor_staff", piece.offer)}
    came, placed = came_at(piece, now), placed_at(piece, now)
    if piece.stood_before is not None:
        stand = floor.stands[piece.site, piece.stood_before.address]
        ended = retired_at(piece, now) or placed
        began = min(came + timedelta(minutes=30), ended)
        yield common | {"stand_id": stand, "placed_at": began, "ended_at": ended}
    if piece.state == "here":
        here = floor.stands[piece.site, piece.stand.address] if piece.stand else None
        yield common | {"stand_id": here, "placed_at": placed, "ended_at": None}
