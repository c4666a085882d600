"""Which cities and belts the network covers: a belt by an open center that keeps it, a city by one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from selection_center.catalog.models import Supplier
from selection_center.core.db import db
from selection_center.core.paging import like_anywhere
from selection_center.sites.models import Belt, City, Site, SiteKind, site_belts

CITIES_ANNOUNCED, BELTS_ANNOUNCED, LARGE_ANNOUNCED = 40, 177, 68
"""What the network has announced to cover; large belts are those above ten billion yuan a year."""


class Covered(NamedTuple):
    """How many are covered of how many on our list."""

    covered: int
    known: int


class Sums(NamedTuple):
    cities: Covered
    belts: Covered
    large: Covered


def is_open_center() -> sa.ColumnElement[bool]:
    return sa.and_(Site.kind == SiteKind.CENTER, Site.closed_at.is_(None))


def belt_is_covered() -> sa.ColumnElement[bool]:
    keeps = sa.select(site_belts.c.belt_id).join(Site, Site.id == site_belts.c.site_id)
    return Belt.id.in_(keeps.where(is_open_center()))


def city_is_covered() -> sa.ColumnElement[bool]:
    return City.id.in_(sa.select(Site.city_id).where(is_open_center()))


def cities_of_trade() -> sa.Select[City]:
    """Cities with a belt, or with a center."""
    return sa.select(City).where(sa.or_(City.id.in_(sa.select(Belt.city_id)), city_is_covered()))


def sums() -> Sums:
    return Sums(
        count(cities_of_trade(), city_is_covered()),
        count(sa.select(Belt), belt_is_covered()),
        count(sa.select(Belt).where(Belt.over_ten_billion.is_(True)), belt_is_covered()),
    )


def count(query: sa.Select[Any], condition: sa.ColumnElement[bool]) -> Covered:
    numbers = (sa.func.count().filter(condition), sa.func.count())
    return Covered(*db.session.execute(query.with_only_columns(*numbers, maintain_column_froms=True)).one())


def belts(words: str | None, covered: bool | None) -> sa.Select[Belt]:
    query = sa.select(Belt).join(Belt.city)
    if words:
        columns = (Belt.name, Belt.name_en, Belt.category, Belt.place, City.name, City.province)
        query = query.where(sa.or_(*(like_anywhere(column, words) for column in columns)))
    return query if covered is None else query.where(belt_is_covered().is_(covered))


def cities(words: str | None, covered: bool | None) -> sa.Select[City]:
    query = cities_of_trade()
    if words:
        columns = (City.name, City.province, City.adcode)
        query = query.where(sa.or_(*(like_anywhere(column, words) for column in columns)))
    return query if covered is None else query.where(city_is_covered().is_(covered))


def factories_in() -> sa.ScalarSelect[int]:
    """Of each belt, to sort by and to show."""
    query = sa.select(sa.func.count(Supplier.id)).where(Supplier.belt_id == Belt.id, Supplier.merged_into_id.is_(None))
    return query.correlate(Belt).scalar_subquery()


def belts_in() -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(Belt.id)).where(Belt.city_id == City.id).correlate(City).scalar_subquery()


def belt_factories(ids: list[int]) -> Mapping[int, int]:
    return dict(db.session.execute(sa.select(Belt.id, factories_in()).where(Belt.id.in_(ids))).all())


def city_belts(ids: list[int]) -> Mapping[int, Covered]:
    """By city, its belts: covered, and all."""
    numbers = (sa.func.count().filter(belt_is_covered()), sa.func.count())
    rows = db.session.execute(sa.select(Belt.city_id, *numbers).where(Belt.city_id.in_(ids)).group_by(Belt.city_id))
    return {city_id: Covered(covered, known) for city_id, covered, known in rows}


def centers_of_belts(ids: list[int]) -> dict[int, list[Site]]:
    query = sa.select(site_belts.c.belt_id, Site).join(Site, Site.id == site_belts.c.site_id)
    return gathered(query.where(site_belts.c.belt_id.in_(ids), is_open_center()).order_by(Site.name))


def centers_of_cities(ids: list[int]) -> dict[int, list[Site]]:
    return gathered(sa.select(Site.city_id, Site).where(Site.city_id.in_(ids), is_open_center()).order_by(Site.name))


def gathered(query: sa.Select[int, Site]) -> dict[int, list[Site]]:
    found: dict[int, list[Site]] = {}
    for key, site in db.session.execute(query):
        found.setdefault(key, []).append(site)
    return found
