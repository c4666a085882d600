"""An order that is ready to be handed on."""

from selection_center.accounts.buyers import Buyer
from selection_center.core.db import db
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderState
from tests import factories as make


def confirmed(account: Account | None, number: str = "YW-2847-31") -> Order:
    """48 pieces at 11.50, ready to go on."""
    site, maker = make.site(number.lower()), make.supplier(f"{number} 厂")
    listing = make.listing(maker)
    if account is not None:
        make.add(OfferLink(listing_id=listing.id, account_id=account.id))
    order = make.add(
        Order(
            number=number, token=number * 2, site=site, supplier=maker, buyer=Buyer.on_or_new(f"phone {number}"),
            kind=OrderKind.BULK, state=OrderState.CONFIRMED, name="陈女士", phone="13800008000",
            address="杭州市文一西路 998 号", consent_version="2026-11", goods_fen=48 * 1150, freight_fen=1000,
        )
    )  # fmt: skip
    order.lines.append(
        OrderLine(
            listing_id=listing.id, sku_id=listing.skus[0].id, sample_id=make.sample(listing, site).id,
            title=listing.title, unit="件", unit_en="pcs", quantity=48, unit_fen=1150, total_fen=48 * 1150,
        )
    )  # fmt: skip
    db.session.commit()
    return order
