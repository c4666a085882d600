"""A count on paper: who counted what, its numbers, what differs and what became of it, and the codes that are not ours.

What was seen where it belongs is in the workbook; on paper it would be pages of nothing.
"""

from flask import Blueprint, Response

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import PDF, download
from selection_center.core.permissions import Permission
from selection_center.printing.documents import flow
from selection_center.printing.languages import in_asked_language
from selection_center.samples import stocktake_results, stocktake_tables, stocktake_totals, stocktake_words
from selection_center.samples.stocktake_changes import changes_of
from selection_center.samples.stocktake_totals import Totals
from selection_center.samples.stocktake_views import refuse_hidden, stocktake_or_404
from selection_center.samples.stocktakes import Stocktake

bp = Blueprint("stocktake_reports", __name__)

LINES_A_PAGE = 20
MOST_LINES = 400
"""Of each kind on paper; a count with more differences was not done, and is read in the workbook."""
LONGEST_TEXT = 300


@bp.get("/stocktakes/<int:stocktake_id>/report.pdf")
@allow(Permission.HANDLE_SAMPLES)
def show(stocktake_id: int) -> Response:
    count = stocktake_or_404(stocktake_id)
    refuse_hidden(count)
    with in_asked_language():
        data = report(count)
    return download(data, stocktake_tables.name_of(count), "pdf", PDF)


def report(count: Stocktake) -> bytes:
    results = stocktake_results.differences(count)
    by_kind = {kind: [r for r in results if r.kind is kind] for kind in stocktake_results.DIFFERENCES}
    unknown = db.session.scalars(stocktake_totals.unknown(count)).all()
    stickers = db.session.scalars(stocktake_totals.stickers(count)).all()
    stands = [row for row in stocktake_totals.stand_rows(count) if not row.is_visited]
    return flow(
        "print/stocktake.html",
        sum(min(len(rows), MOST_LINES) for rows in (*by_kind.values(), unknown, stickers)) // LINES_A_PAGE + 1,
        None,
        count=count,
        facts=stocktake_tables.facts(count),
        numbers=stocktake_tables.numbers(Totals.of_count(count)),
        groups=list(by_kind.items()),
        changes={change.sample_id: change for change in db.session.scalars(changes_of(count))},
        unknown=unknown,
        stickers=stickers,
        not_visited=stands,
        words=stocktake_words,
        scope=count.scope_words,
        longest=LONGEST_TEXT,
        most=MOST_LINES,
    )
