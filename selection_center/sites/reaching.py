"""Which site: looked for within what this person may do there. What is foreign is missing: 404."""

from flask_login import current_user

from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site


def site_or_404(slug: str, permission: Permission) -> Site:
    site: Site = db.first_or_404(Site.reachable_by(current_user, permission).filter_by(slug=slug))
    return site
