"""The site that a signed-in person works at."""

from flask import g, request, session
from flask_login import current_user

from selection_center.core.db import db
from selection_center.sites.models import Site


def current_site() -> Site | None:
    """The site in the address, else the one visited last, else the first where this person may work."""
    if "current_site" not in g:
        reachable = Site.reachable_by(current_user).order_by(Site.closed_at.is_not(None), Site.id)
        asked = (request.view_args or {}).get("slug") or session.get("site")
        named = db.session.scalar(reachable.filter_by(slug=asked)) if asked else None
        g.current_site = named or db.session.scalar(reachable.limit(1))
    found: Site | None = g.current_site
    return found
