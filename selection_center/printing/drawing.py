"""A run's document: from the values that it keeps to what is drawn, and to its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from flask import current_app

from selection_center.core import codes, i18n, pdf
from selection_center.core.shop_time import today
from selection_center.printing import composing, dots, labels, linesheets, press, shelf_tags, small_cells, tspl, zpl
from selection_center.printing.designs import Design
from selection_center.printing.ink import Ink
from selection_center.printing.labels import APART, Paper, Placed
from selection_center.printing.layouts import LAYOUTS, Layout
from selection_center.printing.media import MEDIA, Face, Medium
from selection_center.printing.models import FileKind
from selection_center.printing.sheet_values import is_roomy
from selection_center.printing.shifting import Shift, shifted, shifting_css
from selection_center.printing.values import Values, spoken

PAPER_CSS = Path(__file__).parents[2] / "static" / "css" / "paper.css"
SHEET_QR_MM = 32.0
HEARD_EACH = 50
"""Labels for a printer without a driver, about twice a second."""


def render(
    layout: str,
    medium: Medium,
    language: str,
    placed: Sequence[tuple[int, int, Values]],
    on_page: pdf.Listener | None = None,
    shift: Shift = (0, 0),
    design: Design | None = None,
) -> bytes:
    """The file of what stands at (page, position). Refuses as core/pdf.py says. `design`: of an own layout."""
    with i18n.speaking(spoken(language)):
        if layout == "sheet":
            return sample_sheets([values for _page, _position, values in placed], on_page, shift)
        pages = shifted(medium, inked(layout, medium, placed, design), shift)
        return press.pages_pdf(medium.page, pages, on_page)


def for_label_printer(
    kind: FileKind,
    layout: str,
    medium: Medium,
    language: str,
    placed: Sequence[tuple[int, int, Values]],
    on_page: pdf.Listener | None,
    shift: Shift,
    setting: dots.Setting,
    design: Design | None = None,
) -> bytes:
    """The same labels in the language of a printer without a driver, laid out in its own dots."""
    sized = replace(medium, dots_per_mm=float(setting.dots_per_mm))
    with i18n.speaking(spoken(language)):
        pages = shifted(sized, inked(layout, sized, placed, design), shift)
        labels = (dots.label(sized.page, page, setting.dots_per_mm) for page in heard(pages, on_page))
        return zpl.document(labels, setting) if kind is FileKind.ZPL else tspl.document(labels, setting)


def heard(pages: Sequence[list[Ink]], on_page: pdf.Listener | None) -> Iterator[list[Ink]]:
    for number, page in enumerate(pages, 1):
        if on_page is not None and number % HEARD_EACH == 0:
            on_page(number)
        yield page


def inked(layout: str, medium: Medium, placed: Placed, design: Design | None = None) -> list[list[Ink]]:
    """The pages, drawn."""
    design = design or built_in(LAYOUTS[layout], medium)
    if design is not None:
        now = ((page, position, as_now(said)) for page, position, said in placed)
        return labels.paged(partial(composing.composed, design), medium, now)
    if layout == "linesheet":
        return linesheets.linesheet(medium, placed)
    by_face = small_cells.square_label if medium.face is Face.SQUARE else labels.label
    return labels.paged(shelf_tags.tag if layout == "shelf" else by_face, medium, placed)


def built_in(layout: Layout, medium: Medium) -> Design | None:
    """The barest for a print of old on a cell that would be refused today; none where the cell's face draws."""
    return layout.design_on(medium) or (None if layout.is_by_face(medium) else layout.designs[-1])


def as_now(values: Values) -> Values:
    """A print of old said conditions in one piece; where it had no price, why."""
    if "conditions" not in values or "moq" in values:
        return values
    words = APART.join(values["conditions"])
    return values | ({"moq": words} if values.get("price") else {"price_words": words})


def sample_sheets(samples: list[Values], on_page: pdf.Listener | None, shift: Shift = (0, 0)) -> bytes:
    made: dict[str, bytes] = {}
    pages = []
    for values in samples:
        qr = Paper(MEDIA["A4"]).qr(values["address"], SHEET_QR_MM) if "address" in values else None
        name = f"qr-{len(made)}.png"
        if qr is not None:
            made[name] = qr.bitmap.png(qr.dots, codes.QUIET_MODULES)
        shown = {"qr": {"name": name, "side": qr.side} if qr else None, "roomy": is_roomy(values)}
        pages.append(values | shown)
    html = current_app.jinja_env.get_template("print/sample_sheets.html").render(samples=pages, day=today().isoformat())
    styles = [PAPER_CSS.read_text(), shifting_css(shift)] if any(shift) else [PAPER_CSS.read_text()]
    return pdf.render(html, stylesheets=styles, made=made, pages=len(pages), on_page=on_page)
