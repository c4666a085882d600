"""Which site, or which thing of one: looked for within what this person may do there. What is foreign is missing."""

from typing import Any

import sqlalchemy as sa
from flask import abort
from flask_login import current_user

from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site


def site_or_404(slug: str, permission: Permission) -> Site:
    site: Site = db.first_or_404(Site.reachable_by(current_user, permission).filter_by(slug=slug))
    return site


def one_or_404(query: sa.Select[Any], permission: Permission) -> Any:
    """What may be seen but not done is a matter of the role: 403. What may not be seen is not there: 404."""
    found = db.first_or_404(query)
    if not current_user.can(permission, site_id=found.site_id):
        abort(403)
    return found
