"""Writes sites with their belts, zones, bays and stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.demo.floor import BAY_HEIGHT, BAY_WIDTH, bays, stands
from selection_center.demo.words import Place
from selection_center.demo.writing import Row, days_before, insert, phone
from selection_center.sites.models import Bay, Belt, City, Site, SiteKind, Stand, Zone, site_belts

FOUNDED_DAYS_AGO = 200


@dataclass(frozen=True)
class Floor:
    """Ids as written: sites by slug, stands by (slug, address)."""

    sites: dict[str, int]
    stands: dict[tuple[str, str], int]


def write(session: Session, places: list[Place], codes: Iterator[str], now: datetime) -> Floor:
    sites = write_sites(session, places, now)
    zones = write_zones(session, places, sites)
    racks = write_bays(session, places, zones)
    rows = [
        {
            "site_id": sites[place.slug],
            "bay_id": racks[place.slug, stand.zone, stand.bay],
            "level": stand.level,
            "address": stand.address,
            "code": next(codes),
        }
        for place in places
        for stand in stands(place)
    ]
    keys = [(place.slug, stand.address) for place in places for stand in stands(place)]
    return Floor(sites, dict(zip(keys, insert(session, Stand, rows), strict=True)))


def write_sites(session: Session, places: list[Place], now: datetime) -> dict[str, int]:
    cities: dict[str, int] = dict(session.execute(sa.select(City.adcode, City.id)).all())
    belts: dict[str, int] = dict(session.execute(sa.select(Belt.name, Belt.id)).all())
    ids = insert(session, Site, [site_row(place, cities, number, now) for number, place in enumerate(places)])
    sites = {place.slug: site for place, site in zip(places, ids, strict=True)}
    pairs = [{"site_id": sites[place.slug], "belt_id": belts[belt]} for place in places for belt in place.belts]
    session.execute(sa.insert(site_belts), pairs)
    return sites


def site_row(place: Place, cities: dict[str, int], number: int, now: datetime) -> Row:
    return {
        "slug": place.slug,
        "kind": SiteKind(place.kind),
        "name": place.name,
        "name_en": place.name_en,
        "city_id": cities[place.city],
        "address": place.address,
        "address_en": place.address_en,
        "phone": phone(100 + number),
        "opening_hours": place.opening_hours,
        "created_at": days_before(now, FOUNDED_DAYS_AGO - 9 * number),
    }


def write_zones(session: Session, places: list[Place], sites: dict[str, int]) -> dict[tuple[str, str], int]:
    areas = [(place.slug, order, area) for place in places for order, area in enumerate(place.areas)]
    rows = [
        {
            "site_id": sites[slug],
            "letter": area.letter,
            "name": area.name,
            "name_en": area.name_en,
            "position": order,
        }
        for slug, order, area in areas
    ]
    keys = [(slug, area.letter) for slug, _, area in areas]
    return dict(zip(keys, insert(session, Zone, rows), strict=True))


def write_bays(
    session: Session, places: list[Place], zones: dict[tuple[str, str], int]
) -> dict[tuple[str, str, int], int]:
    racks = [bay for place in places for bay in bays(place)]
    size = {"width": BAY_WIDTH, "height": BAY_HEIGHT}
    rows = [
        {"zone_id": zones[bay.site, bay.zone], "number": bay.number, "x": bay.x, "y": bay.y, **size} for bay in racks
    ]
    keys = [(bay.site, bay.zone, bay.number) for bay in racks]
    return dict(zip(keys, insert(session, Bay, rows), strict=True))
