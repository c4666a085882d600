"""Drawn pages to PDF: stamped where that is sure to look the same, laid out where it is not, sheet by sheet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from markupsafe import Markup

from selection_center.core import pdf
from selection_center.printing import stamps
from selection_center.printing.html import Press, stylesheet
from selection_center.printing.ink import Page

log = logging.getLogger(__name__)
Size = tuple[float, float]
"""Width and height in mm."""


def pages_pdf(
    size: Size,
    pages: Sequence[Page],
    on_page: pdf.Listener | None = None,
    stampable: Callable[[Page], bool] = stamps.stampable,
) -> bytes:
    """Refuses as core/pdf.py says."""
    sure = [page if stampable(page) else None for page in pages]
    seeds = stamps.seeds_of(page for page in sure if page is not None)
    if seeds:
        try:
            return stamped(size, pages, sure, seeds, on_page)
        except pdf.Unsure as unsure:
            log.warning("these pages are laid out, since stamps would differ: %s", unsure)
    return laid_out(size, pages, on_page)


def stamped(
    size: Size,
    pages: Sequence[Page],
    sure: Sequence[Page | None],
    seeds: dict[str, str],
    on_page: pdf.Listener | None = None,
) -> bytes:
    """Those that are sure; the others are laid out after the seeds. Raises pdf.Unsure."""
    press = Press()
    others = [press.sheet(page) for page, known in zip(pages, sure, strict=True) if known is None]
    html = Markup("").join([stamps.seed_sheet(seeds), *others])
    finished = stamps.stamps(seeds, sure, size[1])
    return pdf.render(
        html, stylesheets=[stylesheet(size)], made=press.made, pages=len(pages), on_page=on_page, stamps=finished
    )


def laid_out(size: Size, pages: Sequence[Page], on_page: pdf.Listener | None = None) -> bytes:
    press = Press()
    html = Markup("").join(map(press.sheet, pages))
    return pdf.render(html, stylesheets=[stylesheet(size)], made=press.made, pages=len(pages), on_page=on_page)
