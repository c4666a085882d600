"""Batches of labels and sheets, set beside the web server."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from selection_center.core import jobs, pdf
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.printing import files, operations
from selection_center.printing.dots import Setting
from selection_center.printing.files import Draft
from selection_center.printing.models import FileKind, PrintedItem, PrintRun, PrintState

READING_SHARE = 2
"""Reading the values counts as half of the way, setting the pages as the other."""


@jobs.job("print-run", _l("Print"))
def print_run(run: jobs.JobRun, *, print_id: int) -> None:
    """Reads what is not read yet, chunk by chunk, then sets the files. Ends at once when it is ready."""
    printed = db.session.get_one(PrintRun, print_id)
    if printed.state is PrintState.READY:
        return
    printed.state = PrintState.RUNNING
    db.session.commit()
    try:
        read_all(run, printed)
        set_files(run, printed)
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
        operations.read_values(printed, operations.unread(db.session.scalars(chunk)))
        db.session.commit()
    operations.place(printed)
    db.session.commit()


def set_files(run: jobs.JobRun, printed: PrintRun) -> None:
    """The PDF, and what else was asked for; each is a like part of the second half."""
    if printed.state is PrintState.FAILED:
        raise Refused("nothing_printed", printed.failure or "")
    kinds = dict.fromkeys((FileKind.PDF, FileKind(printed.file_kind)))
    drafts, total = [Draft.of(printed, kind) for kind in kinds], len(printed.items)
    pages, half = max(printed.pages, 1), total // READING_SHARE
    db.session.commit()
    share = (total - half) // len(drafts)
    for number, draft in enumerate(drafts):
        draft.file(partly(run, half + number * share, share, pages))
    run.advance(total)  # the last moment to stop it: a sheet that is begun stays begun
    operations.make_ready(printed)
    db.session.commit()


def partly(run: jobs.JobRun, begins: int, share: int, pages: int) -> pdf.Listener:
    """Hears the pages of a file that is so large a share of the run's whole way."""
    return lambda page: run.advance(begins + min(page, pages) * share // pages)


@jobs.job("print-file", _l("Print"))
def print_file(run: jobs.JobRun, *, print_id: int, kind: str, **setting: Any) -> None:
    """A ready print for a label printer without a driver, or a PDF that was lost, set as it was when asked for."""
    draft = Draft.of(db.session.get_one(PrintRun, print_id), FileKind(kind), Setting(**setting))
    db.session.commit()
    draft.file(run.advance)
    run.advance(len(draft.placed))


@jobs.nightly(_l("Delete old print files"))
def delete_old_files() -> None:
    """After thirty days; what they said stays with the run."""
    files.delete_old_files()
