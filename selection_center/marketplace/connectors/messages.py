"""A message that a marketplace pushes: something changed there; what, is read again from there."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class Subject(enum.StrEnum):
    ORDER = "order"
    LISTING = "listing"
    STOCK = "stock"
    PARCEL = "parcel"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Message:
    """`ids`: the marketplace's own of the orders or offers that it is about. Moments in UTC."""

    message_id: str
    subject: Subject
    kind: str
    """The marketplace's own word."""
    ids: tuple[str, ...]
    born_at: datetime
    sent_at: datetime | None = None
    """When what it tells happened; of two about one thing the newer counts."""
