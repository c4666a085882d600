"""A member who walks through the store with the own phone: what they scan, and what their page says."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from selection_center.core.codes import format_code
from selection_center.core.db import db, utcnow
from selection_center.membership.models import Card
from selection_center.till.models import Sale
from tests import factories as make
from tests.floor.scanning import JSON
from tests.till.making import Shop
from tests.visitors import Visitor


def carry(phone: Visitor, card: Card) -> None:
    assert phone.submit(f"/my-card/{card.link}/phone").status_code == 303
    db.session.rollback()


def tag(store: Shop, name: str = "bags", **values: Any) -> str:
    """The printed code of these goods' shelf tag."""
    sku = store.goods(name, **values)
    return format_code(make.sample(sku.listing, store.site, sku=sku).code or "")


def scan(phone: Visitor, text: str, slug: str = "hangzhou") -> Any:
    return phone.submit(f"/go/{slug}/scans", {"text": text})


def page(phone: Visitor, slug: str = "hangzhou") -> str:
    answer = phone.get(f"/go/{slug}?lang=en")
    assert answer.status_code == 200
    return answer.text


def words(phone: Visitor) -> str:
    """The page without its marks."""
    return re.sub(r"<[^>]*>", "", page(phone))


def cart() -> Sale:
    db.session.rollback()
    return db.session.scalars(sa.select(Sale).order_by(Sale.id.desc())).first() or pytest.fail("no cart")


def take_up(by: Visitor, store: Shop, sale: Sale) -> Any:
    return by.submit(f"/tills/{store.till.id}/scans", {"text": sale.code, "how": "wedge"}, headers=JSON).json


def left_alone(sale: Sale, hours: float = 12.1) -> None:
    sale.changed_at = utcnow() - timedelta(hours=hours)
    db.session.commit()
