"""For head office: what is promised to factories and how far it is kept, and which cities and belts are covered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from selection_center.catalog.models import Supplier
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.forms import clean
from selection_center.core.paging import ListPage, ordered, page_of
from selection_center.core.permissions import Permission
from selection_center.marketplace import coverage, guarantee_facts, guarantee_tables, guarantee_wording, guarantees
from selection_center.marketplace.guarantee_facts import HALF_DAYS
from selection_center.marketplace.guarantees import Clock, ClockKind, ClockState
from selection_center.orders.models import Order
from selection_center.sites.models import Belt, City, Site

bp = Blueprint("guarantees", __name__)

SHOWN = ("factories", "belts", "cities")
MOST_ROWS = 20_000
WORDS = {
    **{"kinds": guarantee_wording.KINDS, "states": guarantee_wording.STATES, "looks": guarantee_wording.LOOKS},
    **{"kind_of_merchant": guarantee_wording.kind_of_merchant},
}


COLUMNS: Mapping[str, Callable[[Clock], Any]] = {
    "name": lambda clock: clock.supplier.label.casefold(),
    "buyers": lambda clock: clock.buyers,
    "missing": lambda clock: clock.short,
    "ends": lambda clock: clock.ends_at,
}
"""By which the factories may be sorted; None stands last either way."""


class Asked(NamedTuple):
    """What the address asks for: a list, words in it, a part of it."""

    shown: str
    words: str
    part: str
    kind: str

    @classmethod
    def read(cls) -> Self:
        shown = request.args.get("show", "")
        names = ("part", "kind")
        words = clean(request.args.get("q")) or ""
        return cls(shown if shown in SHOWN else "factories", words, *(request.args.get(name, "") for name in names))

    @property
    def address(self) -> dict[str, Any]:
        """What leads to the same list, all of it."""
        named = {"show": self.shown, "q": self.words, "part": self.part, "kind": self.kind}
        return {name: value for name, value in (named | {"sort": request.args.get("sort")}).items() if value}

    @property
    def covered(self) -> bool | None:
        return {"covered": True, "open": False}.get(self.part)

    def keeps(self, clock: Clock) -> bool:
        found = f"{clock.supplier.name} {clock.supplier.name_en}".casefold()
        kind_fits = self.kind not in set(ClockKind) or clock.kind == self.kind
        part_fits = self.part not in set(ClockState) or clock.state == self.part
        return kind_fits and part_fits and self.words.casefold() in found

    def clocks_of(self, clocks: list[Clock]) -> list[Clock]:
        """Those that are asked for; as urgent as they are, unless a column says otherwise."""
        kept = [clock for clock in clocks if self.keeps(clock)]
        wish = request.args.get("sort", "")
        column = COLUMNS.get(wish.removeprefix("-"))
        if column is None:
            return kept
        said = [clock for clock in kept if column(clock) is not None]
        unsaid = [clock for clock in kept if column(clock) is None]
        return sorted(said, key=column, reverse=wish.startswith("-")) + unsaid

    @property
    def belts(self) -> sa.Select[Any]:
        columns = {"name": Belt.name, "category": Belt.category, "place": Belt.place_adcode}
        query = ordered(
            coverage.belts(self.words, self.covered), columns | {"factories": coverage.factories_in()}, "place"
        )
        return query.options(contains_eager(Belt.city))

    @property
    def cities(self) -> sa.Select[Any]:
        columns = {"name": City.name, "province": City.adcode, "belts": coverage.belts_in()}
        return ordered(coverage.cities(self.words, self.covered), columns, "-belts")


@bp.get("/guarantees")
@allow(Permission.EDIT_NETWORK)
def index() -> Any:
    asked = Asked.read()
    clocks = guarantees.clocks()
    counts = {state: sum(clock.state is state for clock in clocks) for state in ClockState}
    return render_template(
        "marketplace/guarantees.html",
        **{"asked": asked, "counts": counts, "sums": coverage.sums(), "announced": coverage, **WORDS},
        **rows_of(asked, clocks),
        export_url=url_for(".export", **asked.address),
    )


def rows_of(asked: Asked, clocks: list[Clock]) -> dict[str, Any]:
    """A page of the list, and what stands beside its rows."""
    if asked.shown == "factories":
        return {"page": ListPage.asked(asked.clocks_of(clocks))}
    if asked.shown == "belts":
        page = page_of(asked.belts)
        ids = [belt.id for belt in page]
        return {
            "page": page,
            "centers": coverage.centers_of_belts(ids),
            "factories": coverage.belt_factories(ids),
        }
    page = page_of(asked.cities)
    ids = [city.id for city in page]
    return {"page": page, "centers": coverage.centers_of_cities(ids), "belts": coverage.city_belts(ids)}


@bp.get("/guarantees.xlsx")
@allow(Permission.EDIT_NETWORK)
def export() -> Response:
    """The list as it was asked for, all of it."""
    asked = Asked.read()
    if asked.shown == "factories":
        found = asked.clocks_of(guarantees.clocks())
        return download(guarantee_tables.clock_table(found[:MOST_ROWS]), _("Guarantees"), "xlsx", XLSX)
    if asked.shown == "belts":
        belts = db.session.scalars(asked.belts.limit(MOST_ROWS)).all()
        return download(guarantee_tables.belt_table(belts), _("Belts"), "xlsx", XLSX)
    cities = db.session.scalars(asked.cities.limit(MOST_ROWS)).all()
    return download(guarantee_tables.city_table(cities), _("Cities"), "xlsx", XLSX)


@bp.get("/guarantees/<int:supplier_id>")
@allow(Permission.EDIT_NETWORK)
def show(supplier_id: int) -> Any:
    """The buyers behind a number, phones masked."""
    supplier: Supplier = db.first_or_404(
        sa.select(Supplier).where(Supplier.id == supplier_id, Supplier.merged_into_id.is_(None))
    )
    clocks = guarantees.clocks(supplier_id=supplier.id)
    if not clocks:
        abort(404)
    wanted = request.args.get("clock", "")
    clock = next((each for each in clocks if each.kind == wanted), clocks[0])
    is_before = request.args.get("half") == "before" and clock.before is not None
    page = ListPage.asked(buyers_of(clock, is_before=is_before))
    return render_template(
        "marketplace/guarantee.html",
        **{"clock": clock, "clocks": clocks, "page": page, "is_before": is_before, **WORDS},
        **{"scans": scans_of(clock, is_before=is_before), **named(page.items)},
    )


def stretch(clock: Clock, *, is_before: bool) -> tuple[datetime, datetime] | None:
    """From when until when buyers are counted."""
    if clock.first_day is None or clock.ends_at is None:
        return None
    back = timedelta(days=HALF_DAYS if is_before else 0)
    return clock.first_day - back, clock.ends_at - back


def buyers_of(clock: Clock, *, is_before: bool) -> list[guarantee_facts.Evidence]:
    days = stretch(clock, is_before=is_before)
    return guarantee_facts.evidence(clock.supplier.id, *days) if days else []


def scans_of(clock: Clock, *, is_before: bool) -> int:
    days = stretch(clock, is_before=is_before)
    return guarantee_facts.scan_count(clock.supplier.id, *days) if days else 0


def named(rows: list[guarantee_facts.Evidence]) -> dict[str, Any]:
    """The orders and sites that these rows name, by id."""
    orders = {number for row in rows for number in row.orders}
    sites = {number for row in rows for number in row.site_ids}
    return {
        "orders": {row.id: row for row in db.session.scalars(sa.select(Order).where(Order.id.in_(orders)))},
        "sites": {row.id: row for row in db.session.scalars(sa.select(Site).where(Site.id.in_(sites)))},
    }
