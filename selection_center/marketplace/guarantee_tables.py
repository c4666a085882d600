"""Clocks and coverage as tables, as a spreadsheet may hold them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from selection_center.core.exports import Cell, xlsx_file
from selection_center.core.templating import day
from selection_center.marketplace import coverage
from selection_center.marketplace.guarantee_wording import KINDS, STATES, kind_of_merchant
from selection_center.marketplace.guarantees import Clock
from selection_center.sites.models import Belt, City


def clock_table(clocks: Sequence[Clock]) -> bytes:
    header = [
        _("Factory"), _("Kind"), _("Promise"), _("State"), _("Buyers"), _("The half before"), _("Aim"), _("Missing"),
        _("Begun"), _("Ends"), _("Days left"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            clock.supplier.label, kind_of_merchant(clock.supplier), str(KINDS[clock.kind]), str(STATES[clock.state]),
            clock.buyers, clock.before, clock.aim, clock.short, day(clock.begun_at), day(clock.ends_at),
            clock.days_left,
        ]
        for clock in clocks
    ]  # fmt: skip
    return xlsx_file(_("Guarantees"), header, rows, (36, 24, 28, 20, 10, 12, 10, 10, 14, 14, 10))


def belt_table(belts: Sequence[Belt]) -> bytes:
    ids = [belt.id for belt in belts]
    centers, factories = coverage.centers_of_belts(ids), coverage.belt_factories(ids)
    header = [
        _("Belt"), _("Category"), _("Place"), _("City"), _("Province"), _("Above ten billion"), _("Centers"),
        _("Factories"),
    ]  # fmt: skip
    flags = {True: _("Yes"), False: _("No"), None: _("Not known")}
    rows: list[list[Cell]] = [
        [
            belt.label, belt.category, belt.place, belt.city.name, belt.city.province, flags[belt.over_ten_billion],
            ", ".join(site.label for site in centers.get(belt.id, [])), factories.get(belt.id, 0),
        ]
        for belt in belts
    ]  # fmt: skip
    return xlsx_file(_("Belts"), header, rows, (30, 14, 14, 14, 14, 16, 40, 10))


def city_table(cities: Sequence[City]) -> bytes:
    ids = [city.id for city in cities]
    centers, belts = coverage.centers_of_cities(ids), coverage.city_belts(ids)
    none = coverage.Covered(0, 0)
    header = [_("City"), _("Province"), _("Code"), _("Centers"), _("Belts covered"), _("Belts")]
    rows: list[list[Cell]] = [
        [
            city.name, city.province, city.adcode, ", ".join(site.label for site in centers.get(city.id, [])),
            belts.get(city.id, none).covered, belts.get(city.id, none).known,
        ]
        for city in cities
    ]  # fmt: skip
    return xlsx_file(_("Cities"), header, rows, (16, 16, 10, 40, 14, 10))
