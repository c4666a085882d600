"""The hand-over: which samples go out, to whom, until when, signed on the glass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.accounts.buyers import CONSENT_VERSION
from selection_center.catalog.listing_views import known_picture
from selection_center.catalog.queries import number
from selection_center.core import audit, scanned
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused, wants_json
from selection_center.core.forms import keep_picture
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.core.templating import day
from selection_center.samples import loan_forms as forms
from selection_center.samples import loan_queries as queries
from selection_center.samples.deposits import DepositKind, DepositMethod
from selection_center.samples.loan_items import Condition, LoanPiece
from selection_center.samples.loan_views import bp, record_deposit
from selection_center.samples.loans import BorrowerKind, Loan, why_not
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

__all__ = ["MOST_PIECES", "bp"]

MOST_PIECES = 60
"""In one hand-over."""


@dataclass
class Row:
    """One sample on the form: how it looks, and what keeps it from being lent, if anything does."""

    sample: Sample
    form: forms.PieceForm
    obstacle: str

    def keep_photo(self) -> None:
        """The photo just sent, or the one sent before."""
        kept = keep_picture(self.form.photo)
        self.form.kept_photo.data = kept or known_picture(self.form.kept_photo.data)

    def fits(self) -> bool:
        """Is what was written good? The photo is kept either way."""
        written = bool(self.form.validate())
        self.keep_photo()
        return written and not self.form.photo.errors

    @property
    def piece(self) -> LoanPiece:
        form = self.form
        return LoanPiece(self.sample, Condition(form.condition.data), form.note.data or "", form.kept_photo.data)


def rows_of(site: Site, ids: list[int], fresh: bool = False) -> list[Row]:
    found = []
    for sample in queries.chosen_samples(site, ids)[:MOST_PIECES]:
        sent = {"formdata": None} if fresh else {}
        form = forms.PieceForm(**sent, prefix=f"piece-{sample.id}", meta={"csrf": False})
        obstacle = why_not(sample, site)
        found.append(Row(sample, form, obstacle[1] if obstacle else ""))
    return found


def loan_form(site: Site, fresh: bool = False) -> forms.LoanForm:
    form = forms.LoanForm(**({"formdata": None} if fresh else {}))
    form.colleague.choices = [(0, _("Choose")), *((user.id, user.name) for user in queries.colleagues(site))]
    return form


@bp.get("/sites/<string:slug>/loans/new")
@allow(Permission.HANDLE_SAMPLES)
def new(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    ids = sample_numbers(request.args.getlist("sample"))
    return show_new(site, loan_form(site, fresh=True), rows_of(site, ids, fresh=True))


def sample_numbers(texts: list[str]) -> list[int]:
    return [found for found in map(number, texts) if found]


def show_new(site: Site, form: forms.LoanForm, rows: list[Row], status: int = 200, wrong: str = "") -> Any:
    return render_template(
        "loans/new.html",
        site=site,
        form=form,
        rows=rows,
        wrong=wrong,
        consent_version=CONSENT_VERSION,
    ), status


@bp.post("/sites/<string:slug>/loans")
@allow(Permission.HANDLE_SAMPLES)
def create(slug: str) -> Any:
    """Lends the ticked samples; or, by the key beside the code's field, puts one more on the form."""
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    ids, form = sample_numbers(request.form.getlist("sample")), loan_form(site)
    if "add" in request.form:
        return with_one_more(site, form, ids)
    rows, fits = rows_of(site, ids), form.validate()
    if len(ids) > MOST_PIECES:
        return show_new(site, form, rows, 422, too_many())
    if not rows:
        return show_new(site, form, rows, 422, _("Scan or choose at least one sample."))
    good = [row.fits() for row in rows]  # each, so that every message shows and every photo is kept
    if not fits or not all(good):
        return show_new(site, form, rows, 422)
    try:
        loan = lend(site, form, [row.piece for row in rows])
    except Refused as refused:
        if wants_json():
            raise
        db.session.rollback()  # what was claimed is free again; what was typed stays on the page
        site = site_or_404(slug, Permission.HANDLE_SAMPLES)
        return show_new(site, form, rows_of(site, ids), 409, refused.sentence)
    until = day(loan.due_on)
    message = ngettext("%(num)s piece lent until %(day)s.", "%(num)s pieces lent until %(day)s.", len(rows), day=until)
    return done(url_for(".show", loan_id=loan.id), message)


def with_one_more(site: Site, form: forms.LoanForm, ids: list[int]) -> Any:
    """The same page with the sample of this code; nothing is lent yet."""
    text = request.form.get("code", "").strip()
    sample = sample_coded(site, text)
    if sample is not None and sample.id not in ids and len(ids) >= MOST_PIECES:
        return show_new(site, form, rows_of(site, ids), 422, too_many())
    rows = rows_of(site, [*ids, sample.id] if sample else ids)
    for row in rows:
        row.keep_photo()
    if sample or not text:
        return show_new(site, form, rows)
    return show_new(site, form, rows, 422, _("Not one of this center's codes."))


def too_many() -> str:
    return str(_("At most %(count)s pieces in one hand-over. Sign these first.", count=MOST_PIECES))


def sample_coded(site: Site, text: str) -> Sample | None:
    """The sample of this site with this code, or with the address that its QR holds."""
    code = scanned.our_code(text)
    tag = Tag.named(code) if code else None
    return tag.sample if tag is not None and tag.site_id == site.id else None


def lend(site: Site, form: forms.LoanForm, pieces: list[LoanPiece]) -> Loan:
    """Makes the hand-over, its deposit and their entries in the audit."""
    loan = Loan.hand_over(
        site,
        pieces,
        by=current_user,
        due_on=form.due_on.data,
        purpose=form.purpose.data,
        note=form.note.data or "",
        signature=form.signature.data or "",
        signed_name=form.signed_name.data or "",
        **borrower(site, form),
    )
    audit.record("loan_made", loan, number=str(loan.id), count=len(pieces), due_on=loan.due_on.isoformat())
    for piece in pieces:
        audit.record("sample_lent", piece.sample, loan=loan.id, due_on=loan.due_on.isoformat())
    if form.deposit.data:
        method = DepositMethod(form.deposit_method.data)
        loan.enter_deposit(DepositKind.TAKEN, form.deposit.data, method, current_user)
        record_deposit(loan, DepositKind.TAKEN, form.deposit.data, method)
    return loan


def borrower(site: Site, form: forms.LoanForm) -> dict[str, Any]:
    """The columns of Loan that say who borrows."""
    kind = BorrowerKind(form.kind.data)
    if kind is BorrowerKind.COLLEAGUE:
        colleague = next(user for user in queries.colleagues(site) if user.id == form.colleague.data)
        return {"kind": kind, "name": colleague.name, "colleague": colleague}
    return {"kind": kind, "name": form.name.data, "company": form.company.data or "", "phone": form.phone.data}
