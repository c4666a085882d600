"""What buyers did with a sample in the last weeks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from selection_center.core.db import db
from selection_center.core.shop_time import start_of_day, today
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderState
from selection_center.samples import queries
from selection_center.samples.models import Sample
from selection_center.samples.scans import ScanDay
from selection_center.selections.models import SelectionLine

DAYS = 30
RECENT = 7


class Interest(NamedTuple):
    """Scans by day, oldest first; how often it was listed, taken as a sample and ordered."""

    scans: list[int]
    since: date
    listed: int
    taken: int
    ordered: int

    @property
    def total(self) -> int:
        return sum(self.scans)

    @property
    def recent(self) -> int:
        return sum(self.scans[-RECENT:])


def interest_in(sample: Sample) -> Interest:
    first = today() - timedelta(days=DAYS - 1)
    since = start_of_day(first)
    listed = sa.select(sa.func.count(SelectionLine.id)).where(
        SelectionLine.sample_id == sample.id, SelectionLine.created_at >= since
    )
    orders = (
        sa.select(Order.kind, sa.func.count(sa.distinct(Order.id)))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.sample_id == sample.id, Order.submitted_at >= since, Order.state != OrderState.CANCELLED)
        .group_by(Order.kind)
    )
    kinds: dict[OrderKind, int] = dict(db.session.execute(orders).all())
    return Interest(
        queries.scans_by_day(ScanDay.sample_id == sample.id, DAYS),
        first,
        db.session.scalar(listed) or 0,
        kinds.get(OrderKind.SAMPLE, 0),
        kinds.get(OrderKind.BULK, 0),
    )
