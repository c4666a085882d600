"""The poster for joining by phone (入会海报): a code that is read from some steps away, and what a membership costs."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app
from flask_babel import gettext as _

from selection_center.core import codes, fonts, i18n, pdf
from selection_center.core.auth import allow
from selection_center.core.downloads import PDF, download
from selection_center.core.permissions import Permission
from selection_center.membership.joining import plans_on_sale
from selection_center.membership.member_views import join_url
from selection_center.printing.documents import FLOW_CSS
from selection_center.printing.media import OFFICE_DOTS
from selection_center.printing.values import spoken
from selection_center.sites.models import Site, SiteKind
from selection_center.sites.reaching import site_or_404

bp = Blueprint("join_posters", __name__)

QR_MM = 120.0
"""With its quiet zone: read by a phone two steps away."""
MOST_PLANS = 4
"""So many find room below the code."""


@bp.get("/sites/<string:slug>/join-poster.pdf")
@allow(Permission.HANDLE_MEMBERS)
def show(slug: str) -> Response:
    """Opens to be printed."""
    site = site_or_404(slug, Permission.HANDLE_MEMBERS)
    if site.kind is not SiteKind.STORE:
        abort(404)
    return download(poster(site), _("poster for joining"), "pdf", PDF, inline=True)


def poster(site: Site) -> bytes:
    """One page of A4."""
    address = join_url(site)
    modules = len(codes.qr_matrix(address, "M")) + 2 * codes.QUIET_MODULES
    dots = int(QR_MM * OFFICE_DOTS / modules)
    html = current_app.jinja_env.get_template("print/join_poster.html").render(
        site=site,
        address=address,
        plans=plans_on_sale()[:MOST_PLANS],
        qr_side=f"{modules * dots / OFFICE_DOTS:.4f}",
        language=spoken(i18n.language()),
    )
    made = {"qr-0.png": codes.qr_png_1bit(address, "M", dots)}
    return pdf.render(fonts.settable(html), stylesheets=[FLOW_CSS.read_text()], made=made, pages=1)
