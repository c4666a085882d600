"""Cities and belts come out of the package, again and again."""

from flask import Flask

from selection_center.core.db import db
from selection_center.sites.loading import load_belts, packaged_cities, rows
from selection_center.sites.models import Belt, City


def test_every_packaged_belt_comes_in_under_its_city(app: Flask) -> None:
    loaded = load_belts(db.session())

    assert loaded.belts == 257
    assert loaded.cities == len(list(packaged_cities()))
    yiwu = db.session.query(City).filter_by(adcode="330782").one()
    assert (yiwu.name, yiwu.province) == ("义乌市", "浙江省")
    cups = db.session.query(Belt).filter_by(name="永康保温杯").one()
    assert (cups.city.name, cups.place, cups.place_adcode) == ("金华市", "永康市", "330784")
    assert cups.over_ten_billion is None


def test_a_second_loading_changes_nothing_that_head_office_has_set(app: Flask) -> None:
    load_belts(db.session())
    belt = db.session.query(Belt).first()
    assert belt is not None
    belt.over_ten_billion, belt.category = True, "玩具"

    assert load_belts(db.session()) == (0, 0)
    db.session.refresh(belt)
    assert (belt.over_ten_billion, belt.category) == (True, "玩具")


def test_cities_have_one_code_each_and_municipalities_are_one_city() -> None:
    cities = {adcode: name for adcode, name, _ in packaged_cities()}

    assert len(cities) == len(list(packaged_cities()))
    assert cities["500000"] == "重庆市"
    assert cities["429004"] == "仙桃市"
    assert not any("辖" in name for name in cities.values())
    assert {row["city_adcode"] for row in rows("belts.csv")} <= set(cities)
