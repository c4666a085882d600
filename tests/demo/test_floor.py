"""The demo's floor of these days: tablets, visits, deliveries, loans, counts; in keeping with every rule."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.devices import Device, device_names
from selection_center.accounts.models import User, password_fits
from selection_center.accounts.pins import is_shaped, is_weak
from selection_center.core import codes
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow
from selection_center.core.shop_time import today
from selection_center.demo.arrivals import deliveries
from selection_center.demo.counting import counts
from selection_center.demo.lending import loans
from selection_center.demo.reception import stays
from selection_center.demo.story import tell
from selection_center.samples.deliveries import Delivery
from selection_center.samples.delivery_queries import counts_of
from selection_center.samples.loan_items import LoanItem, Outcome
from selection_center.samples.loans import BorrowerKind, Loan
from selection_center.samples.models import Sample, SampleState
from selection_center.samples.stocktake_results import Kind
from selection_center.samples.stocktake_totals import Totals
from selection_center.samples.stocktakes import Stocktake, StocktakeState
from selection_center.samples.tag_findings import TagFinding
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site, SiteKind, Stand
from selection_center.visits.models import Visit
from serving import welcome
from tests.demo.test_building import NOBODYS, all_of, codes_of, count

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
"""Half past three in the afternoon in the shops."""


def centers() -> list[Site]:
    return list(db.session.scalars(sa.select(Site).filter_by(kind=SiteKind.CENTER)))


# --- the same at every run --------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_floor_is_the_same_at_every_run() -> None:
    def told() -> str:
        story = tell(NOW)
        site = story.places[0]
        pieces = story.pieces[site.slug]
        return repr(
            [
                deliveries(site.slug, pieces, story.offers),
                loans(site.slug, pieces),
                counts(site, pieces, {3, 1, 2}),
                list(stays(site, story.visits, NOW)),
            ]
        )

    assert told() == told()


@pytest.mark.once
@pytest.mark.parametrize("hour", [0, 1, 5, 9, 12, 20, 23])
def test_at_any_hour_somebody_came_yesterday_and_nobody_later_than_now(hour: int) -> None:
    now = NOW.replace(hour=hour)
    story = tell(now)
    found = [stay for place in story.places for stay in stays(place, story.visits, now)]
    assert any(today(stay.arrived_at) < today(now) for stay in found)
    for stay in found:
        assert stay.arrived_at < stay.bound_at
        assert all(moment is None or moment <= now for moment in (stay.arrived_at, stay.left_at, stay.handed_over_at))


# --- tablets and PINs -------------------------------------------------------------------------------------------


def test_every_site_has_tablets(demo: Flask) -> None:
    for site in all_of(Site):
        devices = Device.of_site(site.id)
        assert {device.name for device in devices} == {"前台平板", "平板 1", "平板 2"}
        assert all(device.registered_by.works_at(site.id) for device in devices)
        assert all(device.registered_at < device.last_seen_at <= utcnow() for device in devices)


def test_the_pins_that_are_told_fit(demo: Flask) -> None:
    told = json.loads((Path(demo.config["DATA_DIR"]) / "demo-sign-ins.json").read_text("utf-8"))
    pins = {sign_in["login"]: sign_in["pin"] for sign_in in told["sign_ins"] if "pin" in sign_in}
    assert set(pins) == {"ana", "bo", "cy", "kai", "ye"}
    for login, pin in pins.items():
        user = db.session.scalars(sa.select(User).filter_by(login=login)).one()
        assert is_shaped(pin)
        assert not is_weak(pin)
        assert password_fits(user.pin_hash, pin)
    assert count(User, User.pin_hash.is_not(None)) == len(pins)


def test_the_audit_tells_the_tablets_of_the_site(demo: Flask) -> None:
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.device.is_not(None))).all()
    names = device_names(entry.device for entry in entries)
    assert len(entries) > 200
    assert set(names.values()) == {"前台平板", "平板 1", "平板 2"}
    assert {entry.device for entry in entries} == set(names)
    verbs = {entry.verb for entry in entries}
    assert {"visitor_registered", "sample_lent", "stocktake_begun", "tag_finding_reported", "sample_placed"} <= verbs


# --- the reception ----------------------------------------------------------------------------------------------


def test_visitors_came_yesterday_and_today(demo: Flask) -> None:
    assert count(Visit) > 40
    for visit in all_of(Visit):
        assert visit.arrived_at <= utcnow()
        assert visit.left_at is None or visit.arrived_at < visit.left_at
        assert codes.parse(visit.code) == visit.code
        assert (visit.phone is None) == (visit.consent_at is None)
        assert visit.phone is None or NOBODYS.fullmatch(visit.phone)
        assert visit.cares[-1].user_id == visit.cared_by_id
        assert all(care.user.works_at(visit.site_id) for care in visit.cares)
        assert visit.left_at is not None or today(visit.arrived_at) == today()
    assert not set(codes_of(Visit)) & {*codes_of(Stand), *codes_of(Tag)}
    assert any(visit.selection is not None for visit in all_of(Visit))
    assert all(count(Visit, Visit.site_id == site.id, Visit.left_at.is_(None)) for site in centers())


# --- deliveries -------------------------------------------------------------------------------------------------


def test_deliveries_are_on_the_way_late_and_half_come(demo: Flask) -> None:
    seen = set()
    for delivery in all_of(Delivery):
        counted = counts_of(delivery)
        seen.add("half" if counted.received else "on the way")
        if delivery.is_late:
            seen.add("late")
        assert counted.missing > 0
        assert counted.received + counted.missing == counted.listed == delivery.pieces
        for line in delivery.lines:
            assert line.listing.supplier_id == delivery.supplier_id
            assert all(sample.site_id == delivery.site_id for sample in line.samples)
    assert seen == {"half", "on the way", "late"}
    assert count(Sample, Sample.state == SampleState.EXPECTED, Sample.delivery_line_id.is_(None)) == 0


# --- loans ------------------------------------------------------------------------------------------------------


def test_each_center_has_lent_in_every_way(demo: Flask) -> None:
    for site in centers():
        here = db.session.scalars(sa.select(Loan).filter_by(site_id=site.id)).all()
        assert sum(loan.is_overdue for loan in here) == 1
        assert sum(loan.is_open for loan in here) == 4
        assert any(0 < len(loan.open_items) < len(loan.items) for loan in here)
        assert any(loan.kind is BorrowerKind.COLLEAGUE for loan in here)
        back = next(loan for loan in here if not loan.is_open)
        assert {item.outcome for item in back.items} == {Outcome.SHOWN_LIVE, Outcome.PUBLISHED, Outcome.NOTHING}
        assert back.deposit_fen == 0
        assert back.deposit_entries
        assert any(loan.deposit_fen for loan in here)
        assert any(loan.reminders for loan in here)


def test_what_is_lent_stood_here_before(demo: Flask) -> None:
    for item in all_of(LoanItem):
        sample = item.sample
        assert sample.is_here
        assert sample.site_id == item.loan.site_id
        assert sample.placement is not None
        assert sample.placement.placed_at < item.loan.at
        assert item.ended_at is None or item.loan.at < item.ended_at <= utcnow()
        assert (sample.loan is item.loan) is item.is_open
    assert all(NOBODYS.fullmatch(loan.phone) for loan in all_of(Loan) if loan.phone)


# --- counts -----------------------------------------------------------------------------------------------------


def test_each_center_has_a_count_that_waits_and_one_that_runs(demo: Flask) -> None:
    for site in centers():
        here = db.session.scalars(sa.select(Stocktake).filter_by(site_id=site.id)).all()
        closed = next(each for each in here if each.state is StocktakeState.CLOSED)
        running = next(each for each in here if each.state is StocktakeState.RUNNING)
        assert len(here) == 2
        totals = Totals.of_count(closed)
        assert (totals.of(Kind.MISSING), totals.of(Kind.WRONG_PLACE)) == (1, 1)
        assert totals.stickers == 1
        assert totals.visited == totals.stands
        assert totals.of(Kind.SEEN) > 10
        half = Totals.of_count(running)
        assert 0 < half.settled < half.expected
        assert half.of(Kind.WRONG_PLACE) == half.of(Kind.UNEXPECTED) == 0


def test_a_foreign_sticker_waits_at_each_center(demo: Flask) -> None:
    for site in centers():
        finding = db.session.scalars(TagFinding.open_at(site)).one()
        assert finding.host.endswith(".example")
        assert finding.stand is not None
        assert finding.stand.site_id == site.id


def test_the_start_tells_the_pins_beside_the_passwords(demo: Flask) -> None:
    told = welcome.lines(demo.config["SETTINGS"])
    assert [bool(re.search(r", PIN \d{4}$", line)) for line in told if line.startswith("Sign-in")] == [
        *(False, True, True, True, True, False, True),  # head office and the factory stand on no tablet
    ]
    bo = db.session.scalars(sa.select(User).filter_by(login="bo")).one()
    assert any(f"{bo.name}, floor staff" in line for line in told)  # a locked tablet shows names, not accounts
