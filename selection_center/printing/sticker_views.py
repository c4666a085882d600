"""The sticker of a visit, by its address."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from selection_center.core.auth import allow
from selection_center.core.downloads import PDF, download
from selection_center.core.permissions import Permission
from selection_center.printing.stickers import sticker
from selection_center.visits.views import reachable_visit

bp = Blueprint("stickers", __name__)


@bp.get("/visits/<int:visit_id>/sticker.pdf")
@allow(Permission.HANDLE_ORDERS)
def visit(visit_id: int) -> Response:
    """For a visitor without a phone in hand: staff scan the sticker instead. Opens to be printed."""
    found = reachable_visit(visit_id)
    return download(sticker(found), _("visit %(code)s", code=found.shown_code), "pdf", PDF, inline=True)
