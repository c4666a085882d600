"""The tags that hang on samples: codes that are printed once."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.core import codes
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.sites.models import Site

if TYPE_CHECKING:
    from selection_center.samples.models import Sample


class TagState(enum.StrEnum):
    BLANK = "blank"
    BOUND = "bound"
    REVOKED = "revoked"


class Tag(Model):
    """A code that is printed once and never used twice (标签)."""

    __tablename__ = "tags"
    __table_args__ = (
        sa.Index(
            "uq_tags_one_bound",
            "sample_id",
            unique=True,
            sqlite_where=sa.text("state = 'bound'"),
            postgresql_where=sa.text("state = 'bound'"),
        ),
        sa.CheckConstraint("(state = 'blank') = (sample_id IS NULL) OR state = 'revoked'", name="bound_has_sample"),
    )

    code: Mapped[str] = mapped_column(sa.String(11), unique=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    state: Mapped[TagState] = mapped_column(Word(TagState), default=TagState.BLANK)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    bound_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    sample: Mapped[Sample | None] = relationship("Sample", back_populates="tags")
    site: Mapped[Site] = relationship()

    @classmethod
    def new(cls, site: Site, sample: Sample | None = None) -> Tag:
        """A fresh code: blank, or bound to this sample."""
        state = TagState.BOUND if sample is not None else TagState.BLANK
        return cls(
            code=codes.new_code(),
            site=site,
            sample=sample,
            state=state,
            bound_at=utcnow() if sample else None,
        )

    def bind(self, sample: Sample) -> None:
        """Hangs this blank tag on the sample; the one before is revoked, so that one at a time is bound."""
        sample.hold()
        self.hold()
        if sample.is_retired:
            raise Refused("retired", _("This sample is retired. Take the retirement back first."))
        if self.state is not TagState.BLANK or self.site_id != sample.site_id:
            raise Refused("not_blank", _("This tag is used already. Take a blank one of this site."))
        for other in sample.tags:
            if other.state is TagState.BOUND:
                other.revoke()
        db.session.flush()
        self.state, self.sample, self.bound_at = TagState.BOUND, sample, utcnow()
        db.session.flush()
        db.session.expire(sample, ["tag", "tags"])

    def hold(self) -> None:
        """Locks it until the commit, as a sample is held."""
        db.session.refresh(self, ["state", "sample_id", "revoked_at"], with_for_update=True)

    def revoke(self) -> None:
        self.hold()
        if self.state is TagState.REVOKED:
            raise Refused("revoked", _("This tag is revoked already."))
        self.state, self.revoked_at = TagState.REVOKED, utcnow()

    def take_revocation_back(self) -> None:
        """Within ten minutes: bound or blank as before, unless another tag is bound by now."""
        if self.sample is not None:
            self.sample.hold()
        self.hold()
        if self.revoked_at is None or utcnow() - self.revoked_at > TAKE_BACK_WITHIN:
            raise Refused("too_late", _("Only within ten minutes. Print a new tag instead."))
        if self.sample is not None and self.sample.tag is not None:
            raise Refused("other_tag_bound", _("Another tag hangs on this sample by now."))
        self.state = TagState.BOUND if self.sample_id is not None else TagState.BLANK
        self.revoked_at = None

    @classmethod
    def named(cls, code: str) -> Tag | None:
        return db.session.scalar(sa.select(cls).filter_by(code=code))

    @property
    def shown(self) -> str:
        return codes.format_code(self.code)
