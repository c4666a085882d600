"""Reads a table's rows into lines under one header and one mapping, and names what is wrong with a row alone."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from selection_center.catalog.addresses import offer_address
from selection_center.catalog.models import SOURCE_1688
from selection_center.catalog.offer_import import cells
from selection_center.catalog.offer_import.columns import OTHER_MONEY, unit_of
from selection_center.catalog.offer_import.fields import PRICES, Field
from selection_center.catalog.offer_import.headers import WORDS
from selection_center.catalog.offer_import.ids import foreign_id, linked_offer_id, offer_id, web_address
from selection_center.catalog.offer_import.lines import PUT, Line, Put, SourceRow, attribute
from selection_center.catalog.offer_import.reasons import CellProblem, RowNote, RowProblem, Values

EXAMPLE_IDS = frozenset({"100000000001", "100000000002"})
"""The template's example rows: a person who leaves them in the file is told so."""

LISTS = frozenset({Field.TIERS, Field.TAGS, Field.ATTRIBUTE, Field.PICTURES})
"""Where a line break within a cell parts one thing from the next."""

LONGEST_TEXT: dict[Field, int] = {
    Field.TITLE: 300,
    Field.TITLE_EN: 300,
    Field.CATEGORY: 80,
    Field.ORIGIN: 60,
    Field.COMPANY: 120,
    Field.SUPPLIER_ID: 64,
    Field.ITEM_NUMBER: 64,
    Field.CARGO_NUMBER: 64,
    Field.BARCODE: 64,
    Field.SKU_ID: 64,
    Field.UNIT: 12,
    Field.SALES: 40,
    Field.SOURCE: 24,
    Field.URL: 500,
    Field.TAGS: 400,
    Field.TIERS: 1000,
    Field.PICTURES: 8000,
    Field.ATTRIBUTE: 2000,
    Field.SPEC: 160,
    Field.SPEC_EN: 200,
}
LONGEST_NUMBER = 64

CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
SHIPS_WITHIN = re.compile(r"^([0-9]{1,3})小时发货$")


class Reader:
    """Reads rows under one header with one mapping. `source`: where the offers come from unless a row says."""

    def __init__(self, header: Sequence[str], columns: Mapping[int, Field], source: str = SOURCE_1688) -> None:
        self.header = [cells.clean(text)[:80] for text in header]
        self.source = source
        self.columns = [
            (index, which, self._put(which, index), self._unit(which, index))
            for index, which in sorted(columns.items())
            if index < len(header)
        ]
        self._name_of = {which: self.header[index] for index, which, _, _ in reversed(self.columns)}

    def _put(self, which: Field, index: int) -> Put:
        return attribute(self.header[index]) if which is Field.ATTRIBUTE else PUT[which]

    def _unit(self, which: Field, index: int) -> str:
        unit = unit_of(self.header[index])
        says_days = which is Field.LEAD_TIME and re.search("天|days?", self.header[index], re.IGNORECASE)
        return "天" if says_days else unit

    def line(self, row: SourceRow) -> Line | None:
        """What a row says, its problems named; None for an empty row."""
        number, texts = row
        line = Line(number, texts, self.source)
        found: dict[Field, str] = {}
        for index, which, put, unit in self.columns:
            raw = texts[index] if index < len(texts) else ""
            if which in LISTS and "\n" in raw:
                raw = raw.replace("\n", ";")
            if not raw or cells.says_nothing(text := cells.clean(raw)):
                continue
            found[which] = text
            try:
                self._check(which, text, unit)
                put(line, text, unit)
            except CellProblem as problem:
                self.refuse(line, which, problem.code, text, **problem.values)
            if which is Field.TITLE and text != raw and cells.holds_control_characters(raw):
                line.notes.append(RowNote(number, self.header[index], "characters_removed"))
        if not found and not any(map(str.strip, texts)):
            return None
        self._identify(line, found)
        self._complete(line)
        if any(map(str.strip, texts[len(self.header) :])):
            self._refuse_shape(line)
        return line

    def name(self, which: Field) -> str:
        """The header of the column that gives a field, "" where none does."""
        return self._name_of.get(which, "")

    def refuse(self, line: Line, which: Field, code: str, text: str = "", **values: str | int) -> None:
        """Names what is wrong with a line in the column of this field."""
        known: Values = {"value": text[:40]}
        line.problems.append(RowProblem(line.number, self.name(which) or WORDS[which].zh, code, known | values))

    def _refuse_shape(self, line: Line) -> None:
        values: Values = {"count": len(line.cells), "limit": len(self.header)}
        line.problems = [RowProblem(line.number, "", "too_many_columns", values)]

    def _check(self, which: Field, text: str, unit: str) -> None:
        """Refuses what is too long for its field, and prices in a column of another currency."""
        limit = LONGEST_TEXT.get(which, LONGEST_NUMBER)
        if len(text) > limit:
            raise CellProblem("too_long", length=len(text), limit=limit)
        if unit in OTHER_MONEY and which in PRICES:
            raise CellProblem("price_unit", unit=unit)

    def _identify(self, line: Line, found: Mapping[Field, str]) -> None:
        """The offer's source, id and address. The id comes from either column; where both speak, they must agree."""
        if said := found.get(Field.SOURCE):
            line.source = {"阿里巴巴": SOURCE_1688, "1688.com": SOURCE_1688}.get(said, said.casefold()[:24])
        is_1688 = line.source == SOURCE_1688
        id_text, link_text = found.get(Field.OFFER_ID, ""), found.get(Field.URL, "")
        if "://" in id_text:
            id_text, link_text = "", link_text or id_text
        which = Field.OFFER_ID
        try:
            said_id = (offer_id if is_1688 else foreign_id)(cells.half_width(id_text)) if id_text else ""
            which = Field.URL
            link = web_address(link_text) if link_text else ""
        except CellProblem as problem:
            return self.refuse(line, which, problem.code, found.get(which, ""), **problem.values)
        linked_id = linked_offer_id(link) if link and is_1688 else ""
        if said_id and linked_id and said_id != linked_id:
            return self.refuse(line, Field.OFFER_ID, "offer_id_differs", said_id, other=linked_id)
        line.external_id = said_id or linked_id
        if line.external_id in EXAMPLE_IDS:
            return self.refuse(line, Field.OFFER_ID, "example_row")
        opens_offer = linked_id or not link
        line.offer["url"] = offer_address(line.external_id).url if is_1688 and opens_offer else link
        return None

    def _complete(self, line: Line) -> None:
        """What follows from a row's own cells: both titles, the carton's three sides, what service tags promise."""
        title, title_en = line.offer.get("title", ""), line.offer.get("title_en", "")
        if title and not title_en and not CHINESE.search(title) and re.search("[A-Za-z]", title):
            line.offer["title_en"] = title
        elif title_en and not title and Field.TITLE not in {p.column for p in line.problems}:
            line.offer["title"] = title_en
        for text, which in ((line.sku.get("spec", ""), Field.SPEC), (line.sku.get("spec_en", ""), Field.SPEC_EN)):
            if len(text) > LONGEST_TEXT[which]:
                self.refuse(line, which, "too_long", length=len(text), limit=LONGEST_TEXT[which])
        if line.sides and "carton_mm" not in line.pack:
            if len(line.sides) < 3:
                self.refuse(line, next(iter(line.sides)), "size_incomplete")
            else:
                order = (Field.CARTON_LENGTH, Field.CARTON_WIDTH, Field.CARTON_HEIGHT)
                line.pack["carton_mm"] = tuple(line.sides[which] for which in order)
        if tags := line.offer.get("tags"):
            _follow_tags(line.offer, tags)


def _follow_tags(offer: dict[str, Any], tags: Sequence[str]) -> None:
    """Service tags that state a fact of the offer, where no column of its own does."""
    for tag in tags:
        if found := SHIPS_WITHIN.match(tag):
            offer.setdefault("lead_hours", int(found[1]))
        if "代发" in tag:
            offer.setdefault("is_dropship", True)
        if "快返" in tag:
            offer.setdefault("is_quick_response", True)
        if "轻定制" in tag:
            offer.setdefault("is_light_custom", True)
