"""Loans as staff see them: what is out, the hand-over, and everything until the last piece is back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.accounts import phones
from selection_center.catalog.queries import number
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import start_of_day, today
from selection_center.core.templating import day
from selection_center.samples import loan_exports
from selection_center.samples import loan_forms as forms
from selection_center.samples import loan_queries as queries
from selection_center.samples.deposits import DepositKind, DepositMethod
from selection_center.samples.loan_items import LoanItem, Outcome
from selection_center.samples.loans import LONGEST_DAYS, Loan, ReminderWay
from selection_center.sites import audit_words
from selection_center.sites.reaching import one_or_404, site_or_404

bp = Blueprint("loans", __name__)


def loan_or_404(loan_id: int, permission: Permission = Permission.HANDLE_SAMPLES) -> Loan:
    query = Loan.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=loan_id).options(*queries.SHOWN)
    loan: Loan = one_or_404(query, permission)
    return loan


@bp.get("/sites/<string:slug>/loans")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    filters = queries.Filters.read(request.args)
    return render_template(
        "loans/index.html",
        site=site,
        filters=filters,
        page=queries.search(site, filters),
        counts=queries.counts(site),
        totals=queries.Totals.at(site),
        kinds=forms.KINDS,
        reminded_since=start_of_day(),
        export_url=url_for(".export", slug=site.slug, **chosen_filters()),
    )


def chosen_filters() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if name in {"q", "where", "kind", "sort"}}


@bp.get("/sites/<string:slug>/loans.xlsx")
@allow(Permission.HANDLE_SAMPLES)
def export(slug: str) -> Response:
    """The loans of this search as a table, a row to each piece; phones masked as on the page."""
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    query = queries.narrowed(site, queries.Filters.read(request.args)).limit(loan_exports.MOST_LOANS)
    loans = db.session.scalars(query).all()
    audit.record_beside("loans_exported", site, site_id=site.id, count=len(loans))
    return download(loan_exports.loan_table(loans), _("Loans"), "xlsx", XLSX)


@bp.get("/sites/<string:slug>/loans/borrowers")
@allow(Permission.HANDLE_SAMPLES)
def borrowers(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    return render_template(
        "loans/borrowers.html",
        site=site,
        rows=queries.borrowers(site),
        counts=queries.counts(site),
    )


@bp.get("/loans/<int:loan_id>")
@allow(Permission.HANDLE_SAMPLES)
def show(loan_id: int) -> Any:
    return show_loan(loan_or_404(loan_id))


def show_loan(loan: Loan, status: int = 200, **filled: Any) -> Any:
    """The loan's page; a form that came back wrong is passed by its name."""
    later = max(loan.due_on, today()) + timedelta(days=forms.USUAL_DAYS)
    last = today() + timedelta(days=LONGEST_DAYS)
    empty = {
        "extension_form": forms.ExtensionForm(formdata=None, due_on=min(later, last)),
        "deposit_form": deposit_form(loan, fresh=True),
        "reminder_form": forms.ReminderForm(formdata=None),
        "outcome_forms": outcome_forms(loan, fresh=True),
        "wrong": "",
    }
    return render_template(
        "loans/show.html",
        loan=loan,
        phone_open=phones.is_open(loan),
        brought=queries.Brought.by(loan.items),
        history=history(loan),
        audit_verb=audit_words.verb,
        audit_details=audit_words.details,
        **(empty | filled),
    ), status


def deposit_form(loan: Loan, fresh: bool = False) -> forms.DepositForm:
    """While something is held, what is asked next is most likely to give it back."""
    guess = {"kind": DepositKind.GIVEN_BACK.value} if loan.deposit_fen and not loan.is_open else {}
    form = forms.DepositForm(**({"formdata": None} if fresh else {}), data=guess)
    if not current_user.can(Permission.RECORD_PAYMENTS, site_id=loan.site_id):
        form.kind.choices = [choice for choice in form.kind.choices if choice.value != DepositKind.KEPT.value]
    return form


def outcome_forms(loan: Loan, fresh: bool = False) -> list[tuple[LoanItem, forms.OutcomeForm]]:
    """One for each piece; its fields carry the piece's number."""
    return [(item, outcome_form(item, fresh)) for item in loan.items]


def outcome_form(item: LoanItem, fresh: bool) -> forms.OutcomeForm:
    values = {"outcome": item.outcome.value if item.outcome else "", "sold": item.sold}
    sent = {"formdata": None} if fresh else {}
    form = forms.OutcomeForm(**sent, data=values, prefix=f"item-{item.id}", meta={"csrf": False})
    form.outcome.choices = [("", _("Not known yet")), *forms.OUTCOMES]
    return form


def history(loan: Loan) -> list[audit.AuditEntry]:
    """What happened to this loan, newest first."""
    query = (
        sa.select(audit.AuditEntry)
        .filter_by(subject_type=Loan.__tablename__, subject_id=loan.id)
        .order_by(audit.AuditEntry.id.desc())
        .limit(100)
    )
    return list(db.session.scalars(query))


@bp.post("/loans/<int:loan_id>/extensions")
@allow(Permission.HANDLE_SAMPLES)
def extend(loan_id: int) -> Any:
    loan = loan_or_404(loan_id)
    form = forms.ExtensionForm()
    if not form.validate():
        return show_loan(loan, 422, extension_form=form)
    was = loan.due_on
    loan.extend(form.due_on.data, current_user, form.reason.data or "")
    days = [was.isoformat(), loan.due_on.isoformat()]
    audit.record("loan_extended", loan, number=str(loan.id), due_on=days)
    return done(url_for(".show", loan_id=loan.id), _("Due on %(day)s now.", day=day(loan.due_on)))


@bp.post("/loans/<int:loan_id>/returns")
@allow(Permission.HANDLE_SAMPLES)
def give_back(loan_id: int) -> Any:
    """The ticked pieces, all of them as they were lent."""
    loan = loan_or_404(loan_id)
    ticked = {number(text) for text in request.form.getlist("item")}
    chosen = [item for item in loan.items if item.id in ticked]
    if not chosen:
        return show_loan(loan, 422, wrong=_("Tick what came back."))
    for item in chosen:
        item.give_back(current_user)
        record_return(item, "loan_piece_returned")
    message = ngettext("%(num)s piece is back.", "%(num)s pieces are back.", len(chosen))
    return done(url_for(".show", loan_id=loan.id), message)


def record_return(item: LoanItem, verb: str, **detail: Any) -> None:
    """In the history of the loan and of the sample."""
    code = item.sample.tag.shown if item.sample.tag else None
    audit.record(verb, item.loan, number=str(item.loan_id), code=code, **detail)
    audit.record(verb, item.sample, loan=item.loan_id, **detail)


@bp.post("/loans/<int:loan_id>/outcomes")
@allow(Permission.HANDLE_SAMPLES)
def set_outcomes(loan_id: int) -> Any:
    """What came of each piece; those not told yet stay so."""
    loan = loan_or_404(loan_id)
    sent = outcome_forms(loan)
    good = [form.validate() for _item, form in sent]  # each, so that every message shows
    if not all(good):
        return show_loan(loan, 422, outcome_forms=sent)
    told = [(item, form) for item, form in sent if form.outcome.data]
    for item, form in told:
        try:
            item.set_outcome(Outcome(form.outcome.data), form.sold.data or 0)
        except Refused as refused:
            form.sold.errors = [refused.sentence]
            db.session.expire_all()
            return show_loan(loan, 422, outcome_forms=sent)
    sold = sum(item.sold for item, _form in told)
    audit.record("loan_outcomes_noted", loan, number=str(loan.id), count=len(told), sold=sold)
    return done(url_for(".show", loan_id=loan.id), _("Kept what came of it."))


@bp.post("/loans/<int:loan_id>/deposit-entries")
@allow(Permission.HANDLE_SAMPLES)
def enter_deposit(loan_id: int) -> Any:
    loan = loan_or_404(loan_id)
    form = deposit_form(loan)
    if not form.validate():
        return show_loan(loan, 422, deposit_form=form)
    kind, method = DepositKind(form.kind.data), DepositMethod(form.method.data)
    try:
        entry = loan.enter_deposit(kind, form.amount.data or 0, method, current_user, form.note.data or "")
    except Refused as refused:
        form.amount.errors = [refused.sentence]
        return show_loan(loan, 422, deposit_form=form)
    record_deposit(loan, kind, entry.amount_fen, method)
    return done(url_for(".show", loan_id=loan.id), _("Written into the deposit's ledger."))


def record_deposit(loan: Loan, kind: DepositKind, fen: int, method: DepositMethod) -> None:
    audit.record(f"deposit_{kind.value}", loan, number=str(loan.id), fen=fen, method=method.value)


@bp.post("/loans/<int:loan_id>/reminders")
@allow(Permission.HANDLE_SAMPLES)
def remind(loan_id: int) -> Any:
    loan = loan_or_404(loan_id)
    form = forms.ReminderForm()
    if not form.validate():
        return show_loan(loan, 422, reminder_form=form)
    loan.remind(ReminderWay(form.way.data), current_user, form.note.data or "")
    audit.record("loan_reminded", loan, number=str(loan.id), way=form.way.data)
    return done(url_for(".show", loan_id=loan.id), _("Noted that the borrower was reminded."))


@bp.post("/loans/<int:loan_id>/phone")
@allow(Permission.OPEN_PHONES)
def open_phone(loan_id: int) -> Any:
    loan = loan_or_404(loan_id, Permission.OPEN_PHONES)
    if not loan.phone:
        raise Refused("no_phone", _("No phone number is kept for this loan."))
    audit.record("phone_opened", loan, number=str(loan.id))
    return done(url_for(".show", loan_id=loan.id, phone="open"))
