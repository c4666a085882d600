"""Loads the packaged cities and belts: again at will, since what is there already stays as head office has set it."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.sites.models import Belt, City

DATA = Path(__file__).parent / "data"
MUNICIPALITIES = {"11", "12", "31", "50"}
"""Provinces that are one city: their GB/T 2260 entries below are only called "districts"."""


class Loaded(NamedTuple):
    """How many rows are new."""

    cities: int
    belts: int


def load_belts(session: Session) -> Loaded:
    """Brings in every city and belt of the package that is not there yet."""
    cities = {city.adcode: city for city in session.scalars(sa.select(City))}
    new_cities = [
        City(adcode=adcode, name=name, province=province)
        for adcode, name, province in packaged_cities()
        if adcode not in cities
    ]
    session.add_all(new_cities)
    session.flush()
    cities |= {city.adcode: city for city in new_cities}
    known = set(session.execute(sa.select(Belt.city_id, Belt.name)))
    new_belts = [
        belt_from(row, cities[row["city_adcode"]])
        for row in rows("belts.csv")
        if (cities[row["city_adcode"]].id, row["belt_name_zh"]) not in known
    ]
    session.add_all(new_belts)
    session.flush()
    return Loaded(len(new_cities), len(new_belts))


def belt_from(row: dict[str, str], city: City) -> Belt:
    """One row of belts.csv. Whether it is above ten billion is for head office to say."""
    return Belt(
        city_id=city.id,
        place_adcode=row["adcode"],
        place=row["place"],
        name=row["belt_name_zh"],
        name_en=row["belt_name_en"],
        category=row["category"],
        is_sourced=row["sourced"] == "yes",
    )


def packaged_cities() -> Iterator[tuple[str, str, str]]:
    """Code of six digits, name and province of each city: prefectures, municipalities, and cities under none.

    A county-level city under a prefecture is one of ours where the belts are filed under it (Yiwu, not Jinhua).
    """
    provinces = {row["code"]: row["name"] for row in rows("gb2260/provinces.csv")}
    under_province = set()
    for row in rows("gb2260/cities.csv"):
        if row["provinceCode"] in MUNICIPALITIES:
            continue
        if row["name"].endswith("行政区划"):  # no city of its own: a bracket for those that the province rules
            under_province.add(row["code"])
            continue
        yield row["code"] + "00", row["name"], provinces[row["provinceCode"]]
    for code in sorted(MUNICIPALITIES):
        yield code + "0000", provinces[code], provinces[code]
    filed_under = {row["city_adcode"] for row in rows("belts.csv")}
    for row in rows("gb2260/areas.csv"):
        is_city = row["cityCode"] in under_province or row["code"] in filed_under
        if is_city and not row["code"].endswith("00"):  # Dongguan and Zhongshan stand in both lists
            yield row["code"], row["name"], provinces[row["provinceCode"]]


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
