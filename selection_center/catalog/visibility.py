"""Who sees a supplier's prices: everyone, whoever left a phone, or staff alone. Pages, labels and exports obey it."""

from typing import Any

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.suppliers import PriceVisibility, Supplier
from selection_center.core.permissions import Permission


def sees_prices(
    supplier: Supplier | None, *, buyer: Buyer | None = None, user: Any = None, is_member: bool = False
) -> bool:
    """May this buyer or this signed-in person see the prices of this supplier? A member has left a phone with us."""
    if user is not None and user.can(Permission.SEE_CATALOG, supplier_id=supplier.id if supplier else None):
        return True
    if supplier is None or supplier.price_visibility is PriceVisibility.PUBLIC:
        return True
    has_left_phone = is_member or (buyer is not None and buyer.has_left_phone)
    return supplier.price_visibility is PriceVisibility.PHONE and has_left_phone
