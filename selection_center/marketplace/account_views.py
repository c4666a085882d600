"""Our accounts at marketplaces: written down, checked, paused. Head office's pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db, utcnow
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.marketplace import runs
from selection_center.marketplace.account_forms import PACES, account_form, own_fields, write
from selection_center.marketplace.accounts import Account, calls_of
from selection_center.marketplace.connectors import Connector
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.marketplace.syncs import OfferLink, Sync

bp = Blueprint("marketplace", __name__)
DAYS_SHOWN = 7
SYNCS_SHOWN = 10


def account_or_404(account_id: int) -> Account:
    account: Account = db.first_or_404(Account.reachable_by(current_user).filter_by(id=account_id))
    return account


@bp.get("/marketplace")
@allow(Permission.HANDLE_MARKETPLACE)
def index() -> Any:
    return show_all()


def show_all(status: int = 200) -> Any:
    query = Account.reachable_by(current_user).options(joinedload(Account.supplier)).order_by(Account.name, Account.id)
    accounts = db.session.scalars(query).all()
    return render_template("marketplace/index.html", accounts=accounts, connectors=CONNECTORS), status


@bp.get("/marketplace/accounts/new")
@allow(Permission.HANDLE_MARKETPLACE)
def new() -> Any:
    """Of one marketplace; without one there is a choice to make first."""
    connector = CONNECTORS.get(request.args.get("connector", ""))
    return show_form(connector, account_form(connector)) if connector else redirect(url_for(".index"))


def show_form(connector: type[Connector], form: Any, account: Account | None = None, status: int = 200) -> Any:
    page = render_template(
        "marketplace/edit.html",
        **{"connector": connector, "form": form, "account": account, "fields": own_fields(form, connector)},
    )
    return page, status


@bp.post("/marketplace/accounts")
@allow(Permission.HANDLE_MARKETPLACE)
def create() -> Any:
    connector = CONNECTORS.get(request.form.get("connector", ""))
    if connector is None:
        return show_all(422)
    form = account_form(connector)
    if not form.validate():
        return show_form(connector, form, status=422)
    account = Account(connector=connector.name)
    write(form, account)
    account.keep()
    audit.record("marketplace_account_added", account, name=account.name)
    begin_check(account)
    return done(url_for(".show", account_id=account.id), _("Written down. It is being checked."))


@bp.get("/marketplace/accounts/<int:account_id>")
@allow(Permission.HANDLE_MARKETPLACE)
def show(account_id: int) -> Any:
    account = account_or_404(account_id)
    since = (utcnow() - timedelta(days=DAYS_SHOWN - 1)).date().isoformat()
    return render_template(
        "marketplace/show.html",
        account=account,
        paces=dict(PACES),
        calls=calls_of(account, since),
        check=runs.newest(f"check-account {account.id}", f"sign-in-account {account.id}"),
        syncs=Sync.last_of(account.id, SYNCS_SHOWN),
        count=OfferLink.count_of(account.id),
    )


@bp.get("/marketplace/accounts/<int:account_id>/edit")
@allow(Permission.HANDLE_MARKETPLACE)
def edit(account_id: int) -> Any:
    account = account_or_404(account_id)
    connector = CONNECTORS[account.connector]
    return show_form(connector, account_form(connector, account), account)


@bp.post("/marketplace/accounts/<int:account_id>")
@allow(Permission.HANDLE_MARKETPLACE)
def save(account_id: int) -> Any:
    account = account_or_404(account_id)
    connector = CONNECTORS[account.connector]
    form = account_form(connector, account)
    if not form.validate():
        return show_form(connector, form, account, 422)
    write(form, account)
    account.keep()
    audit.record("marketplace_account_changed", account, name=account.name)
    begin_check(account)
    return done(url_for(".show", account_id=account.id), _("Saved. It is being checked."))


@bp.post("/marketplace/accounts/<int:account_id>/check")
@allow(Permission.HANDLE_MARKETPLACE)
def check(account_id: int) -> Any:
    account = account_or_404(account_id)
    begin_check(account)
    return done(url_for(".show", account_id=account.id))


def begin_check(account: Account) -> None:
    db.session.flush()
    runs.ask_again("check-account", f"check-account {account.id}", user_id=current_user.id, account_id=account.id)


@bp.post("/marketplace/accounts/<int:account_id>/pause")
@allow(Permission.HANDLE_MARKETPLACE)
def pause(account_id: int) -> Any:
    account = account_or_404(account_id)
    account.pause()
    audit.record("marketplace_account_paused", account, name=account.name)
    return done(url_for(".show", account_id=account.id), _("Paused: nothing is fetched or ordered there."))


@bp.post("/marketplace/accounts/<int:account_id>/going-on")
@allow(Permission.HANDLE_MARKETPLACE)
def go_on(account_id: int) -> Any:
    account = account_or_404(account_id)
    account.go_on()
    audit.record("marketplace_account_resumed", account, name=account.name)
    return done(url_for(".show", account_id=account.id), _("It goes on."))
