"""Print runs: what goes into one, the values that each label says today, and the file."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.models import User
from selection_center.catalog.models import Listing
from selection_center.catalog.suppliers import Supplier
from selection_center.core import fonts, pdf
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.printing import drawing
from selection_center.printing.layouts import LAYOUTS, Layout, Subject
from selection_center.printing.media import MEDIA, Medium
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.printing.sheet_values import sheet_values
from selection_center.printing.shelf_tags import shelf_values
from selection_center.printing.values import Values, blank_values, sample_values, stand_values, texts
from selection_center.samples.models import Placement, Sample
from selection_center.samples.tags import Tag
from selection_center.sites.models import Bay, Site, Stand

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
Printable = Sample | Tag | Stand


@dataclass(frozen=True)
class Order:
    """How a run is to be printed. `first` is the first free position of the first sheet."""

    layout: Layout
    medium: Medium
    first: int = 1
    language: str = "zh"
    with_prices: bool = True


def begin(site: Site, user: User, order: Order, chosen: Sequence[Printable]) -> PrintRun:
    """A run with an item for each of these, its values still to be read."""
    if not chosen:
        raise Refused("nothing_chosen", _("Choose what to print."))
    if len(chosen) > MOST_ITEMS:
        raise Refused("too_many", _("At most %(count)s at a time. Print one zone after the other.", count=MOST_ITEMS))
    run = PrintRun(
        site=site,
        user=user,
        layout=order.layout.key,
        medium=order.medium.key,
        first_position=order.first,
        with_prices=order.with_prices,
        language=order.language,
    )
    run.items = [item_of(number, one) for number, one in enumerate(chosen, 1)]
    run.pages = order.medium.pages(len(chosen), order.first)
    db.session.add(run)
    db.session.flush()
    return run


def item_of(number: int, printed: Printable) -> PrintedItem:
    sample_id = printed.id if isinstance(printed, Sample) else None
    return PrintedItem(number=number, sample_id=sample_id, code=printed.code or "", values={})


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
    kind = LAYOUTS[run.layout].subject
    if kind is Subject.SAMPLE:
        ids = [item.sample_id for item in items]
        query = sa.select(Sample).where(Sample.id.in_(ids), Sample.site_id == run.site_id).options(*SEEN)
        return {sample.id: sample for sample in db.session.scalars(query)}
    codes = [item.code for item in items]
    if kind is Subject.TAG:
        tags = sa.select(Tag).where(Tag.code.in_(codes), Tag.site_id == run.site_id)
        return {tag.code: tag for tag in db.session.scalars(tags)}
    stands = sa.select(Stand).where(Stand.code.in_(codes), Stand.site_id == run.site_id)
    stands = stands.options(joinedload(Stand.bay).joinedload(Bay.zone))
    return {stand.code: stand for stand in db.session.scalars(stands)}


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
    if run.layout == "shelf":
        return shelf_values(subject, run.language)
    read = sample_values if run.layout == "label" else sheet_values
    return read(subject, run.language, run.with_prices)


def place(run: PrintRun) -> None:
    """Gives every item that can be set its page and position, one after the other, and counts the pages."""
    medium, number = MEDIA[run.medium], 0
    for item in run.items:
        if item.refused is None:
            number += 1
            item.page, item.position = medium.place(number, run.first_position)
    run.pages = medium.pages(number, run.first_position) if number else 0
    if not number:
        run.state, run.failure = PrintState.FAILED, str(_("None of them can be set."))


def make_ready(run: PrintRun) -> None:
    if run.state is not PrintState.FAILED:
        run.state, run.ready_at = PrintState.READY, utcnow()


# --- the file ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """What a run's file is made from, loose from the database: setting takes seconds and must hold no lock."""

    id: int
    layout: str
    medium: str
    language: str
    placed: list[tuple[int, int, Values]]

    @classmethod
    def of(cls, run: PrintRun) -> Draft:
        placed = [
            (item.page, item.position, item.values)
            for item in run.items
            if item.page is not None and item.position is not None
        ]
        return cls(run.id, run.layout, run.medium, run.language, placed)

    @property
    def path(self) -> Path:
        """Named by what it says, so that a number that was given twice never brings up another paper."""
        said = json.dumps([self.layout, self.medium, self.language, self.placed], sort_keys=True)
        name = f"{self.id}-{hashlib.sha256(said.encode()).hexdigest()[:16]}.pdf"
        return Path(current_app.config["DATA_DIR"]) / "prints" / name

    def file(self, on_page: pdf.Listener | None = None) -> Path:
        """The run's PDF; set when there is none yet."""
        file = self.path
        if not file.is_file():
            data = drawing.render(self.layout, self.medium, self.language, self.placed, on_page)
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as draft:
                draft.write(data)
            os.replace(draft.name, file)
        return file
