"""Which district an address lies in, by GB/T 2260 (行政区划代码): read from the words that people write."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from selection_center.sites.loading import rows

ENDINGS = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "地区", "省", "市", "盟")
NO_NAMES = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
"""Words of the table that stand where a city would; nobody writes them."""
NOISE = re.compile(r"[\s,，、;；/\-]+")


class District(NamedTuple):
    """`city` is the province's name where the district has no city above it (北京市 北京市 东城区)."""

    code: str
    province: str
    city: str
    area: str


@cache
def districts() -> tuple[District, ...]:
    provinces = {row["code"]: row["name"] for row in rows("gb2260/provinces.csv")}
    cities = {row["code"]: row["name"] for row in rows("gb2260/cities.csv")}
    return tuple(
        District(row["code"], provinces[row["provinceCode"]], city_of(row, provinces, cities), row["name"])
        for row in rows("gb2260/areas.csv")
    )


def city_of(row: dict[str, str], provinces: dict[str, str], cities: dict[str, str]) -> str:
    name = cities[row["cityCode"]]
    return provinces[row["provinceCode"]] if name in NO_NAMES else name


def district_of(address: str) -> District | None:
    """The one district that the address names; None where it names none, or where several fit as well.

    The district is written in full (西湖区); city and province may lack their ending, and either of them may be left
    out where the district's name is the only one of its kind.
    """
    text = NOISE.sub("", address)
    found = [(rank(text, each), each) for each in districts() if each.area in text]
    best = max((ranked for ranked, _each in found), default=(0, 0, 0))
    fitting = [each for ranked, each in found if ranked == best]
    return fitting[0] if len(fitting) == 1 else None


def rank(text: str, district: District) -> tuple[int, int, int]:
    """How well it fits: names of what lies above it that stand before it, and the length of its own name.

    An area that is named before its own city (文一西路西湖区) fits worse than none.
    """
    place = text.find(district.area)
    above = sum(0 <= text.find(short(name)) <= place for name in {district.province, district.city})
    return above, len(district.area), -place


def short(name: str) -> str:
    """浙江省 as people also write it: 浙江."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
