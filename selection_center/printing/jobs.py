"""Batches of labels and sheets, set beside the web server."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.printing import operations
from selection_center.printing.models import PrintedItem, PrintRun, PrintState

READING_SHARE = 2
"""Reading the values counts as half of the way, setting the pages as the other."""


@jobs.job("print-run", _l("Print"))
def print_run(run: jobs.JobRun, *, print_id: int) -> None:
    """Reads what is not read yet, chunk by chunk, then sets the file. Ends at once when it is ready."""
    printed = db.session.get_one(PrintRun, print_id)
    if printed.state is PrintState.READY:
        return
    printed.state = PrintState.RUNNING
    db.session.commit()
    try:
        read_all(run, printed)
        set_file(run, printed)
    except (jobs.Cancelled, Refused) as error:
        db.session.rollback()
        printed.state = PrintState.CANCELLED if isinstance(error, jobs.Cancelled) else PrintState.FAILED
        printed.failure = error.sentence[:400] if isinstance(error, Refused) else None
        db.session.commit()
        raise


def read_all(run: jobs.JobRun, printed: PrintRun) -> None:
    numbers = sa.select(PrintedItem.id).filter_by(run_id=printed.id).order_by(PrintedItem.number)
    ids = list(db.session.scalars(numbers))
    db.session.commit()
    total = len(ids)
    for start in range(0, total, operations.CHUNK):
        run.advance(start // READING_SHARE, total)
        chunk = sa.select(PrintedItem).where(PrintedItem.id.in_(ids[start : start + operations.CHUNK]))
        unread = [item for item in db.session.scalars(chunk) if not item.values and item.refused is None]
        operations.read_values(printed, unread)
        db.session.commit()
    operations.place(printed)
    db.session.commit()


def set_file(run: jobs.JobRun, printed: PrintRun) -> None:
    if printed.state is PrintState.FAILED:
        raise Refused("nothing_printed", printed.failure or "")
    draft, total, pages = operations.Draft.of(printed), len(printed.items), max(printed.pages, 1)
    db.session.commit()
    half = total // READING_SHARE
    draft.file(lambda page: run.advance(half + min(page, pages) * (total - half) // pages))
    operations.make_ready(printed)
    db.session.commit()
    run.advance(total)
