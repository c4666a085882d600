"""Coming in, bringing guests, leaving, and how many are inside."""

from datetime import timedelta

import pytest
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.shop_time import today
from selection_center.membership import entries
from selection_center.membership.cards import Card, mask_name
from selection_center.membership.entries import Count, Entry, EntryWay
from selection_center.sites.models import Site
from tests.membership import making


@pytest.fixture
def site(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def cai(site: Site) -> User:
    return making.cashier(site)


@pytest.fixture
def card(site: Site) -> Card:
    return making.member(site).cards[0]


def come_in(card: Card, site: Site, by: User, step: int | None = None) -> tuple[Entry, bool]:
    return Entry.come_in(card, site, EntryWay.PHONE_CARD, by=by, step=step)


def test_a_second_scan_is_the_same_entry(card: Card, site: Site, cai: User) -> None:
    first, is_new = come_in(card, site, cai, 100)
    again, is_again_new = come_in(card, site, cai, 100)
    later, is_later_new = come_in(card, site, cai, 101)
    assert is_new
    assert not is_again_new
    assert not is_later_new
    assert first is again is later


def test_a_code_that_opened_a_door_opens_none_again(card: Card, site: Site, cai: User) -> None:
    entry, _ = come_in(card, site, cai, 100)
    entry.leave()
    for step in (100, 99):
        with pytest.raises(Refused) as refused:
            come_in(card, site, cai, step)
        assert refused.value.code == "code_used"
    _, is_new = come_in(card, site, cai, 101)
    assert is_new


def test_the_same_code_opens_no_other_store(card: Card, site: Site, cai: User) -> None:
    come_in(card, site, cai, 100)
    with pytest.raises(Refused, match=r"."):
        come_in(card, making.store("suzhou"), cai, 100)


def test_whoever_comes_to_another_store_has_left_the_first(card: Card, site: Site, cai: User) -> None:
    other = making.store("suzhou")
    first, _ = come_in(card, site, cai, 100)
    _, is_new = come_in(card, other, cai, 101)
    assert is_new
    db.session.refresh(first)
    assert first.left_at is not None
    assert (entries.count(site).inside, entries.count(other).inside) == (0, 1)


def test_nobody_stays_overnight(card: Card, site: Site, cai: User) -> None:
    yesterday, _ = come_in(card, site, cai, 100)
    yesterday.day = today() - timedelta(days=1)
    db.session.flush()
    assert entries.count(site) == Count(0, 0)
    assert not yesterday.is_inside
    _, is_new = come_in(card, site, cai, 2980)
    assert is_new


def test_guests_count_as_far_as_the_plan_goes(card: Card, site: Site, cai: User) -> None:
    entry, _ = come_in(card, site, cai, 100)
    entry.bring(2, at_most=2)
    db.session.flush()
    assert entries.count(site) == Count(inside=3, today=3)
    for guests in (3, -1):
        with pytest.raises(Refused) as refused:
            entry.bring(guests, at_most=2)
        assert refused.value.code == "too_many_guests"
    assert entry.leave()
    assert not entry.leave(), "of two scans at the exit one says so"
    db.session.refresh(entry)
    assert entries.count(site) == Count(inside=0, today=3)
    with pytest.raises(Refused):
        entry.bring(1, at_most=2)


def test_how_often_today(card: Card, site: Site, cai: User) -> None:
    first, _ = come_in(card, site, cai, 100)
    first.leave()
    second, _ = come_in(card, site, cai, 200)
    assert [entries.number_today(each) for each in (first, second)] == [1, 2]
    assert entries.newest(site, 5) == [second, first]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陈女士", "陈女士"),
        ("陈小满", "陈**"),
        ("陈小满女士", "陈女士"),
        ("欧阳修先生", "欧阳先生"),
        ("John Smith", "J*** S***"),
        ("", ""),
        ("李", "李**"),
    ],
)
def test_a_name_at_the_door_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked
