"""My account: name, password and the devices I am signed in on."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.accounts import attempts
from selection_center.accounts.device_forms import PinForm
from selection_center.accounts.forms import ROLE_WORDS, NameForm, PasswordForm
from selection_center.accounts.models import SignIn
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.forms import Form
from selection_center.core.once import done
from selection_center.core.permissions import Permission

bp = Blueprint("account", __name__)


@bp.get("/account")
@allow(Permission.USE_STAFF_PAGES)
def show() -> Any:
    return account_page()


def account_page(**forms: Any) -> str:
    """Every form of the page; the one that was sent keeps what its writer wrote."""
    forms.setdefault("name_form", NameForm(formdata=None, obj=current_user))
    forms.setdefault("password_form", PasswordForm(formdata=None))
    forms.setdefault("pin_form", PinForm(formdata=None))
    return render_template(
        "accounts/account.html",
        user=current_user,
        roles=ROLE_WORDS,
        devices=devices(),
        this_device=this_sign_in(),
        **forms,
    )


def devices() -> list[SignIn]:
    """Where this person is signed in, the latest first."""
    found = db.session.scalars(
        sa.select(SignIn).filter_by(user_id=current_user.id, ended_at=None).order_by(SignIn.last_seen_at.desc())
    )
    return [sign_in for sign_in in found if sign_in.lasts]


def this_sign_in() -> SignIn | None:
    return SignIn.of(session.get("sign_in", ""))


@bp.post("/account/name")
@allow(Permission.USE_STAFF_PAGES)
def save_name() -> Any:
    form = NameForm()
    if not form.validate():
        return account_page(name_form=form), 422
    current_user.name = form.name.data
    audit.record("name_changed", current_user, name=current_user.name)
    return done(url_for(".show"), _("Saved."))


def check_password(form: Form, field: Any) -> int:
    """200 when the form is good and this field of it holds the password; else the status, and the field says why."""
    limits = {attempts.key("password", str(current_user.id)): 10}
    if attempts.too_many(limits):
        field.errors = [_("Too many tries. Wait five minutes.")]
        return 429
    if not form.validate():
        return 422
    if not current_user.has_password(field.data):
        db.session.rollback()  # the failure is counted in a transaction of its own
        attempts.count(list(limits))
        field.errors = [_("This is not the password now.")]
        return 422
    return 200


@bp.post("/account/password")
@allow(Permission.USE_STAFF_PAGES)
def change_password() -> Any:
    form = PasswordForm()
    if (status := check_password(form, form.current)) != 200:
        return account_page(password_form=form), status
    current_user.set_password(form.new.data)
    others = current_user.end_sessions(but=this_sign_in())
    audit.record("password_changed", current_user, devices_signed_out=others)
    said = ngettext(
        "New password saved. Signed out on %(num)s other device.",
        "New password saved. Signed out on %(num)s other devices.",
        others,
    )
    return done(url_for(".show"), said)


@bp.post("/account/devices/<int:sign_in_id>/ending")
@allow(Permission.USE_STAFF_PAGES)
def end_device(sign_in_id: int) -> Any:
    found: SignIn = db.first_or_404(sa.select(SignIn).filter_by(id=sign_in_id, user_id=current_user.id))
    found.end()
    audit.record("device_signed_out", current_user, device_name=found.device)
    return done(url_for(".show"), _("Signed out there."))
