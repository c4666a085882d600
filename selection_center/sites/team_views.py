"""The team of a site."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template

from selection_center.accounts.forms import ROLE_WORDS, NewColleagueForm
from selection_center.accounts.models import Grant, SignIn, User
from selection_center.accounts.people_views import welcome
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("team", __name__)


@bp.get("/sites/<string:slug>/team")
@allow(Permission.MANAGE_STAFF)
def index(slug: str) -> Any:
    return team_page(site_or_404(slug, Permission.MANAGE_STAFF), NewColleagueForm())


@bp.post("/sites/<string:slug>/team")
@allow(Permission.MANAGE_STAFF)
def add(slug: str) -> Any:
    site = site_or_404(slug, Permission.MANAGE_STAFF)
    form = NewColleagueForm()
    if not form.validate():
        return team_page(site, form), 422
    return welcome(*User.join(form.login.data, form.name.data, form.chosen, site_id=site.id))


def team_page(site: Site, form: NewColleagueForm) -> str:
    return render_template("accounts/team.html", site=site, form=form, members=members(site), roles=ROLE_WORDS)


def members(site: Site) -> list[tuple[Grant, Any]]:
    """Roles at this site and when each person was last seen; who can sign in first, then by name."""
    seen = sa.select(sa.func.max(SignIn.last_seen_at)).where(SignIn.user_id == Grant.user_id).scalar_subquery()
    query = (
        sa.select(Grant, seen)
        .join(Grant.user)
        .where(Grant.site_id == site.id)
        .order_by(User.disabled_at.is_not(None), User.name, Grant.id)
    )
    return list(db.session.execute(query))
