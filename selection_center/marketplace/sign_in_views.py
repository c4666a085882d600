"""Being let in by the account's owner at the marketplace itself (授权): a link out, a code back, tokens by a job."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.errors import Refused
from selection_center.core.forms import clean
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.marketplace import runs
from selection_center.marketplace.account_views import account_or_404
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors.registry import CONNECTORS

bp = Blueprint("marketplace_sign_in", __name__)
LASTS_SECONDS = 3600
LONGEST_CODE = 200


def states() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="marketplace sign-in")


def back_to() -> str:
    return f"{current_app.config['PUBLIC_URL']}{url_for('.back')}"


@bp.get("/marketplace/accounts/<int:account_id>/sign-in")
@allow(Permission.HANDLE_MARKETPLACE)
def show(account_id: int) -> Any:
    """The way out, with the name of where it leads; nobody is sent there by itself."""
    account = account_or_404(account_id)
    if not CONNECTORS[account.connector].signs_in:
        abort(404)
    state = states().dumps([account.id, current_user.id])
    with closing(CONNECTORS[account.connector](account.opened(), lambda _values: None)) as connector:
        address = connector.sign_in_address(back_to(), state)
    return render_template("marketplace/sign_in.html", account=account, address=address, host=urlsplit(address).netloc)


@bp.get("/marketplace/sign-in")
@allow(Permission.HANDLE_MARKETPLACE)
def back() -> Any:
    """Where the marketplace sends its answer. A key on this page takes it: looking changes nothing."""
    account, code = answered(request.args.get("state", "")), clean(request.args.get("code")) or ""
    return render_template("marketplace/signed_in.html", account=account, code=code[:LONGEST_CODE])


@bp.post("/marketplace/sign-in")
@allow(Permission.HANDLE_MARKETPLACE)
def finish() -> Any:
    account, code = answered(request.form.get("state", "")), clean(request.form.get("code")) or ""
    if not code or len(code) > LONGEST_CODE:
        raise Refused("no_code", _("The marketplace gave no code. Begin again from the account."))
    account.write_secrets({"code": code})
    audit.record("marketplace_signed_in", account, name=account.name)
    name = f"sign-in-account {account.id}"
    runs.ask_again("sign-in-account", name, user_id=current_user.id, account_id=account.id, back_to=back_to())
    return done(url_for("marketplace.show", account_id=account.id), _("Let in. It is being checked."))


def answered(state: str) -> Account:
    """The account that this person began to connect, within the hour; anything else is none of ours."""
    try:
        account_id, user_id = states().loads(state, max_age=LASTS_SECONDS)
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("other_state", _("This answer does not belong here, or came too late. Begin again.")) from error
    if user_id != current_user.id:
        raise Refused("other_state", _("This answer does not belong here, or came too late. Begin again."))
    return account_or_404(account_id)
