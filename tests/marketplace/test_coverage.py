"""Which cities and belts the network covers."""

from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.permissions import Role
from selection_center.marketplace import coverage
from selection_center.marketplace.coverage import Covered
from selection_center.sites.models import Belt, Site, SiteKind
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def hana(app: Flask) -> User:
    return make.user("Hana", Role.HEAD_OFFICE)


def belt(name: str, city: str = "义乌市", code: str = "330782", **values: object) -> Belt:
    texts = {"place": city, "place_adcode": code, "name_en": f"The {name}", "category": "百货"}
    return make.add(Belt(city=make.city(city, code), name=name, **(texts | values)))


@pytest.fixture
def center(app: Flask) -> Site:
    """It keeps one of two belts of its city; a third lies in another city."""
    site = make.site()
    site.belts = [belt("小商品", over_ten_billion=True)]
    belt("饰品", over_ten_billion=True)
    belt("玩具", "汕头市", "440500")
    return site


def test_what_an_open_center_keeps_and_where_it_stands(center: Site) -> None:
    assert coverage.sums() == (Covered(1, 2), Covered(1, 3), Covered(1, 2))


def test_a_closed_center_and_a_member_store_cover_nothing(center: Site) -> None:
    store = make.site("hangzhou", SiteKind.STORE)
    store.belts = list(center.belts)
    center.close()
    assert coverage.sums() == (Covered(0, 2), Covered(0, 3), Covered(0, 2))


def test_belts_covered_and_not(center: Site, hana: User, visit: Visit) -> None:
    head_office = visit(hana)
    open_ones = head_office.get("/guarantees?show=belts&part=open").text
    assert ("饰品" in open_ones, "玩具" in open_ones, "小商品" in open_ones) == (True, True, False)
    covered = head_office.get("/guarantees?show=belts&part=covered").text
    assert ("小商品" in covered, "饰品" in covered, center.name in covered) == (True, False, True)
    found = head_office.get("/guarantees?show=belts&q=汕头").text
    assert ("玩具" in found, "饰品" in found) == (True, False)


def test_factories_of_a_belt(center: Site, hana: User, visit: Visit) -> None:
    for name in ("甲厂", "乙厂"):
        make.supplier(name, belt=center.belts[0])
    book = openpyxl.load_workbook(BytesIO(visit(hana).get("/guarantees.xlsx?show=belts&sort=-factories").data))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (rows[0][0], rows[0][-1], rows[1][-1]) == ("小商品", 2, 0)


def test_cities_covered_and_not(center: Site, hana: User, visit: Visit) -> None:
    head_office = visit(hana)
    everything = head_office.get("/guarantees?show=cities").text
    assert ("1 / 2" in everything, "0 / 1" in everything) == (True, True)
    open_ones = head_office.get("/guarantees?show=cities&part=open").text
    assert (">汕头市<" in open_ones, ">义乌市<" in open_ones) == (True, False)
    book = openpyxl.load_workbook(BytesIO(head_office.get("/guarantees.xlsx?show=cities&part=covered").data))
    assert [row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == ["义乌市"]


def test_an_empty_network(app: Flask, hana: User, visit: Visit) -> None:
    for shown in ("belts", "cities"):
        answer = visit(hana).get(f"/guarantees?lang=en&show={shown}")
        assert "fits this search" in answer.text
