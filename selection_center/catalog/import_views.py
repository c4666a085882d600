"""Bringing offers in from a table: upload, look at what would change, apply, take back."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import FileStorage

from selection_center.catalog.imports import ImportRow, ImportState, OfferImport
from selection_center.catalog.models import Supplier
from selection_center.catalog.offer_import import applying, kept_files, preview, staging, taking_back, wording
from selection_center.catalog.offer_import.columns import missing
from selection_center.catalog.offer_import.fields import MANY_COLUMNS, Field
from selection_center.catalog.offer_import.files import open_table
from selection_center.catalog.offer_import.headers import WORDS
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.catalog.offer_import.template import template_workbook, wrong_rows_csv, wrong_rows_xlsx
from selection_center.core import audit, downloads, jobs
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.forms import clean
from selection_center.core.i18n import in_language, language
from selection_center.core.once import done
from selection_center.core.paging import like_anywhere, page_of
from selection_center.core.permissions import Permission

bp = Blueprint("imports", __name__)
READ_AT_ONCE = {"xlsx": 100_000, "csv": 300_000}
"""Bytes of a file that is read within the request, in about two seconds at most; a larger one is a job."""
MOST_CANDIDATES = 8
LONGEST_NAME, LONGEST_WORDS = 120, 100


def import_or_404(import_id: int) -> OfferImport:
    return db.get_or_404(OfferImport, import_id)


def newest_run(found: OfferImport) -> jobs.JobRun | None:
    """The last job of this import."""
    query = sa.select(jobs.JobRun).where(jobs.JobRun.key.startswith(f"import-{found.id}-", autoescape=True))
    return db.session.scalars(query.order_by(jobs.JobRun.id.desc()).limit(1)).first()


def idle_import_or_404(import_id: int) -> OfferImport:
    """One that no job works on, locked against a second request."""
    found: OfferImport = db.first_or_404(sa.select(OfferImport).filter_by(id=import_id).with_for_update())
    run = newest_run(found)
    if run is not None and run.is_open:
        raise Refused("import_busy", _("This import is at work. Wait until it has ended, or stop it."))
    return found


def enqueue(name: str, found: OfferImport, total: int | None) -> None:
    """Asks for a job of this import; the number in its key makes it another one each time."""
    run = newest_run(found)
    number = int(run.key.rpartition("-")[2]) + 1 if run else 1
    key = f"import-{found.id}-{number}"
    jobs.enqueue(name, key=key, user_id=current_user.id, total=total, import_id=found.id)


@bp.get("/imports")
@allow(Permission.EDIT_CATALOG)
def index() -> Any:
    return show_index()


def show_index(error: str | None = None) -> Any:
    query = sa.select(OfferImport).options(joinedload(OfferImport.user)).order_by(OfferImport.id.desc())
    return render_template("imports/index.html", page=page_of(query), error=error), 422 if error else 200


@bp.get("/imports/template.xlsx")
@allow(Permission.EDIT_CATALOG)
def template() -> Response:
    return downloads.download(template_workbook(language()), _("Offer template"), "xlsx", downloads.XLSX)


@bp.post("/imports")
@allow(Permission.EDIT_CATALOG)
def create() -> Any:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return show_index(_("Choose a file first: .xlsx or .csv."))
    try:
        found = begin(upload)
    except FileRefused as error:
        db.session.rollback()
        return show_index(wording.refusal(error))
    audit.record("offers_uploaded", found, filename=found.filename)
    return done(url_for("imports.show", import_id=found.id))


def begin(upload: FileStorage) -> OfferImport:
    """An import of this file: read at once, or by a job when that takes longer. Raises FileRefused."""
    file: Any = upload.stream
    digest = kept_files.digest_of(file)
    name = (clean(upload.filename) or "").rpartition("/")[2][-200:]
    found = OfferImport(filename=name, file_digest=digest, user_id=current_user.id)
    db.session.add(found)
    db.session.flush()
    kept_files.check(file)
    kept_files.keep(file, digest)
    read(found)
    return found


def read(found: OfferImport) -> None:
    """Stages an import's file, now or by a job."""
    with kept_files.open_kept(found) as file:
        if kept_files.is_long(file, READ_AT_ONCE):
            found.state = ImportState.STAGING
            return enqueue("stage-import", found, None)
        table = open_table(file)
        if not found.headers:
            staging.match_columns(found, table)
        for _done in staging.stage(found, table):
            pass
    return None


@bp.get("/imports/<int:import_id>")
@allow(Permission.EDIT_CATALOG)
def show(import_id: int) -> Any:
    return show_import(import_or_404(import_id))


def show_import(found: OfferImport, status: int = 200, error: str | None = None) -> Any:
    tab = preview.tab_of(found)
    words = (clean(request.args.get("q")) or "")[:LONGEST_WORDS]
    page, rows = preview.page(found, tab, words)
    run = newest_run(found)
    columns = staging.columns_of(found)
    return render_template(
        "imports/show.html",
        found=found,
        run=run,
        is_working=run is not None and run.is_open,
        tab=tab,
        words=words,
        page=page,
        rows=rows,
        waiting=applying.count_waiting(found.id),
        applied=taking_back.count_applied(found.id),
        missing=[" / ".join(wording.field_name(which) for which in group) for group in missing(columns)],
        matched=len(columns),
        fields=field_choices(),
        can_match=kept_files.is_kept(found) and found.applied_at is None,
        earlier=preview.earlier(found),
        outdated=preview.count_outdated(found) if found.state is ImportState.STAGED else 0,
        without_company=preview.count_without_company(found),
        supplier=db.session.get(Supplier, found.supplier_id) if found.supplier_id else None,
        error=error,
    ), status


def field_choices() -> list[tuple[str, str]]:
    return [("", _("Not read")), *((which.value, in_language(words.zh, words.en)) for which, words in WORDS.items())]


@bp.post("/imports/<int:import_id>/columns")
@allow(Permission.EDIT_CATALOG)
def match_columns(import_id: int) -> Any:
    found = untouched_import_or_404(import_id)
    chosen = {index: request.form.get(f"column-{index}", "") for index in range(len(found.headers))}
    known = {which.value for which in Field}
    mapping = {str(index): which for index, which in chosen.items() if which in known}
    once_only = [which for which in mapping.values() if Field(which) not in MANY_COLUMNS]
    twice = next((which for which in once_only if once_only.count(which) > 1), None)
    if twice:
        found.mapping = mapping
        return show_import(found, 422, _("Two columns say %(field)s. Choose one.", field=wording.field_name(twice)))
    found.mapping = mapping
    read(found)
    return done(url_for("imports.show", import_id=found.id), _("Columns matched anew."))


@bp.post("/imports/<int:import_id>/comparison")
@allow(Permission.EDIT_CATALOG)
def compare(import_id: int) -> Any:
    """Holds the file against the offers as they are now."""
    found = untouched_import_or_404(import_id)
    read(found)
    return done(url_for("imports.show", import_id=found.id), _("Compared with the offers as they are now."))


def untouched_import_or_404(import_id: int) -> OfferImport:
    """One of which nothing is applied yet, and whose file is still there."""
    found = idle_import_or_404(import_id)
    if found.applied_at is not None or found.cursor or not kept_files.is_kept(found):
        raise Refused("import_applied", _("This import is applied. Upload the file again to read it another way."))
    return found


@bp.get("/imports/<int:import_id>/factory")
@allow(Permission.EDIT_CATALOG)
def factory(import_id: int) -> Any:
    return show_factory(import_or_404(import_id))


def show_factory(found: OfferImport, error: str | None = None) -> Any:
    words = clean(request.values.get("q")) or ""
    query = sa.select(Supplier).where(Supplier.merged_into_id.is_(None)).order_by(Supplier.name)
    if words:
        query = query.where(sa.or_(like_anywhere(Supplier.name, words), like_anywhere(Supplier.name_en, words)))
    candidates = db.session.scalars(query.limit(MOST_CANDIDATES)).all()
    count = preview.count_without_company(found)
    is_known = Supplier.named(words) is not None if words else True
    return render_template(
        "imports/factory.html",
        found=found, words=words, candidates=candidates, count=count, is_known=is_known, error=error,
    ), 422 if error else 200  # fmt: skip


@bp.post("/imports/<int:import_id>/factory")
@allow(Permission.EDIT_CATALOG)
def set_factory(import_id: int) -> Any:
    """The supplier of all rows that name no company: a known one, or one that is named here."""
    found = untouched_import_or_404(import_id)
    supplier = asked_supplier()
    if supplier is None:
        return show_factory(found, _("Choose a factory, or write a name of 120 characters at most."))
    found.supplier_id = supplier.id
    read(found)
    message = _("%(name)s is set for the offers without a company.", name=supplier.label)
    return done(url_for("imports.show", import_id=found.id), message)


def asked_supplier() -> Supplier | None:
    name = clean(request.form.get("name")) or ""
    if not name:
        asked = request.form.get("supplier", 0, type=int) % 2**53
        return db.session.scalar(sa.select(Supplier).filter_by(id=asked, merged_into_id=None))
    if len(name) > LONGEST_NAME:
        return None
    if (known := Supplier.named(name)) is not None:
        return known
    made = Supplier(name=name)
    db.session.add(made)
    audit.record("supplier_added", made, name=name)
    return made


@bp.post("/imports/<int:import_id>/application")
@allow(Permission.EDIT_CATALOG)
def apply(import_id: int) -> Any:
    found = idle_import_or_404(import_id)
    count = applying.count_waiting(found.id)
    if not count or found.state not in (ImportState.STAGED, ImportState.APPLYING, ImportState.APPLIED):
        raise Refused("nothing_to_apply", _("Nothing is left to apply here."))
    if found.state is not ImportState.APPLYING:
        found.cursor = 0
    found.state = ImportState.APPLYING
    enqueue("apply-import", found, applying.count_to_apply(found))
    message = ngettext("%(num)s offer is being applied.", "%(num)s offers are being applied.", count)
    return done(url_for("imports.show", import_id=found.id), message)


@bp.post("/imports/<int:import_id>/reversal")
@allow(Permission.EDIT_CATALOG)
def take_back(import_id: int) -> Any:
    found = idle_import_or_404(import_id)
    count = taking_back.count_applied(found.id)
    if not count:
        raise Refused("nothing_applied", _("Nothing of this import is applied."))
    found.cursor = 0
    enqueue("take-back-import", found, count)
    message = ngettext("%(num)s offer is being taken back.", "%(num)s offers are being taken back.", count)
    return done(url_for("imports.show", import_id=found.id), message)


@bp.post("/imports/<int:import_id>/deletion")
@allow(Permission.EDIT_CATALOG)
def discard(import_id: int) -> Any:
    """Throws a preview away of which nothing was applied."""
    found = idle_import_or_404(import_id)
    if found.applied_at is not None or taking_back.count_applied(found.id):
        raise Refused("import_applied", _("This import is applied. Take it back instead."))
    audit.record("import_discarded", found, filename=found.filename)
    db.session.execute(sa.delete(ImportRow).where(ImportRow.import_id == found.id))
    db.session.delete(found)
    return done(url_for("imports.index"), _("Preview thrown away. Nothing was changed."))


@bp.get("/imports/<int:import_id>/wrong-rows.<any(xlsx, csv):ending>")
@allow(Permission.EDIT_CATALOG)
def wrong_rows(import_id: int, ending: str) -> Response:
    found = import_or_404(import_id)
    write, kind = (wrong_rows_xlsx, downloads.XLSX) if ending == "xlsx" else (wrong_rows_csv, downloads.CSV)
    data = write(found.headers, preview.wrong_rows(found), language())
    return downloads.download(data, _("Rows to mend"), ending, kind)
