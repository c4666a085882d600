"""Signing in and out."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.accounts import account_views, attempts, identity, lock_views, people_views, pin_views
from selection_center.accounts.forms import SignInForm
from selection_center.accounts.models import User, password_fits
from selection_center.core import audit
from selection_center.core.auth import public, public_repeatable
from selection_center.core.db import db
from selection_center.core.errors import is_local_path

bp = Blueprint("accounts", __name__)
bp.app_context_processor(lambda: {"this_tablet": identity.this_tablet})
BLUEPRINTS = [bp, account_views.bp, pin_views.bp, people_views.bp, lock_views.bp]


@bp.get("/sign-in")
@public
def sign_in() -> Any:
    if current_user.is_authenticated and current_user.only_site is None:
        return redirect(url_for("pages.home"))
    if request.args.get("by") != "password" and identity.this_tablet() is not None:
        return redirect(url_for("lock.show", next=request.args.get("next")))
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@public_repeatable
def start_session() -> Any:
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    login = form.login.data.lower()
    limits = limits_of(login)
    if attempts.too_many(limits):
        return render_template("accounts/sign_in.html", form=form, too_many=True), 429
    user = db.session.scalar(sa.select(User).filter_by(login=login))
    stored = user.password_hash if user is not None and user.is_active else None
    db.session.rollback()  # checking takes long, and no other writer should wait for it
    if not password_fits(stored, form.password.data) or user is None:
        attempts.count(list(limits))
        form.password.errors = [_("Account and password do not match. Check both and try again.")]
        return render_template("accounts/sign_in.html", form=form), 422
    identity.sign_in(user)
    audit.record("signed_in", user, site_id=people_views.site_of(user), name=user.name)
    db.session.commit()
    following = request.form.get("next", "")
    return redirect(following if is_local_path(following) else url_for("pages.home"), 303)


def limits_of(login: str) -> dict[str, int]:
    """How many failures within five minutes each of these may have (a whole showroom shares one address)."""
    return {
        attempts.key("account", login): 10,
        attempts.key("device", g.device): 10,
        attempts.key("address", request.remote_addr or ""): 200,
        attempts.key("all", ""): 1000,
    }


@bp.post("/sign-out")
@public_repeatable
def end_session() -> Any:
    """On a registered tablet the next one comes in by PIN."""
    identity.sign_out()
    db.session.commit()
    return redirect(url_for("lock.show" if identity.this_tablet() is not None else "accounts.sign_in"), 303)
