"""Print runs: what goes into one, and the values that each label says today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.suppliers import Supplier
from selection_center.core import audit, fonts, jobs, pdf
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.printing.begun_sheets import hold, keep_rest, settle
from selection_center.printing.layouts import Layout, Subject
from selection_center.printing.media import Medium
from selection_center.printing.models import (
    BegunSheet,
    FileKind,
    PrintedItem,
    Printer,
    PrintRun,
    PrintState,
)
from selection_center.printing.own_layouts import layout_of
from selection_center.printing.own_media import medium_of
from selection_center.printing.sheet_values import sheet_values, whole_sheet
from selection_center.printing.shelf_tags import shelf_values
from selection_center.printing.tag_values import design_values
from selection_center.printing.values import Values, blank_values, sample_values, stand_values, texts
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.samples.tags import Tag
from selection_center.sites.models import Bay, Site, Stand, Zone
from selection_center.stock.items import StockItem

MOST_ITEMS = 3000
"""In one run: what a floor holds, and what a printer takes without a break."""
CHUNK = 200
SEEN = (
    joinedload(Sample.site),
    joinedload(Sample.sku),
    joinedload(Sample.tag),
    joinedload(Sample.placement).joinedload(Placement.stand),
    joinedload(Sample.listing).options(
        selectinload(Listing.skus), selectinload(Listing.tiers), joinedload(Listing.supplier).joinedload(Supplier.belt)
    ),
)
Printable = Sample | Tag | Stand | Zone | Supplier | StockItem


@dataclass(frozen=True)
class Order:
    """How a run is to be printed. `used`: cells of the first sheet that are gone; `sheet`: the one that it is."""

    layout: Layout
    medium: Medium
    used: frozenset[int] = frozenset()
    language: str = "zh"
    with_prices: bool = True
    sheet: BegunSheet | None = None
    rest_name: str = ""
    printer: Printer | None = None
    asked_kind: str = ""
    """Of file; empty for the one that the printer takes."""

    @property
    def file_kind(self) -> FileKind:
        """PDF wherever a label printer cannot do it alone."""
        usual = self.printer.file_kind if self.printer else FileKind.PDF
        return FileKind(self.asked_kind or usual) if self.medium.is_for_label_printers else FileKind.PDF


def begin(site: Site, user: User, order: Order, chosen: Sequence[Printable]) -> PrintRun:
    """A run with an item for each of these, its values still to be read."""
    return begin_with(site, user, order, [item_of(number, one) for number, one in enumerate(chosen, 1)])


def begin_again(run: PrintRun, user: User, order: Order, items: Sequence[PrintedItem]) -> PrintRun:
    """The same paper once more: these items with the values that they had."""
    printed = [item for item in items if item.refused is None]
    copies = [
        PrintedItem(number=number, sample_id=item.sample_id, code=item.code, values=item.values)
        for number, item in enumerate(printed, 1)
    ]
    return begin_with(run.site, user, order, copies)


def begin_with(site: Site, user: User, order: Order, items: list[PrintedItem]) -> PrintRun:
    if not items:
        raise Refused("nothing_chosen", _("Choose what to print."))
    if len(items) > MOST_ITEMS:
        raise Refused("too_many", _("At most %(count)s at a time. Print one zone after the other.", count=MOST_ITEMS))
    used = order.used | (hold(order.sheet) if order.sheet else frozenset())
    free = order.medium.free(used)
    if not free:
        raise Refused("sheet_full", _("No cell of this sheet is left. Take a new one."))
    run = PrintRun(
        site=site,
        user=user,
        layout=order.layout.key,
        medium=order.medium.key,
        used=sorted(used),
        sheet=order.sheet,
        rest_name=order.rest_name,
        printer=order.printer,
        right_tenths=order.printer.right_tenths if order.printer else 0,
        down_tenths=order.printer.down_tenths if order.printer else 0,
        file_kind=order.file_kind,
        with_prices=order.with_prices,
        language=order.language,
    )
    run.items = items
    run.pages = order.medium.pages(len(items), free)
    db.session.add(run)
    db.session.flush()
    return run


def start(run: PrintRun) -> None:
    """One page is there at once; more are set by a job."""
    audit.record("printed", run, layout=run.layout, medium=run.medium, count=len(run.items))
    if run.pages > 1:
        jobs.enqueue(
            "print-run",
            key=f"print-{run.id}",
            user_id=run.user_id,
            site_id=run.site_id,
            total=len(run.items),
            print_id=run.id,
        )
        return
    read_values(run, unread(run.items))
    place(run)
    make_ready(run)


def unread(items: Iterable[PrintedItem]) -> list[PrintedItem]:
    return [item for item in items if not item.values and item.refused is None]


def item_of(number: int, printed: Printable) -> PrintedItem:
    sample_id = printed.id if isinstance(printed, Sample) else None
    return PrintedItem(number=number, sample_id=sample_id, code=code_of(printed), values={})


def code_of(printed: Printable) -> str:
    """By which an item is found again: what has no code of its own goes by letter or number."""
    if isinstance(printed, Zone):
        return printed.letter
    return str(printed.id) if isinstance(printed, Supplier | StockItem) else printed.code or ""


def read_values(run: PrintRun, items: Iterable[PrintedItem]) -> None:
    """Today's values of these items; an item that cannot be set says why, and the others print."""
    items = list(items)
    found = subjects(run, items)
    for item in items:
        subject = found.get(item.sample_id if item.sample_id is not None else item.code)
        item.refused = refusal(item, subject)
        if item.refused is None and subject is not None:
            item.values = values_of(run, subject)
            lacking = fonts.missing(texts(item.values))
            item.refused = pdf.missing_words(lacking)[:200] if lacking else None


def subjects(run: PrintRun, items: Sequence[PrintedItem]) -> dict[int | str, Printable]:
    """By sample id for samples, else by code; only what is of the run's own site."""
    kind = layout_of(run.layout).subject
    if kind is Subject.SAMPLE:
        ids = [item.sample_id for item in items]
        query = sa.select(Sample).where(Sample.id.in_(ids), Sample.site_id == run.site_id).options(*SEEN)
        return {sample.id: sample for sample in db.session.scalars(query)}
    codes = [item.code for item in items]
    if kind is Subject.TAG:
        tags = sa.select(Tag).where(Tag.code.in_(codes), Tag.site_id == run.site_id)
        return {tag.code: tag for tag in db.session.scalars(tags)}
    if kind in OTHERS:
        return {code_of(one): one for one in db.session.scalars(OTHERS[kind](run.site_id, codes))}
    stands = sa.select(Stand).where(Stand.code.in_(codes), Stand.site_id == run.site_id)
    stands = stands.options(joinedload(Stand.bay).joinedload(Bay.zone))
    return {stand.code: stand for stand in db.session.scalars(stands)}


def zones_of(site_id: int, letters: Sequence[str]) -> sa.Select[Any]:
    return sa.select(Zone).where(Zone.site_id == site_id, Zone.letter.in_(letters))


def suppliers_of(site_id: int, numbers: Sequence[str]) -> sa.Select[Any]:
    """Those with a sample at the site."""
    return suppliers_at(site_id).where(Supplier.id.in_(map(int, numbers)))


def suppliers_at(site_id: int) -> sa.Select[Any]:
    shown = sa.select(Listing.supplier_id).join(Sample, Sample.listing_id == Listing.id)
    shown = shown.where(Sample.site_id == site_id, Sample.state != SampleState.RETIRED)
    return sa.select(Supplier).where(Supplier.id.in_(shown)).options(joinedload(Supplier.belt))


def stock_of(site_id: int, numbers: Sequence[str]) -> sa.Select[Any]:
    seen = joinedload(StockItem.sku).joinedload(Sku.listing)
    query = sa.select(StockItem).where(StockItem.site_id == site_id, StockItem.id.in_(map(int, numbers)))
    return query.options(seen.selectinload(Listing.skus), seen.selectinload(Listing.tiers))


OTHERS = {Subject.ZONE: zones_of, Subject.SUPPLIER: suppliers_of, Subject.STOCK: stock_of}


def refusal(item: PrintedItem, subject: Printable | None) -> str | None:
    if subject is None:
        return str(_("Not at this site any more."))
    if isinstance(subject, Sample) and subject.tag is None:
        return str(_("It has no tag: bind one first."))
    return None


def values_of(run: PrintRun, subject: Printable) -> Values:
    if isinstance(subject, Tag):
        return blank_values(subject)
    if isinstance(subject, Stand):
        return stand_values(subject, run.language)
    design = layout_of(run.layout).design_on(medium_of(run.medium))
    if design is not None:
        return design_values(design, subject, run.language, run.with_prices, run.site)
    if not isinstance(subject, Sample):
        raise TypeError(f"{run.layout} is not drawn of this")
    if run.layout == "shelf":
        return shelf_values(subject, run.language)
    read = {"label": sample_values, "plain": sample_values, "sheet": whole_sheet}.get(run.layout, sheet_values)
    return read(subject, run.language, run.with_prices)


def place(run: PrintRun) -> None:
    """Gives every item that can be set its page and position, one after the other, and counts the pages."""
    settle(run)
    medium, number = medium_of(run.medium), 0
    free = medium.free(run.used)
    for item in run.items:
        if item.refused is None:
            number += 1
            item.page, item.position = medium.place_around(number, free)
    run.pages = medium.pages(number, free) if number else 0
    if not number:
        run.state, run.failure = PrintState.FAILED, str(_("None of them can be set."))


def make_ready(run: PrintRun) -> None:
    if run.state is not PrintState.FAILED:
        run.state, run.ready_at = PrintState.READY, utcnow()
        keep_rest(run)
