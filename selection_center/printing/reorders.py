"""A reorder on paper, for its factory."""

from flask import Blueprint, Response

from selection_center.core.auth import allow
from selection_center.core.downloads import PDF, download
from selection_center.core.permissions import Permission
from selection_center.printing.documents import LINES_A_PAGE, flow
from selection_center.printing.languages import in_asked_language
from selection_center.stock.reorder_views import reorder_or_404
from selection_center.stock.reorders import Reorder

bp = Blueprint("reorder_papers", __name__)


@bp.get("/reorders/<int:reorder_id>.pdf")
@allow(Permission.HANDLE_STOCK)
def show(reorder_id: int) -> Response:
    reorder = reorder_or_404(reorder_id)
    with in_asked_language():
        data = paper(reorder)
    return download(data, reorder.number, "pdf", PDF)


def paper(reorder: Reorder) -> bytes:
    """Names and styles as the factory wrote them; pictures, so that nothing is packed by mistake."""
    return flow("print/reorder.html", len(reorder.lines) // LINES_A_PAGE + 1, None, reorder=reorder)
