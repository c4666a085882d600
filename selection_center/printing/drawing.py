"""A run's document: from the values that it keeps to HTML, and to its file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import current_app

from selection_center.core import i18n, pdf
from selection_center.core.shop_time import today
from selection_center.printing import labels, linesheets, shelf_tags
from selection_center.printing.layouts import LAYOUTS
from selection_center.printing.linesheets import Document
from selection_center.printing.media import MEDIA
from selection_center.printing.values import Values, spoken

PAPER_CSS = Path(__file__).parents[2] / "static" / "css" / "paper.css"
SHEET_QR_MM = 32.0
Placed = Iterable[tuple[int, int, Values]]


def draw(layout: str, medium: str, language: str, placed: Placed) -> Document:
    """HTML, stylesheets and pictures of what stands at (page, position)."""
    paper = MEDIA[medium]
    with i18n.speaking(spoken(language)):
        if layout == "sheet":
            return sample_sheets([values for _page, _position, values in placed])
        if layout == "shelf":
            return shelf_tags.document(paper, placed)
        if layout == "linesheet":
            return linesheets.linesheet(paper, placed)
        if layout == "stand":
            return linesheets.stand_signs(paper, placed)
        return labels.document(paper, placed)


def sample_sheets(samples: list[Values]) -> Document:
    paper = labels.Paper(MEDIA["A4"])
    pages = [
        values | {"qr": paper.qr(values["address"], SHEET_QR_MM) if "address" in values else None} for values in samples
    ]
    template = current_app.jinja_env.get_template("print/sample_sheets.html")
    return template.render(samples=pages, day=today().isoformat()), [PAPER_CSS.read_text()], paper.made


def render(
    layout: str, medium: str, language: str, placed: list[tuple[int, int, Values]], on_page: pdf.Listener | None = None
) -> bytes:
    """The file. Refuses as core/pdf.py says."""
    html, stylesheets, made = draw(layout, medium, language, placed)
    pages = len({page for page, _position, _values in placed})
    return pdf.render(html, stylesheets=stylesheets, made=made, pages=pages, on_page=on_page)


__all__ = ["LAYOUTS", "draw", "render"]
