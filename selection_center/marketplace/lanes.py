"""Where jobs of an account wait: orders beside offers, so that no long sync keeps an order from being handed on."""

from typing import Any

from selection_center.core.db import db
from selection_center.core.jobs import Lanes
from selection_center.marketplace import pushing
from selection_center.marketplace.pushes import Push
from selection_center.marketplace.syncs import Sync
from selection_center.orders.models import Order


def account_of_order(order_id: int, **_: Any) -> str | None:
    account = pushing.account_for(db.session.get_one(Order, order_id))
    return str(account.id) if account else None


OFFERS, ORDERS = "offers", "orders"
OF_ACCOUNT = Lanes(OFFERS, lambda account_id, **_: str(account_id))
OF_SYNC = Lanes(OFFERS, lambda sync_id, **_: str(db.session.get_one(Sync, sync_id).account_id))
OF_ORDER = Lanes(ORDERS, account_of_order)
OF_PUSH = Lanes(ORDERS, lambda push_id, **_: str(db.session.get_one(Push, push_id).account_id))
