"""A shift as its cashier sees it: the float, cash in and out, the count, and the difference that is signed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.sites import audit_words
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.till import reports, shift_queries, under_way
from selection_center.till import shift_forms as forms
from selection_center.till.forms import METHODS
from selection_center.till.shifts import PayMethod, Shift, Till

bp = Blueprint("shifts", __name__)


def till_or_404(till_id: int) -> Till:
    query = Till.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=till_id, closed_at=None)
    till: Till = one_or_404(query, Permission.SELL)
    return till


def shift_or_404(shift_id: int) -> Shift:
    query = Shift.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=shift_id)
    shift: Shift = one_or_404(query.options(*shift_queries.SHOWN), Permission.SELL)
    return shift


def oversees(shift: Shift) -> bool:
    return bool(current_user.can(Permission.OVERSEE_TILL, site_id=shift.site_id))


@bp.get("/sites/<string:slug>/shifts")
@allow(Permission.SELL)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.SELL)
    filters = shift_queries.Filters.read(request.args)
    return render_template(
        "shifts/index.html",
        site=site,
        filters=filters,
        page=shift_queries.search(site, filters),
        tills=shift_queries.tills(site),
        people=shift_queries.people(site),
        totals=shift_queries.totals,
    )


@bp.get("/tills/<int:till_id>/shifts/new")
@allow(Permission.SELL)
def new(till_id: int) -> Any:
    till = till_or_404(till_id)
    if till.shift is not None:
        return redirect(url_for(".show", shift_id=till.shift.id))
    last = shift_queries.last_closed(till)
    return show_new(till, forms.OpenForm(formdata=None, data={"float_fen": last.float_fen} if last else {}))


def show_new(till: Till, form: forms.OpenForm, status: int = 200) -> Any:
    last = shift_queries.last_closed(till)
    return render_template("shifts/new.html", till=till, form=form, last=last), status


@bp.post("/tills/<int:till_id>/shifts")
@allow(Permission.SELL)
def create(till_id: int) -> Any:
    till, form = till_or_404(till_id), forms.OpenForm()
    if not form.validate():
        return show_new(till, form, 422)
    shift = Shift.open(till, form.float_fen.data or 0, current_user)
    audit.record("shift_opened", shift, till=till.name, fen=shift.float_fen)
    sell = url_for("till.show", till_id=till.id) if shift_queries.is_built("till.show") else None
    return done(sell or url_for(".show", shift_id=shift.id), _("The shift is open."))


@bp.get("/shifts/<int:shift_id>")
@allow(Permission.SELL)
def show(shift_id: int) -> Any:
    return show_shift(shift_or_404(shift_id))


def show_shift(shift: Shift, status: int = 200, cash_form: forms.CashForm | None = None) -> Any:
    """What should be there is told once it was counted; to who oversees the till at any time."""
    return render_template(
        "shifts/show.html",
        shift=shift,
        report=reports.of_shift(shift),
        methods=dict(METHODS),
        expected=shift.expected() if shift.is_open and oversees(shift) else None,
        is_mine=shift.is_of(current_user),
        cash_form=cash_form or forms.CashForm(formdata=None),
        history=history(shift),
        audit_verb=audit_words.verb,
        audit_details=audit_words.details,
        notes=notes_and_coins(shift),
        asked=under_way.in_shift(shift) if shift.is_open else [],
    ), status


def notes_and_coins(shift: Shift) -> list[tuple[int, int]]:
    """How many of each that was counted, the largest first."""
    found = {int(fen): number for fen, number in (shift.notes_and_coins or {}).items()}
    return sorted(found.items(), reverse=True)


def history(shift: Shift) -> list[audit.AuditEntry]:
    query = sa.select(audit.AuditEntry).filter_by(subject_type=Shift.__tablename__, subject_id=shift.id)
    return list(db.session.scalars(query.order_by(audit.AuditEntry.id.desc()).limit(100)))


@bp.post("/shifts/<int:shift_id>/cash-movements")
@allow(Permission.SELL)
def move_cash(shift_id: int) -> Any:
    shift, form = shift_or_404(shift_id), forms.CashForm()
    if not form.validate():
        return show_shift(shift, 422, form)
    try:
        movement = shift.move_cash(form.signed_fen, form.reason.data, current_user)
    except Refused as refused:
        if refused.code != "too_little_cash":
            raise
        form.amount.errors = [refused.sentence]
        return show_shift(shift, 422, form)
    audit.record("cash_moved", shift, fen=movement.amount_fen, reason=movement.reason)
    return done(url_for(".show", shift_id=shift.id), _("Written down: cash moved."))


@bp.get("/shifts/<int:shift_id>/count")
@allow(Permission.SELL)
def count(shift_id: int) -> Any:
    """What is in the drawer, without being told what should be."""
    shift = shift_or_404(shift_id)
    if not shift.is_open:
        return redirect(url_for(".show", shift_id=shift.id))
    return show_count(shift, forms.CountForm(formdata=None))


def show_count(shift: Shift, form: forms.CountForm, status: int = 200) -> Any:
    return render_template("shifts/count.html", shift=shift, form=form), status


@bp.post("/shifts/<int:shift_id>/count")
@allow(Permission.SELL)
def keep_count(shift_id: int) -> Any:
    shift, form = shift_or_404(shift_id), forms.CountForm()
    if not form.validate():
        return show_count(shift, form, 422)
    shift.refuse_others(current_user)
    shift.keep_count(form.counted, form.notes_and_coins)
    fen = {method.value: amount for method, amount in form.counted.items()}
    audit.record("shift_counted", shift, fen=fen[PayMethod.CASH.value])
    return done(url_for(".review", shift_id=shift.id))


@bp.get("/shifts/<int:shift_id>/close")
@allow(Permission.SELL)
def review(shift_id: int) -> Any:
    """Counted beside expected, to be signed."""
    shift = shift_or_404(shift_id)
    if not shift.is_open:
        return redirect(url_for(".show", shift_id=shift.id))
    if not shift.counts:
        return redirect(url_for(".count", shift_id=shift.id))
    return show_review(shift, forms.CloseForm(formdata=None))


def show_review(shift: Shift, form: forms.CloseForm, status: int = 200, wrong: str = "") -> Any:
    expected = shift.expected()
    counted = {row.method: row.counted_fen for row in shift.counts} | {PayMethod.POINTS: expected[PayMethod.POINTS]}
    return render_template(
        "shifts/review.html",
        shift=shift,
        form=form,
        rows=[(method, expected[method], counted.get(method, 0)) for method in PayMethod],
        seen=seen_of(shift),
        methods=dict(METHODS),
        notes=notes_and_coins(shift),
        wrong=wrong,
    ), status


def seen_of(shift: Shift) -> str:
    """What was shown as expected: a sale that lands before it is signed is not signed unseen."""
    expected = shift.expected()
    return ".".join(str(expected[method]) for method in PayMethod)


@bp.post("/shifts/<int:shift_id>/closing")
@allow(Permission.SELL)
def close(shift_id: int) -> Any:
    shift, form = shift_or_404(shift_id), forms.CloseForm()
    if not form.validate():
        return show_review(shift, form, 422)
    shift.hold()
    if not shift.counts:
        raise Refused("not_counted", _("Count the drawer first."))
    if request.form.get("seen", "") != seen_of(shift):
        return show_review(shift, form, 422, _("Something was sold or moved meanwhile. Compare again."))
    counted = {row.method: row.counted_fen for row in shift.counts}
    pieces = {int(fen): number for fen, number in shift.notes_and_coins.items()}
    try:
        shift.close(counted, pieces, form.note.data or "", current_user)
    except Refused as refused:
        if refused.code != "difference_without_note":
            raise
        db.session.rollback()
        form.note.errors = [refused.sentence]
        return show_review(shift_or_404(shift_id), form, 422)
    audit.record("shift_closed", shift, till=shift.till.name, difference_fen=shift.difference_fen)
    return done(url_for(".show", shift_id=shift.id), _("The shift is closed."))
