"""The page of a member who joined at another store: what holds here, and who does what this store may not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user

from selection_center.core.auth import allow
from selection_center.core.permissions import Permission
from selection_center.membership import visiting
from selection_center.membership.standing import standing_of
from selection_center.sites.reaching import site_or_404

bp = Blueprint("visiting", __name__)


@bp.get("/sites/<string:slug>/visiting-member")
@allow(Permission.HANDLE_MEMBERS)
def show(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_MEMBERS)
    card = visiting.opened(request.args.get("card", ""), site)
    if card is None:
        return render_template("members/visiting_not.html", site=site)
    if current_user.can(Permission.HANDLE_MEMBERS, site_id=card.member.site_id):
        return redirect(url_for("members.show", member_id=card.member_id))
    return render_template("members/visiting.html", site=site, card=card, held=standing_of(card, site))
