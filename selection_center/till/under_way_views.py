"""The list of what is under way at a store, and refunds that did not come through."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.till import refund_ways, under_way
from selection_center.till.charge_views import written_number
from selection_center.till.forms import METHODS
from selection_center.till.refunds import Refund, RefundPayment

bp = Blueprint("under_way", __name__)


@bp.get("/sites/<string:slug>/payments-under-way")
@allow(Permission.SELL)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.SELL)
    return render_template(
        "sales/under_way.html",
        site=site,
        charges=under_way.charges_at(site),
        refunds=under_way.refunds_at(site),
        methods=dict(METHODS),
        oversees=current_user.can(Permission.OVERSEE_TILL, site_id=site.id),
    )


def refund_payment_or_404(payment_id: int, permission: Permission) -> tuple[RefundPayment, Refund]:
    of_payment = sa.select(RefundPayment.refund_id).where(RefundPayment.id == payment_id)
    reachable = Refund.reachable_by(current_user, Permission.SEE_SITE).where(Refund.id.in_(of_payment))
    refund: Refund = one_or_404(reachable, permission)
    return db.session.get_one(RefundPayment, payment_id), refund


@bp.post("/refund-payments/<int:payment_id>/tries")
@allow(Permission.SELL)
def give_again(payment_id: int) -> Any:
    payment, refund = refund_payment_or_404(payment_id, Permission.SELL)
    refund_ways.give_again(payment)
    sentence = _("The provider is asked again. Load the page again in a moment.")
    return done(url_for(".index", slug=refund.site.slug), sentence)


@bp.post("/refund-payments/<int:payment_id>/by-hand")
@allow(Permission.OVERSEE_TILL)
def given_by_hand(payment_id: int) -> Any:
    payment, refund = refund_payment_or_404(payment_id, Permission.OVERSEE_TILL)
    refund_ways.given_by_hand(payment, refund, written_number())
    return done(url_for(".index", slug=refund.site.slug), _("Settled by hand."))
