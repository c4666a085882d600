"""What addresses of the marketplace link name."""

from typing import Any

from selection_center.catalog.models import Listing
from selection_center.marketplace.models import Account, OfferLink, Push, PushState, Sync
from selection_center.orders.models import Order
from selection_center.sites.models import Site
from tests import factories as make

MISSING: dict[str, Any] = dict.fromkeys(("account_id", "sync_id"), 987_654)


def furnish(site: Site, listing: Listing, order: Order) -> dict[str, Any]:
    """By name, what addresses name: an account, paused so that nobody is asked, and a run that stopped."""
    account = Account(connector="1688", name=f"{site.slug} 1688", given={})
    account.write_secrets({"app_secret": "not to be seen"})
    account.pause()
    make.add(account)
    make.add(OfferLink(listing_id=listing.id, account_id=account.id))
    values = {"order": order, "account": account, "reference": order.number, "agreed_fen": order.goods_fen}
    make.add(Push(state=PushState.HELD, problem="price_rose", asked_fen=order.goods_fen + 100, **values))
    sync = make.add(Sync(account_id=account.id, cursor="3", refused=[["600000000009", "no price"]], refused_count=1))
    return {"account_id": account.id, "sync_id": sync.id}
