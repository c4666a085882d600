"""Background jobs asked for under a name of the business, such as "sync 4"; each try has a key of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.core.once import new_operation_id


def newest(*names: str) -> jobs.JobRun | None:
    """The last try under any of these names; None before the first."""
    query = sa.select(jobs.JobRun).where(
        sa.or_(*(jobs.JobRun.key.startswith(f"{name} ", autoescape=True) for name in names))
    )
    return db.session.scalars(query.order_by(jobs.JobRun.id.desc()).limit(1)).first()


def ask_again(job: str, name: str, **values: Any) -> jobs.JobRun:
    """A new try, unless one is still to come or at work; one that was put off is hurried where a person asks."""
    last = newest(name)
    if last is not None and last.is_open:
        if last.is_put_off and values.get("user_id"):
            jobs.retry(last)
        return last
    return jobs.enqueue(job, key=f"{name} {new_operation_id()[:8]}", **values)
