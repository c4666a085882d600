"""Documents by their addresses: a buyer's list, own or shared, an order for its factory, a loan's slip, a receipt."""

import sqlalchemy as sa
from flask import Blueprint, Response, abort, g, request
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.accounts.buyers import Buyer
from selection_center.core.auth import allow, public
from selection_center.core.downloads import PDF, download
from selection_center.core.permissions import Permission
from selection_center.membership.recognising import member_of
from selection_center.orders.views import reachable_order
from selection_center.printing import documents, receipts, slips
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


@bp.get("/list/selection.pdf")
@public
def selection() -> Response:
    """The device's own list to take home."""
    mine = my_list() or abort(404)
    data = documents.selection_list(mine, groups_to_show(mine), is_own=True)
    return download(data, mine.name or _("selection list"), "pdf", PDF)


@bp.get("/l/<string:token>/selection.pdf")
@public
def shared(token: str) -> Response:
    """Anyone with the link: what its page shows, on paper."""
    found = queries.whole(sa.select(SelectionList).filter_by(share_token=token)) or abort(404)
    groups = groups_of(found.lines, buyer=Buyer.on(g.device), member=member_of(g.device))
    data = documents.selection_list(found, groups, is_own=False)
    return download(data, found.name or _("selection list"), "pdf", PDF)


@bp.get("/orders/<string:number>/handover.pdf")
@allow(Permission.SEE_ORDERS)
def handover(number: str) -> Response:
    """The supplier's order on paper; masked as in the workbook."""
    order = reachable_order(number)
    return download(documents.handover(order, current_user), order.number, "pdf", PDF)


@bp.get("/loans/<int:loan_id>/slip.pdf")
@allow(Permission.HANDLE_SAMPLES)
def slip(loan_id: int) -> Response:
    """To go along with what is lent."""
    loan = loan_or_404(loan_id)
    return download(slips.slip(loan), _("loan %(number)s", number=loan.id), "pdf", PDF)


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
