"""My PIN: choosing one, changing it, going without."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.accounts.account_views import account_page, check_password
from selection_center.accounts.device_forms import PinForm
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.once import done
from selection_center.core.permissions import Permission

bp = Blueprint("pins", __name__)


@bp.post("/account/pin")
@allow(Permission.USE_STAFF_PAGES)
def save() -> Any:
    form = PinForm()
    if (status := check_password(form, form.password)) != 200:
        return account_page(pin_form=form), status
    current_user.set_pin(form.pin.data)
    audit.record("pin_set", current_user, name=current_user.name)
    return done(url_for("account.show"), _("PIN kept. It works on the tablets of your site."))


@bp.post("/account/pin/removal")
@allow(Permission.USE_STAFF_PAGES)
def remove() -> Any:
    current_user.set_pin(None)
    audit.record("pin_removed", current_user, name=current_user.name)
    return done(url_for("account.show"), _("You have no PIN any more."))
