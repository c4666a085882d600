"""Who did what to which subject, where, by which device: append-only. (Sealed into a chain per site later.)"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import g, has_app_context
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, db, own_transaction, table_of, utcnow


class AuditEntry(Model):
    """One thing that somebody did (操作记录)."""

    __tablename__ = "audit_entries"
    __table_args__ = (sa.Index("ix_audit_entries_subject", "subject_type", "subject_id"),)

    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    verb: Mapped[str] = mapped_column(sa.String(64))
    subject_type: Mapped[str] = mapped_column(sa.String(64))
    subject_id: Mapped[int | None]
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    actor: Mapped[str] = mapped_column(sa.String(128))
    device: Mapped[str | None] = mapped_column(sa.String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


ENTRIES = table_of(AuditEntry)
"""Entries are written by a plain INSERT: nobody needs one as an object of the session."""


@dataclass(frozen=True)
class Actor:
    """Who acts in this request or job: a person's account, a buyer's device, or the system."""

    name: str
    user_id: int | None = None
    device: str | None = None


SYSTEM = Actor("system")


def current_actor() -> Actor:
    actor: Actor = g.get("actor", SYSTEM) if has_app_context() else SYSTEM
    return actor


def has_recorded(verb: str, subject: Model, user_id: int, since: datetime) -> bool:
    """Has this person done this to it, since then?"""
    query = sa.select(AuditEntry.id).where(
        AuditEntry.verb == verb,
        AuditEntry.subject_type == subject.__tablename__,
        AuditEntry.subject_id == subject.id,
        AuditEntry.user_id == user_id,
        AuditEntry.at > since,
    )
    return db.session.scalar(query.limit(1)) is not None


def record(verb: str, subject: Model | None, *, site_id: int | None = None, **detail: Any) -> int:
    """Writes one entry in the current transaction and answers its id; the subject is flushed first, so that it has its
    number."""
    if subject is not None and subject.id is None:
        db.session.flush()
    written = sa.insert(ENTRIES).values(told(verb, subject, site_id, detail)).returning(ENTRIES.c.id)
    return int(db.session.execute(written).scalar_one())


def record_beside(verb: str, subject: Model, *, site_id: int | None = None, **detail: Any) -> None:
    """The same for a page that only reads and gives something out: in a short transaction of its own."""
    values = told(verb, subject, site_id, detail)
    with own_transaction() as connection:
        connection.execute(sa.insert(ENTRIES), values)


def told(verb: str, subject: Model | None, site_id: int | None, detail: dict[str, Any]) -> dict[str, Any]:
    """An entry's columns: who does it, and to what."""
    actor = current_actor()
    return {
        "verb": verb,
        "subject_type": subject.__tablename__ if subject is not None else "",
        "subject_id": subject.id if subject is not None else None,
        "site_id": site_id if site_id is not None else getattr(subject, "site_id", None),
        "user_id": actor.user_id,
        "actor": actor.name,
        "device": actor.device,
        "detail": detail,
    }
