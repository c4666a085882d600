"""The customer's own code: asked for once, looked up, called off, and what a person does where nobody answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.forms import clean
from selection_center.core.money import show_fen
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.till import charging, settling, showing
from selection_center.till.changes import Change, changed
from selection_center.till.forms import METHODS
from selection_center.till.pay_views import begun, sum_of
from selection_center.till.payments import Charge
from selection_center.till.reaching import charge_or_404, open_shift, sale_or_404, till_of

bp = Blueprint("charges", __name__)

WORDS = dict(METHODS)


@bp.post("/sales/<int:sale_id>/charges")
@allow(Permission.SELL)
def ask(sale_id: int) -> Any:
    """Written down now, asked by a job once that is kept; the page waits for what comes of it."""
    sale = sale_or_404(sale_id)
    till = till_of(sale)
    try:
        code = "".join((clean(request.form.get("payer_code", "")[:64]) or "").split())
        fen = sum_of(request.form.get("amount", ""))
        shift = open_shift(till)
        begun(sale, shift)
        asked = charging.ask(sale, shift, min(fen or sale.due_fen, sale.due_fen), code, current_user)
    except Refused as refused:
        return showing.refused(till.id, refused, "code")
    return changed(till, waiting(asked))


def waiting(asked: Charge) -> Change:
    return Change(word=str(WORDS[asked.method.value]), text=show_fen(asked.amount_fen), query={"charge": asked.id})


def answered(asked: Charge, sentence: str) -> Any:
    """Back to where it was pressed: the till, or the list of what is under way."""
    if request.form.get("to") == "list":
        return done(url_for("under_way.index", slug=asked.sale.site.slug), sentence)
    return changed(till_of(asked.sale), waiting(asked))


def written_number() -> str:
    """Of a payment, as it was typed."""
    return (clean(request.form.get("reference", "")[:64]) or "").strip()


@bp.post("/charges/<int:charge_id>/look-ups")
@allow(Permission.SELL)
def look_up(charge_id: int) -> Any:
    """A job looks what came of it: the customer is not asked again."""
    asked = charge_or_404(charge_id)
    if asked.is_open:
        charging.look_again(asked)
    return answered(asked, _("It is looked up. Load the page again in a moment."))


@bp.post("/charges/<int:charge_id>/calling-off")
@allow(Permission.SELL)
def call_off(charge_id: int) -> Any:
    """The customer pays otherwise: a job tells the provider, and if the money is there by then, it counts."""
    asked = charge_or_404(charge_id)
    charging.call_off(asked, current_user)
    return answered(asked, _("The provider is told. Load the page again in a moment."))


@bp.post("/charges/<int:charge_id>/settlement")
@allow(Permission.SELL)
def settle(charge_id: int) -> Any:
    """Nobody answers: what the provider's own list or the customer's phone shows is written down by hand."""
    asked = charge_or_404(charge_id)
    settling.settle_by_hand(asked, request.form.get("outcome", ""), written_number(), current_user)
    return answered(db.session.get_one(Charge, charge_id), _("Settled by hand."))


@bp.post("/charges/<int:charge_id>/returns")
@allow(Permission.SELL)
def give_back_again(charge_id: int) -> Any:
    """What the provider did not take back the first time."""
    owed = charge_or_404(charge_id)
    settling.give_back_again(owed)
    return answered(owed, _("The provider is asked again. Load the page again in a moment."))


@bp.post("/charges/<int:charge_id>/return-by-hand")
@allow(Permission.OVERSEE_TILL)
def returned_by_hand(charge_id: int) -> Any:
    """A manager gave the money back by another way."""
    owed = charge_or_404(charge_id, Permission.OVERSEE_TILL)
    settling.returned_by_hand(owed, written_number(), current_user)
    return answered(owed, _("Settled by hand."))
