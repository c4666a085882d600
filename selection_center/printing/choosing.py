"""Which samples, blank tags or stands a person wants printed: by search, zone, stand, a pasted list, or one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from selection_center.accounts.models import User
from selection_center.catalog.suppliers import Supplier
from selection_center.core import scanned
from selection_center.core.db import db
from selection_center.core.forms import clean
from selection_center.core.paging import like_anywhere
from selection_center.printing.begun_sheets import Begun, begun_at
from selection_center.printing.layouts import Layout, Subject
from selection_center.printing.media import Medium
from selection_center.printing.models import FileKind, Printer
from selection_center.printing.operations import MOST_ITEMS, Order, Printable, suppliers_at
from selection_center.printing.own_media import media_at
from selection_center.printing.printers import printers_at, usual_printer
from selection_center.printing.values import LANGUAGES
from selection_center.samples import queries
from selection_center.samples.models import Sample, SampleKind, SampleState
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Bay, Site, Stand, Zone
from selection_center.stock import queries as stock_queries
from selection_center.stock.items import StockItem

SHOWN = 100
"""On one page of the list."""
LONGEST_PASTE = 6000
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Wish:
    """What the page was asked for; what makes no sense counts as not said."""

    layout: Layout
    medium: Medium
    used: frozenset[int] = frozenset()
    """Cells of the first sheet that are gone, those of the begun sheet aside."""
    sheet: Begun | None = None
    sheets: tuple[Begun, ...] = ()
    """What could be filled first."""
    rest_name: str = ""
    printer: Printer | None = None
    asked_kind: str = ""
    """Of file; empty for the one that the printer takes."""
    language: str = "zh"
    with_prices: bool = True
    words: str = ""
    zone: str = ""
    at: str = ""
    pasted: str = ""
    among: tuple[int, ...] = ()
    """Shown alone: they came from another page."""
    ticked: frozenset[int] = frozenset()
    everything: bool = False
    page: int = 1

    @classmethod
    def read(cls, said: MultiDict[str, str], site: Site, user: User, layouts: Sequence[Layout], *, sent: bool) -> Wish:
        """From an address, or from the form when it was sent."""
        layout = next((one for one in layouts if one.key == said.get("layout")), layouts[0])
        media = layout.among(media_at(site))
        medium = next((one for one in media if one.key == said.get("medium")), media[0])
        can_be_begun = layout.is_of_cells and medium.cells > 1
        sheets = begun_at(site, [medium.key]) if can_be_begun else []
        used = ids(said.getlist("used")) if can_be_begun else ()
        sheet = first_sheet(said.get("sheet", "new" if sent and "sheet" not in said else ""), sheets)
        printer = said["printer"] if "printer" in said else str(usual_printer(site, user) or "")
        ticked = ids(said.getlist(layout.subject.value))
        kept = ids(said.getlist("kept"))
        page = said.get("page", "1")
        return cls(
            layout=layout,
            medium=medium,
            used=frozenset(number for number in used if 1 <= number <= medium.cells),
            sheet=sheet,
            sheets=tuple(sheets),
            rest_name=text_in(said, "rest_name")[:40] or (sheet.sheet.name if sheet else ""),
            printer=next((one for one in printers_at(site) if str(one.id) == printer), None),
            asked_kind=said.get("as", "") if said.get("as") in list(FileKind) else "",
            language=layout.language or (said.get("language", "") if said.get("language") in LANGUAGES else "zh"),
            with_prices=said.get("prices") == "1" or not (sent or "prices" in said),
            words=text_in(said, "q")[:80],
            zone=text_in(said, "zone")[:4],
            at=text_in(said, "at")[:16],
            pasted=text_in(said, "codes")[:LONGEST_PASTE],
            among=ids(said.get("among", "").split(",")) if "among" in said else ticked,
            ticked=frozenset((*ticked, *kept)),
            everything=said.get("all") == "1",
            page=int(page) if re.fullmatch(r"[0-9]{1,4}", page) and int(page) else 1,
        )

    @property
    def order(self) -> Order:
        return Order(
            self.layout,
            self.medium,
            self.used,
            self.language,
            self.with_prices,
            self.sheet.sheet if self.sheet else None,
            self.rest_name,
            self.printer,
            self.asked_kind,
        )

    @property
    def locked(self) -> frozenset[int]:
        """Cells that are gone of the begun sheet."""
        return self.sheet.spent if self.sheet else frozenset()

    @property
    def free(self) -> list[int]:
        return self.medium.free(self.used | self.locked)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.zone or self.at or self.pasted.strip() or self.among)

    def changed(self, **to: Any) -> dict[str, Any]:
        """As parameters of an address, with some changed; what is empty is left out."""
        said = {"layout": self.layout.key, "q": self.words, "zone": self.zone, "at": self.at, "codes": self.pasted}
        return {name: value for name, value in (said | to).items() if value}


def first_sheet(said: str, sheets: Sequence[Begun]) -> Begun | None:
    """The one asked for, or the oldest; none for a new sheet."""
    if said == "new" or not sheets:
        return None
    return next((begun for begun in sheets if str(begun.sheet.id) == said), sheets[0])


def text_in(said: MultiDict[str, str], name: str) -> str:
    """Without what no text of ours holds."""
    return clean(said.get(name)) or ""


def ids(texts: Sequence[str]) -> tuple[int, ...]:
    numbers = (int(text) for text in texts if re.fullmatch(r"[0-9]{1,19}", text))
    return tuple(dict.fromkeys(number for number in numbers if number <= LARGEST_ID))[:MOST_ITEMS]


@dataclass(frozen=True)
class Found:
    """What fits the wish: the rows of one page, how many there are, what of the pasted list nobody knows.

    kept: what is ticked on other pages, so that it is not lost by turning one.
    """

    rows: list[Printable]
    total: int
    page: int
    kept: list[Printable] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // SHOWN))

    @property
    def first(self) -> int:
        return (self.page - 1) * SHOWN + 1


def found(site: Site, wish: Wish, hosts: Sequence[str]) -> Found:
    pasted = read_pasted(site, wish.pasted, hosts)
    query = fitting(site, wish, pasted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    page = min(wish.page, max(1, -(-total // SHOWN)))
    rows = list(db.session.scalars(query.limit(SHOWN).offset((page - 1) * SHOWN)).unique())
    elsewhere = wish.ticked - {row.id for row in rows}
    kept = (
        db.session.scalars(query.where(entity(wish).id.in_(elsewhere)).limit(MOST_ITEMS)).unique() if elsewhere else ()
    )
    return Found(rows, total, page, list(kept), pasted.unknown)


def chosen(site: Site, wish: Wish, hosts: Sequence[str]) -> list[Printable]:
    """What is to be printed, in the order of the list: what is ticked, or everything that fits."""
    query = fitting(site, wish, read_pasted(site, wish.pasted, hosts))
    if not wish.everything:
        query = query.where(entity(wish).id.in_(wish.ticked))
    return list(db.session.scalars(query.limit(MOST_ITEMS + 1)).unique())


ENTITIES = {
    Subject.SAMPLE: Sample,
    Subject.TAG: Tag,
    Subject.STAND: Stand,
    Subject.ZONE: Zone,
    Subject.SUPPLIER: Supplier,
    Subject.STOCK: StockItem,
}


def entity(wish: Wish) -> Any:
    return ENTITIES[wish.layout.subject]


@dataclass
class Pasted:
    """A pasted list, read: codes of tags and stands, addresses of stands, and what is neither."""

    codes: list[str] = field(default_factory=list)
    stands: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    is_empty: bool = True


def read_pasted(site: Site, text: str, hosts: Sequence[str]) -> Pasted:
    """Codes, scanned addresses and stands such as A-03-2, apart by anything that is no part of one."""
    pasted = Pasted()
    for word in dict.fromkeys(re.split(r"[\s,;，；、]+", text)):
        if not word:
            continue
        pasted.is_empty = False
        stand = Stand.at(site.id, word[:16])
        code = scanned.code_in(word, hosts)
        if stand is not None:
            pasted.stands.append(stand.id)
        elif code is not None and known(site, code, pasted):
            pasted.codes.append(code)
        else:
            pasted.unknown.append(word[:40])
    return pasted


def known(site: Site, code: str, pasted: Pasted) -> bool:
    """Does a tag of this site have the code? A stand's code means what stands there."""
    stand = db.session.scalar(sa.select(Stand.id).filter_by(site_id=site.id, code=code, closed_at=None))
    if stand is not None:
        pasted.stands.append(stand)
        return True
    return db.session.scalar(sa.select(Tag.id).filter_by(site_id=site.id, code=code)) is not None


def fitting(site: Site, wish: Wish, pasted: Pasted) -> sa.Select[Any]:
    query: sa.Select[Any] = NARROW[wish.layout.subject](site, wish, pasted)
    return query.where(entity(wish).id.in_(wish.among)) if wish.among else query


def samples(site: Site, wish: Wish, pasted: Pasted) -> sa.Select[Any]:
    query = queries.narrowed(site, queries.Filters(words=wish.words, zone=wish.zone))
    if wish.at:
        query = query.where(Stand.address == wish.at.upper())
    if not pasted.is_empty:
        tagged = sa.select(Tag.sample_id).where(Tag.code.in_(pasted.codes))
        query = query.where(sa.or_(Sample.id.in_(tagged), Stand.id.in_(pasted.stands)))
    if wish.layout.stores_only:
        query = query.where(Sample.kind == SampleKind.SHELF_FACING)
    return query.where(Sample.state != SampleState.RETIRED)


def tags(site: Site, wish: Wish, pasted: Pasted) -> sa.Select[Any]:
    query = sa.select(Tag).filter_by(site_id=site.id, state=TagState.BLANK).order_by(Tag.id.desc())
    return query if pasted.is_empty else query.where(Tag.code.in_(pasted.codes))


def stands(site: Site, wish: Wish, pasted: Pasted) -> sa.Select[Any]:
    query = sa.select(Stand).filter_by(site_id=site.id, closed_at=None).order_by(Stand.address)
    query = query.options(joinedload(Stand.bay).joinedload(Bay.zone))
    if wish.zone:
        query = query.where(Stand.address.startswith(f"{wish.zone}-", autoescape=True))
    for prefix in (wish.words, wish.at):
        if prefix:
            query = query.where(Stand.address.startswith(prefix.upper(), autoescape=True))
    return query if pasted.is_empty else query.where(Stand.id.in_(pasted.stands))


def zones(site: Site, wish: Wish, _pasted: Pasted) -> sa.Select[Any]:
    query = sa.select(Zone).where(Zone.site_id == site.id).order_by(Zone.position, Zone.letter)
    if wish.words:
        query = query.where(sa.or_(Zone.letter == wish.words.upper(), like_anywhere(Zone.name, wish.words)))
    return query.where(Zone.letter == wish.zone) if wish.zone else query


def suppliers(site: Site, wish: Wish, _pasted: Pasted) -> sa.Select[Any]:
    """Whose samples are shown here."""
    query = suppliers_at(site.id).order_by(Supplier.name, Supplier.id)
    if wish.words:
        named = (like_anywhere(column, wish.words) for column in (Supplier.name, Supplier.name_en))
        query = query.where(sa.or_(*named))
    return query


def stock(site: Site, wish: Wish, _pasted: Pasted) -> sa.Select[Any]:
    return stock_queries.narrowed(site, stock_queries.Filters(words=wish.words))


NARROW = {
    Subject.SAMPLE: samples,
    Subject.TAG: tags,
    Subject.STAND: stands,
    Subject.ZONE: zones,
    Subject.SUPPLIER: suppliers,
    Subject.STOCK: stock,
}
