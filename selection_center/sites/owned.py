"""What belongs to one site."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from selection_center.core.db import Model, within
from selection_center.core.permissions import Permission


class OfSite(Model):
    """A row with a `site_id`, reached by whoever may do so much at that site."""

    __abstract__ = True

    needs: ClassVar[Permission] = Permission.SEE_SITE
    if TYPE_CHECKING:
        site_id: Mapped[int]

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission | None = None) -> sa.Select[Self]:
        """Those at the sites where this person may do it: what is foreign is not among them."""
        return within(sa.select(cls), cls.site_id, user.site_ids(permission or cls.needs))
