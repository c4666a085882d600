"""What is sent to the database meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from selection_center.core.db import db


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements of this block, in order, as they are sent."""
    sent: list[str] = []

    def note(*given: object) -> None:
        sent.append(str(given[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
