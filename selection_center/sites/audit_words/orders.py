"""Visits, lists and orders, and the marketplaces they go to."""

from flask_babel import lazy_gettext as _l

VERBS = {
    "order_placed": _l("Order placed"),
    "order_confirmed": _l("Order confirmed"),
    "order_shipped": _l("Order shipped"),
    "order_completed": _l("Order completed"),
    "order_cancelled": _l("Order cancelled"),
    "order_cancelled_by_buyer": _l("Order cancelled by the buyer"),
    "order_follow_up_set": _l("Follow-up set"),
    "order_freight_settled": _l("Freight settled"),
    "payment_recorded": _l("Payment recorded"),
    "payment_taken_back": _l("Payment taken back"),
    "list_begun_at_desk": _l("List begun at the desk"),
    "list_line_removed_at_desk": _l("Line taken off a list at the desk"),
    "list_shared_at_desk": _l("List shared at the desk"),
    "visitor_registered": _l("Visitor registered"),
    "visit_taken_over": _l("Visitor taken over"),
    "visit_ended": _l("Visitor left"),
    "visit_goes_on": _l("Visitor still here"),
    "visit_phone_connected": _l("Visitor's phone connected"),
    "visit_phone_let_go": _l("Visitor's phone let go"),
    "marketplace_account_added": _l("Marketplace account connected"),
    "marketplace_account_changed": _l("Marketplace account changed"),
    "order_pushed": _l("Order handed on to a marketplace"),
    "order_pushed_again": _l("Order handed on once more"),
    "order_push_dropped": _l("Order not handed on"),
    "order_placed_online": _l("Ordered online"),
    "order_push_settled": _l("Said whether an order arrived at the factory"),
    "order_closed_online": _l("Order closed by the factory"),
    "order_push_seen": _l("What came out at the marketplace put right"),
    "order_called_off": _l("Cancelling at the marketplace asked for"),
    "order_called_off_online": _l("Cancelled at the marketplace"),
    "marketplace_signed_in": _l("Marketplace account let in"),
    "marketplace_synced": _l("Offers fetched from a marketplace"),
    "marketplace_account_paused": _l("Marketplace account paused"),
    "marketplace_account_resumed": _l("Marketplace account goes on"),
}

SUBJECTS = {
    "selection_lists": _l("Selection list"),
    "visits": _l("Visit"),
    "orders": _l("Order"),
}
