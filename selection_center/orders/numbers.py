"""Order numbers: short enough to say over the phone, drawn so that they tell nothing about how many there are."""

import secrets

import sqlalchemy as sa

from selection_center.core.db import db
from selection_center.orders.models import Order


def new_number(site_slug: str) -> str:
    """Such as YW-2847-3196: two letters of the site and eight digits that nobody else has."""
    letters = "".join(c for c in site_slug.upper() if c.isalpha())
    while True:
        digits = f"{secrets.randbelow(10**8):08d}"
        number = f"{(letters + 'XX')[:2]}-{digits[:4]}-{digits[4:]}"
        if db.session.scalar(sa.select(Order.id).filter_by(number=number)) is None:
            return number
