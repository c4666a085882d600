"""What one row says of an offer and of one of its specs, and how the cells of each field are read into it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from selection_center.catalog.offer_import import cells
from selection_center.catalog.offer_import.columns import header_key
from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.ids import web_address
from selection_center.catalog.offer_import.reasons import CellProblem, RowNote, RowProblem
from selection_center.catalog.offer_import.tiers import Tier, ladder
from selection_center.core import gtins

SourceRow = tuple[int, Sequence[str]]
"""A row's number as a spreadsheet shows it, and its cells as text."""

PICTURE_HOST = "https://cbu01.alicdn.com/"
"""1688 gives some picture addresses without their host."""


@dataclass(slots=True)
class Line:
    """What one row says: `offer` and `sku` hold the arguments of OfferRow and SkuRow that it gives."""

    number: int
    cells: Sequence[str]
    source: str = "1688"
    external_id: str = ""
    """Empty where it cannot be read."""
    offer: dict[str, Any] = field(default_factory=dict)
    sku: dict[str, Any] = field(default_factory=dict)
    supplier: dict[str, Any] = field(default_factory=dict)
    pack: dict[str, Any] = field(default_factory=dict)
    sides: dict[Field, int] = field(default_factory=dict)
    tiers: tuple[Tier, ...] = ()
    moq: int | None = None
    units: dict[Field, str] = field(default_factory=dict)
    """The unit as the unit column, the tiers and the MOQ say it."""
    headline_range: str = ""
    problems: list[RowProblem] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.external_id

    @property
    def names_no_offer(self) -> bool:
        """True for a row under another one that gives a spec alone, as merged cells leave them."""
        return (
            not self.external_id
            and "title" not in self.offer
            and bool(self.sku.keys() & {"spec", "cargo_number", "source_id"})
        )


Put = Callable[[Line, str, str], None]
"""Reads a cell's text (second the column's unit) into a line; raises CellProblem."""


def offer_text(name: str) -> Put:
    def put(line: Line, text: str, _unit: str) -> None:
        line.offer[name] = text

    return put


def into(part: str, name: str, parse: Callable[[str], Any]) -> Put:
    """Puts what `parse` makes of the text under `name` into the line's offer, sku, supplier or pack."""

    def put(line: Line, text: str, _unit: str) -> None:
        getattr(line, part)[name] = parse(text)

    return put


def measure(name: str, parse: Callable[[str, str], Any]) -> Put:
    """The same for what needs the column's unit."""

    def put(line: Line, text: str, unit: str) -> None:
        line.pack[name] = parse(text, unit)

    return put


def side(which: Field) -> Put:
    def put(line: Line, text: str, unit: str) -> None:
        line.sides[which] = cells.length_mm(text, unit)

    return put


def spec(name: str) -> Put:
    """A spec in several columns (colour, size) is one spec: 红色/XL."""

    def put(line: Line, text: str, _unit: str) -> None:
        line.sku[name] = f"{line.sku[name]}/{text}" if name in line.sku else text

    return put


def put_headline(line: Line, text: str, _unit: str) -> None:
    try:
        line.offer["headline_fen"] = cells.price_fen(text)
    except CellProblem as problem:
        if problem.code != "price_range":
            raise
        line.headline_range = text[:40]


def put_tiers(line: Line, text: str, _unit: str) -> None:
    line.tiers, unit = ladder(text)
    if unit:
        line.units[Field.TIERS] = unit


def put_moq(line: Line, text: str, _unit: str) -> None:
    line.moq, unit = cells.quantity(text)
    if unit:
        line.units[Field.MOQ] = unit


def put_unit(line: Line, text: str, _unit: str) -> None:
    line.units[Field.UNIT] = text


def put_lot(line: Line, text: str, _unit: str) -> None:
    line.offer["lot_size"], line.offer["lot_unit"] = cells.lot(text)


def put_sales(line: Line, text: str, _unit: str) -> None:
    line.offer["sales_text"] = text
    line.offer["sales_count"] = cells.sales_count(text)


def put_trustpass(line: Line, text: str, _unit: str) -> None:
    line.supplier["trustpass"], line.supplier["trustpass_years"] = cells.trustpass(text)


def put_tags(line: Line, text: str, _unit: str) -> None:
    found = [tag.strip() for tag in re.split("[|,;、，；｜]+", text) if tag.strip()]
    line.offer["tags"] = tuple(dict.fromkeys((*line.offer.get("tags", ()), *found)))


def put_pictures(line: Line, text: str, _unit: str) -> None:
    found = []
    for part in filter(None, re.split(r"[|;\s]+|,(?=https?:|//|img/)", text)):
        found.append(PICTURE_HOST + part if part.startswith("img/ibank/") else web_address(part))
    line.offer["pictures"] = tuple(dict.fromkeys((*line.offer.get("pictures", ()), *found)))


def put_lead_time(line: Line, text: str, unit: str) -> None:
    line.offer["lead_hours"] = cells.lead_hours(text, unit)


def put_barcode(line: Line, text: str, _unit: str) -> None:
    """Shops number their goods in this column, too: what is no barcode is left out, and the preview says so."""
    digits = re.sub(r"[\s-]", "", cells.half_width(text)).removesuffix(".0")
    if gtins.parse(digits) is None:
        line.notes.append(RowNote(line.number, "", "no_barcode", {"value": text}))
    else:
        line.sku["barcode"] = digits


def attribute(header: str) -> Put:
    """材质 gives one attribute of that name; a column 属性 gives pairs: 材质:棉;风格:韩版."""
    name = re.sub(r"[(（\[【].*", "", header).strip(" *:：")[:40] or header[:40]
    holds_pairs = header_key(header) in {"属性", "商品属性", "产品属性", "attribute", "attributes"}

    def put(line: Line, text: str, _unit: str) -> None:
        pairs = [(name, text)]
        if holds_pairs:
            cut = [re.split("[:：=]", part, maxsplit=1) for part in re.split("[;；|]+", text) if part.strip()]
            pairs = [(pair[0].strip()[:40] if len(pair) == 2 else name, pair[-1].strip()) for pair in cut]
        line.offer["attributes"] = (*line.offer.get("attributes", ()), *pairs)

    return put


def put_nothing(_line: Line, _text: str, _unit: str) -> None:
    """Read by `Reader` itself, before or after the other columns."""


PUT: dict[Field, Put] = {
    Field.OFFER_ID: put_nothing,
    Field.URL: put_nothing,
    Field.SOURCE: put_nothing,
    Field.TITLE: offer_text("title"),
    Field.TITLE_EN: offer_text("title_en"),
    Field.PRICE: put_headline,
    Field.TIERS: put_tiers,
    Field.MOQ: put_moq,
    Field.SALES: put_sales,
    Field.COMPANY: into("supplier", "name", str),
    Field.SUPPLIER_ID: into("supplier", "source_id", str),
    Field.TRUSTPASS: put_trustpass,
    Field.POWERFUL: into("supplier", "is_powerful_merchant", cells.yes_or_no),
    Field.SUPER_FACTORY: into("supplier", "is_super_factory", cells.yes_or_no),
    Field.ORIGIN: offer_text("origin"),
    Field.TAGS: put_tags,
    Field.CATEGORY: offer_text("category"),
    Field.ITEM_NUMBER: offer_text("item_number"),
    Field.UNIT: put_unit,
    Field.LOT: put_lot,
    Field.INNER_PACK: into("pack", "inner", lambda text: cells.quantity(text)[0]),
    Field.OUTER_PACK: into("pack", "outer", lambda text: cells.quantity(text)[0]),
    Field.CARTON_SIZE: measure("carton_mm", cells.carton_mm),
    Field.CARTON_LENGTH: side(Field.CARTON_LENGTH),
    Field.CARTON_WIDTH: side(Field.CARTON_WIDTH),
    Field.CARTON_HEIGHT: side(Field.CARTON_HEIGHT),
    Field.GROSS_WEIGHT: measure("gross_g", cells.weight_g),
    Field.NET_WEIGHT: measure("net_g", cells.weight_g),
    Field.SPEC: spec("spec"),
    Field.SPEC_EN: spec("spec_en"),
    Field.SKU_ID: into("sku", "source_id", lambda text: text.removesuffix(".0")),
    Field.CARGO_NUMBER: into("sku", "cargo_number", str),
    Field.BARCODE: put_barcode,
    Field.STOCK: into("sku", "stock", cells.stock),
    Field.SKU_PRICE: into("sku", "price_fen", cells.price_fen),
    Field.MEMBER_PRICE: into("sku", "member_fen", cells.price_fen),
    Field.SAMPLE_PRICE: into("sku", "sample_fen", cells.price_fen),
    Field.MIX_PIECES: into("offer", "mix_pieces", lambda text: cells.quantity(text)[0]),
    Field.MIX_YUAN: into("offer", "mix_fen", cells.price_fen),
    Field.TAX_INCLUDED: into("offer", "tax_included", cells.tax_included),
    Field.PICTURES: put_pictures,
    Field.GOODS_TYPE: into("offer", "goods_type", cells.goods_type),
    Field.DROPSHIP: into("offer", "is_dropship", cells.yes_or_no),
    Field.QUICK_RESPONSE: into("offer", "is_quick_response", cells.yes_or_no),
    Field.LIGHT_CUSTOM: into("offer", "is_light_custom", cells.yes_or_no),
    Field.LEAD_TIME: put_lead_time,
    Field.STATUS: into("offer", "on_shelf", cells.on_shelf),
}
"""How each field is read; an attribute is bound to its column's name."""
