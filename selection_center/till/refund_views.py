"""Goods that come back: chosen line by line, then what goes back and how, then the proof of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.queries import number
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404
from selection_center.till import approvals
from selection_center.till.forms import METHODS
from selection_center.till.money_in import BY_HAND
from selection_center.till.refund_forms import RefundForm
from selection_center.till.refund_pieces import Piece, worth
from selection_center.till.refund_ways import Back, ways_back
from selection_center.till.refunds import GoesTo, Refund, RefundLine
from selection_center.till.report_words import GOES, KINDS
from selection_center.till.sale_lines import LineKind
from selection_center.till.sales import Sale
from selection_center.till.sales_views import sale_or_404
from selection_center.till.shifts import PayMethod, Shift

bp = Blueprint("refunds", __name__)


@dataclass(frozen=True)
class Chosen:
    """What comes back, what it is worth, and the ways it goes back."""

    pieces: list[Piece]
    total_fen: int
    backs: list[Back]

    @classmethod
    def read(cls, sale: Sale, asked: Mapping[str, str], in_cash: bool = False) -> Chosen:
        """`back-<line>` how many of it, `goes-<line>` where to; what makes no sense counts as nothing chosen."""
        pieces = [piece for line in sale.lines if (piece := piece_of(line, asked)) is not None]
        total = sum(worth(piece.line, piece.quantity) for piece in pieces)
        backs = ways_back(sale, total)
        return cls(pieces, total, cash_instead(backs) if in_cash else backs)

    @property
    def by_hand(self) -> set[str]:
        """Ways that need the number of a slip."""
        return {back.method.value for back in self.backs if needs_number(back)}


def piece_of(line: Any, asked: Mapping[str, str]) -> Piece | None:
    quantity = number(asked.get(f"back-{line.id}", ""))
    if not quantity or line.removed_at is not None:
        return None
    wish = asked.get(f"goes-{line.id}", "")
    goods = GoesTo(wish) if wish in (GoesTo.STOCK, GoesTo.WASTE) else GoesTo.STOCK
    return Piece(line, min(quantity, line.left), goods if line.kind is LineKind.TAKE_AWAY else GoesTo.NOWHERE)


def needs_number(back: Back) -> bool:
    return back.method in BY_HAND and back.charge_id is None


def cash_instead(backs: list[Back]) -> list[Back]:
    """All the money in cash; what points paid stays points."""
    money = sum(back.amount_fen for back in backs if back.method is not PayMethod.POINTS)
    kept = [back for back in backs if back.method is PayMethod.POINTS]
    return [*([Back(PayMethod.CASH, money)] if money else []), *kept]


def open_shifts(site: Site) -> list[Shift]:
    """Those that this person may pay out of, the own one first."""
    query = sa.select(Shift).where(Shift.site_id == site.id, Shift.closed_at.is_(None)).order_by(Shift.id)
    found = db.session.scalars(query.options(joinedload(Shift.till), joinedload(Shift.opened_by)))
    mine = [shift for shift in found if shift.is_of(current_user)]
    return sorted(mine, key=lambda shift: shift.opened_by_id != current_user.id)


@bp.get("/sales/<int:sale_id>/refunds/new")
@allow(Permission.SELL)
def new(sale_id: int) -> Any:
    return show_new(sale_or_404(sale_id), request.args)


def show_new(
    sale: Sale, asked: Mapping[str, str], form: RefundForm | None = None, status: int = 200, wrong: str = ""
) -> Any:
    shifts = open_shifts(sale.site)
    form = form or RefundForm(formdata=None)
    form.offer(approvals.managers(sale.site)).offer_shifts(shifts)
    chosen = Chosen.read(sale, asked, form.is_in_cash)
    return render_template(
        "sales/refund.html",
        sale=sale,
        form=form,
        asked=asked,
        asked_of={piece.line.id: piece.quantity for piece in chosen.pieces},
        chosen=chosen,
        wrong=wrong,
        shifts=shifts,
        methods=dict(METHODS),
        kinds=KINDS,
        goes=GOES,
        alone_fen=approvals.rules_of(sale.site_id).refund_fen,
        oversees=approvals.oversees(current_user, sale.site_id),
    ), status


@bp.post("/sales/<int:sale_id>/refunds")
@allow(Permission.SELL)
def create(sale_id: int) -> Any:
    sale, form = sale_or_404(sale_id), RefundForm()
    form.offer(approvals.managers(sale.site)).offer_shifts(open_shifts(sale.site))
    if not form.validate():
        return show_new(sale, request.form, form, 422)
    try:
        refund = give(sale, form)
    except Refused as refused:
        db.session.rollback()
        return show_new(sale_or_404(sale_id), request.form, form, 422, refused.sentence)
    return done(url_for(".show", refund_id=refund.id), _("Given back. The receipt shows it."))


def give(sale: Sale, form: RefundForm) -> Refund:
    approver = form.approver(sale.site)
    shift = next((shift for shift in open_shifts(sale.site) if str(shift.id) == form.shift.data), None)
    if shift is None:
        raise Refused("no_shift", _("No shift of yours is open. Open one first."))
    shift.hold()
    sale.hold_row()
    chosen = Chosen.read(sale, request.form, form.is_in_cash)
    if not chosen.pieces:
        raise Refused("nothing_back", _("Choose what comes back."))
    if form.seen_fen is not None and form.seen_fen != chosen.total_fen:
        raise Refused("sum_changed", _("Some of it came back meanwhile. Look at the sum again."))
    backs = [
        back._replace(reference=form.reference_of(back.method)) if needs_number(back) else back for back in chosen.backs
    ]
    return Refund.give(sale, shift, chosen.pieces, form.reason.data, current_user, approver, backs)


@bp.get("/refunds/<int:refund_id>")
@allow(Permission.SELL)
def show(refund_id: int) -> Any:
    query = Refund.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=refund_id)
    whole = (
        joinedload(Refund.site), joinedload(Refund.sale), joinedload(Refund.by), joinedload(Refund.approved_by),
        selectinload(Refund.lines).joinedload(RefundLine.sale_line), selectinload(Refund.payments),
        joinedload(Refund.shift).joinedload(Shift.till),
    )  # fmt: skip
    refund: Refund = one_or_404(query.options(*whole), Permission.SELL)
    return render_template("sales/refunded.html", refund=refund, methods=dict(METHODS), goes=GOES)
