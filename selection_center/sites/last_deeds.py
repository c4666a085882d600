"""Who touched something last, as the audit has it."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from selection_center.accounts.models import User
from selection_center.core import audit
from selection_center.core.db import Model, db


class Deed(NamedTuple):
    name: str
    at: datetime


def last_deed(subject: Model) -> Deed | None:
    """None where nobody's name stands by it."""
    query = sa.select(audit.AuditEntry.at, User.name).outerjoin(User, User.id == audit.AuditEntry.user_id)
    query = query.filter(
        audit.AuditEntry.subject_type == subject.__tablename__, audit.AuditEntry.subject_id == subject.id
    )
    last = db.session.execute(query.order_by(audit.AuditEntry.id.desc()).limit(1)).first()
    return Deed(last.name, last.at) if last is not None and last.name else None
