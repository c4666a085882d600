"""Numbers of receipts and refunds: short enough to say, drawn so that they tell nothing about how many there are."""

import secrets
from typing import Any

import sqlalchemy as sa

from selection_center.core.db import db


def new_number(site_slug: str, column: Any, mark: str = "") -> str:
    """A number of one row of this column and of no other."""
    while True:
        number = drawn_number(site_slug, mark)
        if db.session.scalar(sa.select(column).where(column == number)) is None:
            return number


def drawn_number(site_slug: str, mark: str = "") -> str:
    """Such as YW-2847-3196, with a mark YW-R-2847-3196. Another row may have it already."""
    letters = "".join(c for c in site_slug.upper() if c.isalpha())
    digits = f"{secrets.randbelow(10**8):08d}"
    return "-".join(part for part in ((letters + "XX")[:2], mark, digits[:4], digits[4:]) if part)
