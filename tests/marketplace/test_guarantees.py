"""The guarantee clocks: who is a buyer, in which stretch they count, who is short, and what stands behind a number."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.buyers import Buyer
from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Supplier
from selection_center.core import codes
from selection_center.core.db import db, table_of, utcnow
from selection_center.core.permissions import Role
from selection_center.marketplace import guarantees
from selection_center.marketplace.guarantees import Clock, ClockKind, ClockState
from selection_center.orders.models import Order, OrderKind, OrderState
from selection_center.samples.models import Placement, Sample
from selection_center.selections.models import SelectionLine, SelectionList
from selection_center.sites.models import Site
from tests import factories as make
from tests.statements import asked
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def on_a_stand(supplier: Supplier, site: Site, since: datetime) -> Sample:
    """A sample of the factory that came onto a stand at that moment."""
    listing = make.listing(supplier)
    sample = make.sample(listing, site)
    stand = make.stand(site, bay=supplier.id)
    make.add(Placement(sample=sample, stand_id=stand.id, placed_at=since))
    return sample


def buyer(name: str, phone: str | None = None) -> Buyer:
    return make.add(Buyer(device=name, phone=phone))


def ordered(by: Buyer, of: Supplier, at: Site, when: datetime, phone: str = "", **values: object) -> Order:
    texts = {"number": f"YW-{by.id}-{len(phone)}{when:%m%d%H%M}", "token": codes.new_code(), "name": "陈"}
    common = {"kind": OrderKind.BULK, "consent_version": "2026-11", "goods_fen": 100, "submitted_at": when}
    return make.add(Order(buyer=by, supplier=of, site=at, phone=phone, **(texts | common | values)))


def listed(by: Buyer, sample: Sample, when: datetime, **values: object) -> SelectionLine:
    selection = make.add(SelectionList(buyer=by, code=codes.new_code()))
    pieces = {"list": selection, "listing": sample.listing, "sku": sample.listing.skus[0], "sample": sample}
    return make.add(SelectionLine(quantity=3, created_at=when, **pieces, **values))


def clock_of(supplier: Supplier, kind: ClockKind = ClockKind.FIRST) -> Clock:
    db.session.flush()
    return next(clock for clock in guarantees.clocks(NOW, supplier.id) if clock.kind is kind)


def test_a_person_counts_once_however_they_came(site: Site) -> None:
    maker = make.supplier(trustpass_years=3)
    sample = on_a_stand(maker, site, days_ago(20))
    phone, tablet = buyer("phone", "13800138000"), buyer("tablet", "13800138000")
    ordered(phone, maker, site, days_ago(10), "13800138000")
    listed(tablet, sample, days_ago(9))  # the same phone on another device
    listed(buyer("stranger"), sample, days_ago(8))
    clock = clock_of(maker)
    assert (clock.buyers, clock.aim, clock.short, clock.state) == (2, 30, 28, ClockState.SHORT)
    assert clock.days_left == 40


def test_neither_cancelled_orders_nor_lines_taken_off_nor_the_time_before_make_a_buyer(site: Site) -> None:
    maker = make.supplier(trustpass_years=3)
    sample = on_a_stand(maker, site, days_ago(20))
    ordered(buyer("a"), maker, site, days_ago(10), state=OrderState.CANCELLED)
    listed(buyer("b"), sample, days_ago(9), removed_at=days_ago(8))
    ordered(buyer("c"), maker, site, days_ago(21))
    assert clock_of(maker).buyers == 0


def test_an_ordered_line_counts_with_its_order(site: Site) -> None:
    """Or a buyer whom the desk wrote down under another phone would count twice."""
    maker = make.supplier(trustpass_years=3)
    sample = on_a_stand(maker, site, days_ago(20))
    dee = buyer("dee")
    order = ordered(dee, maker, site, days_ago(5), "13900139000")
    listed(dee, sample, days_ago(5), order_id=order.id)
    assert clock_of(maker).buyers == 1


def test_the_first_sixty_days_end(site: Site) -> None:
    maker = make.supplier(trustpass_years=0)
    on_a_stand(maker, site, days_ago(61))
    ordered(buyer("inside"), maker, site, days_ago(61) + timedelta(days=60, seconds=-1))
    ordered(buyer("outside"), maker, site, days_ago(61) + timedelta(days=60))
    clock = clock_of(maker)
    assert (clock.buyers, clock.state, clock.days_left) == (1, ClockState.MISSED, 0)


def test_thirty_buyers_keep_the_promise(site: Site) -> None:
    maker = make.supplier(trustpass_years=1)
    on_a_stand(maker, site, days_ago(59.5))
    for number in range(30):
        ordered(buyer(f"b{number}"), maker, site, days_ago(30))
    assert (clock_of(maker).state, clock_of(maker).days_left) == (ClockState.MET, 1)


def test_a_half_year_against_the_one_before(site: Site) -> None:
    maker = make.supplier(is_super_factory=True)
    on_a_stand(maker, site, days_ago(200))
    ordered(buyer("old"), maker, site, days_ago(190))
    both = buyer("both", "13700137000")
    ordered(both, maker, site, days_ago(150), "13700137000")
    ordered(both, maker, site, days_ago(3), "13700137000")
    clock = clock_of(maker, ClockKind.HALF)
    assert (clock.before, clock.buyers, clock.aim, clock.short) == (2, 1, 4, 3)
    assert (clock.state, clock.days_left) == (ClockState.SHORT, 164)


def test_the_third_half_year_is_held_against_the_second(site: Site) -> None:
    maker = make.supplier(is_powerful_merchant=True)
    on_a_stand(maker, site, days_ago(400))
    for number, days in enumerate((399, 390, 200, 10, 9)):
        ordered(buyer(f"b{number}"), maker, site, days_ago(days))
    clock = clock_of(maker, ClockKind.HALF)
    assert (clock.before, clock.buyers, clock.state) == (1, 2, ClockState.MET)


def test_the_first_half_year_has_nothing_to_be_held_against(site: Site) -> None:
    maker = make.supplier(is_powerful_merchant=True)
    on_a_stand(maker, site, days_ago(181))
    clock = clock_of(maker, ClockKind.HALF)
    assert (clock.before, clock.aim, clock.short, clock.state) == (None, None, 0, ClockState.COMPARING)


def test_nothing_is_not_twice_nothing(site: Site) -> None:
    maker = make.supplier(is_powerful_merchant=True)
    on_a_stand(maker, site, days_ago(190))
    assert (clock_of(maker, ClockKind.HALF).aim, clock_of(maker, ClockKind.HALF).state) == (1, ClockState.SHORT)


def test_a_clock_begins_with_a_sample_on_a_stand(site: Site) -> None:
    maker = make.supplier(trustpass_years=2)
    make.sample(make.listing(maker), site)  # in the store room
    ordered(buyer("early"), maker, site, days_ago(1))
    clock = clock_of(maker)
    assert (clock.state, clock.buyers, clock.ends_at, clock.days_left) == (ClockState.WAITING, 0, None, 0)


def test_who_misses_most_comes_first_and_then_whose_days_run_out_first(site: Site) -> None:
    made = [make.supplier(name, trustpass_years=1) for name in ("晚", "早", "近", "够", "过")]
    later, sooner, nearer, enough, over = made
    for maker, days in ((later, 10), (sooner, 50), (nearer, 50), (enough, 50), (over, 90)):
        on_a_stand(maker, site, days_ago(days))
    ordered(buyer("one"), nearer, site, days_ago(1))
    for number in range(30):
        ordered(buyer(f"b{number}"), enough, site, days_ago(5))
    db.session.flush()
    assert [clock.supplier.name for clock in guarantees.clocks(NOW)] == ["早", "晚", "近", "过", "够"]


def test_no_promise_no_clock_and_two_kinds_two_clocks(site: Site) -> None:
    make.supplier("没有")
    both = make.supplier("都有", trustpass_years=4, is_super_factory=True)
    merged = make.supplier("并掉", trustpass_years=4)
    merged.merged_into_id = both.id
    db.session.flush()
    assert [(clock.supplier.name, clock.kind) for clock in guarantees.clocks(NOW)] == [
        ("都有", ClockKind.FIRST),
        ("都有", ClockKind.HALF),
    ]


def user_called(name: str) -> User:
    return db.session.scalars(sa.select(User).filter_by(name=name)).one()


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def short_one(site: Site) -> tuple[Supplier, Listing]:
    """Seen by head office today: one buyer by phone with an order, one by device with a line."""
    maker = make.supplier("禾一", trustpass_years=3)
    sample = on_a_stand(maker, site, utcnow() - timedelta(days=20))
    make.user("Hana", Role.HEAD_OFFICE)
    ordered(buyer("a", "13800138000"), maker, site, utcnow() - timedelta(days=2), "13800138000", number="YW-1-1")
    listed(buyer("b"), sample, utcnow() - timedelta(days=1))
    db.session.commit()
    return maker, sample.listing


def test_the_number_leads_to_the_buyers_behind_it(short_one: tuple[Supplier, Listing], visit: Visit) -> None:
    hana = visit(user_called("Hana"))
    page = hana.get("/guarantees?lang=en").text
    assert ("28" in page, "Buyers missing" in page, ">2</a>" in page) == (True, True, True)
    assert 'href="/guarantees?part=short">1</a>' in page
    shown = hana.get(f"/guarantees/{short_one[0].id}?lang=en").text
    assert ("138****8000" in shown, "13800138000" in shown) == (True, False)
    assert ("YW-1-1" in shown, "A device, number not known" in shown) == (True, True)
    assert "Scanning alone makes no buyer" in shown


def test_searching_and_parts(short_one: tuple[Supplier, Listing], visit: Visit) -> None:
    hana = visit(user_called("Hana"))
    assert "禾一" in hana.get("/guarantees?q=禾一&part=short&kind=first").text
    for query in ("q=nobody", "part=met", "kind=half"):
        assert "No factory fits this search" in hana.get(f"/guarantees?lang=en&{query}").text
    assert hana.get("/guarantees?show=nonsense&part=nonsense&sort=nonsense&page=99").status_code == 200


def names_of(text: str) -> list[str]:
    return re.findall(r'<td><a class="strong" href="/guarantees/\d+\?clock=\w+">([^<]+)</a>', text)


def test_sorting(short_one: tuple[Supplier, Listing], site: Site, visit: Visit) -> None:
    """The most urgent first, unless a column is chosen; whose clock has not begun ends last either way."""
    on_a_stand(make.supplier("B 厂", trustpass_years=1), site, utcnow() - timedelta(days=50))
    make.supplier("A 厂", trustpass_years=1)
    db.session.commit()
    hana = visit(user_called("Hana"))
    for query, expected in {
        "": ["B 厂", "禾一", "A 厂"],
        "sort=name": ["A 厂", "B 厂", "禾一"],
        "sort=-buyers": ["禾一", "B 厂", "A 厂"],
        "sort=missing": ["禾一", "B 厂", "A 厂"],
        "sort=ends": ["B 厂", "禾一", "A 厂"],
        "sort=-ends": ["禾一", "B 厂", "A 厂"],
    }.items():
        assert names_of(hana.get(f"/guarantees?lang=zh&{query}").text) == expected, query
    book = openpyxl.load_workbook(BytesIO(hana.get("/guarantees.xlsx?lang=zh&sort=name").data))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["A 厂", "B 厂", "禾一"]  # type: ignore[union-attr]


def test_a_factory_without_a_promise_has_no_page(short_one: tuple[Supplier, Listing], visit: Visit) -> None:
    plain = make.supplier("没有")
    db.session.commit()
    hana = visit(user_called("Hana"))
    assert hana.get(f"/guarantees/{plain.id}").status_code == 404
    assert hana.get("/guarantees/987654").status_code == 404


def test_the_table_holds_what_the_page_shows(short_one: tuple[Supplier, Listing], visit: Visit) -> None:
    hana = visit(user_called("Hana"))
    book = openpyxl.load_workbook(BytesIO(hana.get("/guarantees.xlsx?lang=en").data))
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[1][4:8] == (2, None, 30, 28)
    book = openpyxl.load_workbook(BytesIO(hana.get("/guarantees.xlsx?part=met").data))
    assert len(list(book.active.iter_rows())) == 1  # type: ignore[union-attr]


def test_nothing_promised_yet_is_said(site: Site, visit: Visit) -> None:
    make.user("Hana", Role.HEAD_OFFICE)
    db.session.commit()
    assert "Nothing is promised yet" in visit(user_called("Hana")).get("/guarantees?lang=en").text


def test_head_office_alone(short_one: tuple[Supplier, Listing], site: Site, visit: Visit) -> None:
    make.user("Ana", Role.MANAGER, site)
    db.session.commit()
    ana = visit(user_called("Ana"))
    for path in ("/guarantees", "/guarantees.xlsx", f"/guarantees/{short_one[0].id}"):
        assert ana.get(path).status_code == 403


def test_five_thousand_factories_take_few_queries(site: Site, visit: Visit) -> None:
    make.user("Hana", Role.HEAD_OFFICE)
    sample = on_a_stand(make.supplier("甲", trustpass_years=1, is_super_factory=True), site, days_ago(3))
    words = [{"name": f"厂{n}", "name_key": f"厂{n}", "trustpass_years": 1} for n in range(4_999)]
    db.session.execute(sa.insert(table_of(Supplier)), words)
    listed(buyer("a"), sample, utcnow())
    db.session.commit()
    hana = visit(user_called("Hana"))
    with asked() as sent:
        page = hana.get("/guarantees?lang=en").text
    assert "of 5,001" in page or "of 5001" in page
    assert len([statement for statement in sent if "suppliers" in statement or "belts" in statement]) <= 6
    assert len(sent) <= 20
