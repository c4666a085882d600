"""Background jobs of this area: each goes step by step, commits after each, and goes on after a kill."""

from collections.abc import Callable
from typing import BinaryIO

from flask_babel import lazy_gettext as _l

from selection_center.catalog.imports import ImportState, OfferImport
from selection_center.catalog.offer_import import applying, kept_files, staging, taking_back, wording
from selection_center.catalog.offer_import.files import UPLOAD, Limits, open_table
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.core import audit, jobs
from selection_center.core.db import db
from selection_center.core.errors import Refused

Advance = Callable[[int], None]


@jobs.job("stage-import", _l("Read an import"))
def stage_import(run: jobs.JobRun, import_id: int) -> None:
    found = db.session.get_one(OfferImport, import_id)
    try:
        with kept_files.open_kept(found) as file:
            stage(found, file, run.advance)
    except FileRefused as error:
        db.session.rollback()
        sentence = wording.refusal(error)
        found.state, found.failure = ImportState.FAILED, sentence[:400]
        db.session.commit()
        raise Refused(error.code, sentence) from error


def stage(found: OfferImport, file: BinaryIO, advance: Advance, limits: Limits = UPLOAD) -> None:
    """Reads an import's file into its rows. The header is matched anew unless a person has said what is what."""
    db.session.commit()  # opening a large workbook takes seconds, in which others write
    table = open_table(file, limits)
    if not found.headers:
        staging.match_columns(found, table)
    for done in staging.stage(found, table):
        db.session.commit()
        advance(done)
    db.session.commit()


@jobs.job("apply-import", _l("Take over an import"))
def apply_import(run: jobs.JobRun, import_id: int) -> None:
    found = db.session.get_one(OfferImport, import_id)
    apply(found, run.advance)
    if not kept_files.is_awaited(found):
        kept_files.forget(found.file_digest)


def apply(found: OfferImport, advance: Advance) -> None:
    for done in applying.apply(found):
        db.session.commit()
        advance(done)
    audit.record("offers_imported", found, new=found.new_count, changed=found.changed_count)
    db.session.commit()


@jobs.job("take-back-import", _l("Take an import back"))
def take_back_import(run: jobs.JobRun, import_id: int) -> None:
    found = db.session.get_one(OfferImport, import_id)
    for done in taking_back.take_back(found, run.user_id):
        db.session.commit()
        run.advance(done)
    audit.record("import_taken_back", found, kept=taking_back.count_applied(found.id))
    db.session.commit()
