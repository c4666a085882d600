"""A count as a workbook: its numbers, a row for each sample, and the texts that are none of ours."""

import io
from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from selection_center.accounts.models import User
from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.exports import Book, Cell, sheet_name, write_row
from selection_center.core.templating import moment
from selection_center.samples import stocktake_results, stocktake_totals
from selection_center.samples.stocktake_changes import StocktakeChange, changes_of
from selection_center.samples.stocktake_results import Kind, Result
from selection_center.samples.stocktake_totals import Totals
from selection_center.samples.stocktake_words import change_word, kind_word, state_word, why_word
from selection_center.samples.stocktakes import Stocktake
from selection_center.sites.models import Stand

ORDER = (*stocktake_results.DIFFERENCES, Kind.SEEN, Kind.MOVED, Kind.LENT)
WIDTHS = (14, 20, 40, 24, 16, 12, 12, 12, 16, 14, 20)


def name_of(count: Stocktake) -> str:
    return f"{_('Stocktake')} {count.site.slug} {count.scope_words}"


def facts(count: Stocktake) -> list[tuple[str, Cell]]:
    """Who counted what when, as report and workbook begin."""
    rows: list[tuple[str, Cell]] = [
        (_("Center"), count.site.label),
        (_("Scope"), count.scope_words + (f" ({_('Blind count')})" if count.is_blind else "")),
        (_("State"), state_word(count.state)),
        (_("Begun"), said(count.begun_at, count.begun_by)),
    ]
    for word, at, user in (
        (_("Count closed"), count.closed_at, count.closed_by),
        (_("Count applied"), count.applied_at, count.applied_by),
        (_("Cancelled"), count.cancelled_at, count.cancelled_by),
    ):
        if at is not None:
            rows.append((word, said(at, user)))
    return rows


def said(at: datetime, user: User | None) -> str:
    return f"{moment(at)} {user.name if user is not None else ''}".strip()


def numbers(totals: Totals) -> list[tuple[str, Cell]]:
    rows: list[tuple[str, Cell]] = [(_("Should be there"), totals.expected)]
    rows += [(kind_word(kind), totals.of(kind)) for kind in (Kind.SEEN, *stocktake_results.DIFFERENCES)]
    rows += [(kind_word(kind), totals.of(kind)) for kind in (Kind.MOVED, Kind.LENT)]
    rows += [(_("Unknown codes"), totals.unknown), (_("Stickers that lead elsewhere"), totals.stickers)]
    return [*rows, (_("Stands looked at"), f"{totals.visited} / {totals.stands}")]


def workbook(count: Stocktake) -> bytes:
    out = io.BytesIO()
    book = Book(out)
    write_numbers(book, count)
    write_samples(book, count)
    write_texts(book, count)
    book.close()
    return out.getvalue()


def write_numbers(book: Workbook, count: Stocktake) -> None:
    sheet = book.add_worksheet(sheet_name(_("Stocktake")))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 40)
    for row, values in enumerate([*facts(count), *numbers(Totals.of_count(count))]):
        write_row(sheet, row, values)


def write_samples(book: Workbook, count: Stocktake) -> None:
    header = [
        _("Result"), _("Why"), _("Product"), _("Style"), _("Code"), _("Stood at"), _("Belongs at"), _("Seen at"),
        _("Seen"), _("By"), _("What was done"),
    ]  # fmt: skip
    sheet = table(book, _("Samples"), header, WIDTHS)
    made = {change.sample_id: change for change in db.session.scalars(changes_of(count))}
    for row, result in enumerate(stocktake_results.every(count, ORDER), 1):
        write_row(sheet, row, sample_row(result, made.get(result.sample.id)))


def table(book: Workbook, name: str, header: list[str], widths: Iterable[int]) -> Worksheet:
    sheet = book.add_worksheet(sheet_name(name))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    write_row(sheet, 0, header, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    return sheet


def sample_row(result: Result, change: StocktakeChange | None) -> list[Cell]:
    sample, sighting = result.sample, result.sighting
    return [
        kind_word(result.kind),
        why_word(result.why) if result.why else None,
        sample.listing.label,
        sample.sku.label if sample.sku else None,
        codes.format_code(sample.code) if sample.code else None,
        address(result.expected),
        address(result.belongs),
        address(result.seen),
        moment(sighting.at) if sighting else None,
        sighting.user.name if sighting and sighting.user else None,
        change_word(change) if change else None,
    ]


def address(stand: Stand | None) -> str | None:
    return stand.address if stand is not None else None


def write_texts(book: Workbook, count: Stocktake) -> None:
    header = [_("Kind"), _("Text"), _("Host"), _("Stand"), _("Seen"), _("By"), _("Removed")]
    sheet = table(book, _("Unknown codes"), header, (16, 60, 28, 12, 16, 14, 24))
    row = 1
    for sighting in db.session.scalars(stocktake_totals.unknown(count)):
        by = sighting.user.name if sighting.user else None
        cells = [_("Unknown"), sighting.text, None, sighting.stand.address, moment(sighting.at), by, None]
        write_row(sheet, row, cells)
        row += 1
    for finding in db.session.scalars(stocktake_totals.stickers(count)):
        by = finding.user.name if finding.user else None
        removed = said(finding.removed_at, finding.removed_by) if finding.removed_at else _("Still there")
        cells = [
            _("Leads elsewhere"),
            finding.text,
            finding.host,
            address(finding.stand),
            moment(finding.at),
            by,
            removed,
        ]
        write_row(sheet, row, cells)
        row += 1
