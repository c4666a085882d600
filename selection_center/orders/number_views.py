"""The number that a buyer leaves to see the prices of factories that ask for one: no address, no order."""

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _

from selection_center.accounts.buyers import CONSENT_VERSION, Buyer
from selection_center.core import codes
from selection_center.core.auth import public
from selection_center.core.codes import CodeError
from selection_center.core.once import done
from selection_center.orders.forms import NumberForm

bp = Blueprint("my_number", __name__)


@bp.get("/my-number")
@public
def show() -> Any:
    buyer = Buyer.on(g.device)
    known = {"name": buyer.name, "phone": buyer.phone} if buyer is not None else None
    return show_form(NumberForm(formdata=None, data=known))


@bp.post("/my-number")
@public
def leave() -> Any:
    form = NumberForm()
    if not form.validate():
        return show_form(form, 422)
    Buyer.on_or_new(g.device).leave_contact(form.name.data, form.phone.data)
    return done(way_back(), _("Thank you. You see these prices from now on."))


def show_form(form: NumberForm, status: int = 200) -> Any:
    return render_template("orders/number.html", form=form, back=way_back(), consent_version=CONSENT_VERSION), status


def way_back() -> str:
    """The sample whose price was asked for, else the list."""
    try:
        return url_for("scan.show", code=codes.parse(request.args.get("code", "")))
    except CodeError:
        return url_for("selections.show")
