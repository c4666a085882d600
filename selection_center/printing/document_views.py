"""Documents by their addresses: a buyer's list, own or shared, an order for its factory, a loan's slip, a receipt."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, g, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.buyers import Buyer
from selection_center.core.auth import allow, public
from selection_center.core.db import db
from selection_center.core.downloads import PDF, download
from selection_center.core.permissions import Permission
from selection_center.membership.recognising import member_of
from selection_center.orders.models import Order
from selection_center.orders.views import reachable_order
from selection_center.printing import documents, receipts, slips, trade_papers
from selection_center.printing.languages import in_asked_language
from selection_center.samples.loan_views import loan_or_404
from selection_center.selections import queries
from selection_center.selections.groups import groups_of
from selection_center.selections.models import SelectionList
from selection_center.selections.views import groups_to_show, my_list
from selection_center.till.reaching import sale_or_404
from selection_center.till.receipt_views import paid_or_404, receipt_or_404
from selection_center.till.receipts import Receipt, width_of
from selection_center.till.sales import Sale

bp = Blueprint("documents", __name__)
MOST_CHOSEN = 100
"""Orders on one page of purchase orders; a page of the list of orders holds fewer."""


@bp.get("/list/selection.pdf")
@public
def selection() -> Response:
    """The device's own list to take home."""
    mine = my_list() or abort(404)
    with in_asked_language():
        data = documents.selection_list(mine, groups_to_show(mine), is_own=True)
    return download(data, mine.name or _("selection list"), "pdf", PDF)


@bp.get("/l/<string:token>/selection.pdf")
@public
def shared(token: str) -> Response:
    """Anyone with the link: what its page shows, on paper."""
    found = queries.whole(sa.select(SelectionList).filter_by(share_token=token)) or abort(404)
    groups = groups_of(found.lines, buyer=Buyer.on(g.device), member=member_of(g.device))
    with in_asked_language():
        data = documents.selection_list(found, groups, is_own=False)
    return download(data, found.name or _("selection list"), "pdf", PDF)


@bp.get("/orders/<string:number>/handover.pdf")
@allow(Permission.SEE_ORDERS)
def handover(number: str) -> Response:
    """The supplier's order on paper; masked as in the workbook."""
    order = reachable_order(number)
    with in_asked_language():
        data = documents.handover(order, current_user)
    return download(data, order.number, "pdf", PDF)


@bp.get("/purchase-orders")
@allow(Permission.SEE_ORDERS)
def purchase_orders() -> Any:
    """Of the chosen orders, one for each factory and center."""
    chosen = chosen_orders(request.args.getlist("order"))
    by_factory: dict[tuple[int, int], list[Order]] = {}
    for order in chosen:
        if order.state in trade_papers.WORKED_ON:
            by_factory.setdefault((order.supplier_id, order.site_id), []).append(order)
    left_out = [order for order in chosen if order.state not in trade_papers.WORKED_ON]
    return render_template("printing/purchase_orders.html", groups=list(by_factory.values()), left_out=left_out)


@bp.get("/orders/<string:number>/purchase-order.pdf")
@allow(Permission.SEE_ORDERS)
def purchase_order(number: str) -> Response:
    """This order and those of `with` that the same factory has from the same center."""
    first = reachable_order(number)
    others = [
        order
        for order in chosen_orders(request.args.getlist("with"))
        if (order.supplier_id, order.site_id) == (first.supplier_id, first.site_id)
        and order.id != first.id
        and order.state in trade_papers.WORKED_ON
    ]
    with in_asked_language():
        data = trade_papers.purchase_order([first, *others], asked_day())
    return download(data, _("purchase order %(number)s", number=first.number), "pdf", PDF)


@bp.get("/orders/<string:number>/packing-list.pdf")
@allow(Permission.SEE_ORDERS)
def packing_list(number: str) -> Response:
    order = reachable_order(number)
    with in_asked_language():
        data = trade_papers.packing_list(order)
    return download(data, _("packing list %(number)s", number=order.number), "pdf", PDF)


def chosen_orders(numbers: list[str]) -> list[Order]:
    """Those of these numbers that the person may see, as they came in."""
    query = Order.reachable_by(current_user).where(Order.number.in_(numbers[:MOST_CHOSEN])).order_by(Order.id)
    query = query.options(selectinload(Order.lines), joinedload(Order.supplier), joinedload(Order.site))
    return list(db.session.scalars(query))


def asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("wanted", ""))
    except ValueError:
        return None


@bp.get("/loans/<int:loan_id>/slip.pdf")
@allow(Permission.HANDLE_SAMPLES)
def slip(loan_id: int) -> Response:
    """To go along with what is lent."""
    loan = loan_or_404(loan_id)
    with in_asked_language():
        data = slips.slip(loan)
    return download(data, _("loan %(number)s", number=loan.id), "pdf", PDF)


@bp.get("/sales/<int:sale_id>/receipt.pdf")
@allow(Permission.SELL)
def receipt(sale_id: int) -> Response:
    """For a receipt printer, 58 or 80 mm wide."""
    return receipt_file(paid_or_404(sale_or_404(sale_id)), width_of(request.args.get("width")))


@bp.get("/r/<string:token>/receipt.pdf")
@public
def shared_receipt(token: str) -> Response:
    """Anyone with the link: what its page shows."""
    return receipt_file(receipt_or_404(token), width_of(None))


def receipt_file(sale: Sale, width: int) -> Response:
    data = receipts.receipt(Receipt.of(sale), width)
    return download(data, sale.number or _("receipt"), "pdf", PDF, inline=True)
