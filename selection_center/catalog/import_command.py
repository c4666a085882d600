"""`flask import-offers`: the reader and the writing of the pages, for files of any length, in constant memory."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
import sqlalchemy as sa

from selection_center.catalog import jobs
from selection_center.catalog.imports import ImportRow, OfferImport, RowVerdict
from selection_center.catalog.offer_import import kept_files, wording
from selection_center.catalog.offer_import.columns import missing
from selection_center.catalog.offer_import.files import COMMAND_LINE
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.catalog.offer_import.staging import columns_of
from selection_center.catalog.suppliers import Supplier
from selection_center.core import i18n
from selection_center.core.db import db


def import_offers(path: str, supplier: str | None, source: str) -> Iterator[str]:
    """Imports a file; lines that name each refused row, then one with the counts.

    Raises ClickException, which is one line and exit status 1, where the file cannot be read.
    """
    with _opened(path) as file, i18n.speaking("zh" if os.environ.get("LANG", "").startswith("zh") else "en"):
        try:
            found = _staged(file, path, supplier, source)
        except FileRefused as error:
            raise click.ClickException(f"{path}: {wording.refusal(error)}") from None
        if lacking := missing(columns_of(found)):
            groups = "; ".join("/".join(wording.field_name(which) for which in group) for group in lacking)
            raise click.ClickException(f"{path} lacks a column: {groups}.")
        jobs.apply(found, lambda done: _tell(f"{done} offers written"))
        yield from _refused(found)
        counts = (found.new_count, found.changed_count, found.unchanged_count, found.wrong_count)
        yield "new {}, changed {}, unchanged {}, refused {}".format(*counts)


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    try:
        with Path(path).open("rb") as file:
            yield file
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from None


def _staged(file: BinaryIO, path: str, supplier: str | None, source: str) -> OfferImport:
    digest = kept_files.digest_of(file)
    found = OfferImport(filename=Path(path).name[-200:], file_digest=digest, source=source.casefold()[:24])
    found.supplier_id = _supplier_id(supplier) if supplier else None
    db.session.add(found)
    try:
        jobs.stage(found, file, lambda done: _tell(f"{done} rows read"), COMMAND_LINE)
    except FileRefused:
        db.session.rollback()
        db.session.delete(found)
        db.session.commit()
        raise
    return found


def _supplier_id(name: str) -> int:
    name = name.strip()[:120]
    supplier = Supplier.named(name) or Supplier(name=name)
    db.session.add(supplier)
    db.session.flush()
    return supplier.id


def _refused(found: OfferImport) -> Iterator[str]:
    query = sa.select(ImportRow.number, ImportRow.problems).filter_by(import_id=found.id, verdict=RowVerdict.WRONG)
    for number, problems in db.session.execute(query.order_by(ImportRow.number).execution_options(yield_per=500)):
        yield f"row {number}: {'; '.join(wording.problem(problem) for problem in problems)}"


def _tell(text: str) -> None:
    """Progress, for a person who looks on."""
    if sys.stderr.isatty():
        click.echo(f"\r{text}", nl=False, err=True)
