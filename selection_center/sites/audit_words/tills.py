"""Tills, shifts and sales."""

from flask_babel import lazy_gettext as _l

VERBS = {
    "charge_asked": _l("Customer's phone charged"),
    "charge_given_back": _l("Late payment given back"),
    "line_discounted": _l("Price of a line changed"),
    "minimum_waived": _l("Ordered below the factory's minimum"),
    "sale_discounted": _l("Off the whole sale"),
    "sale_voided": _l("Sale cancelled"),
    "invoice_wished": _l("Invoice asked for"),
    "charge_settled_by_hand": _l("Payment settled by hand"),
    "charge_called_off": _l("Payment called off"),
    "charge_returned_by_hand": _l("Payment given back by another way"),
    "refund_given_by_hand": _l("Refund given by another way"),
    "till_created": _l("Till set up"),
    "till_renamed": _l("Till renamed"),
    "till_closed": _l("Till taken out of use"),
    "till_reopened": _l("Till used again"),
    "till_rules_changed": _l("Cashiers' limits changed"),
    "shift_opened": _l("Shift opened"),
    "cash_moved": _l("Cash moved"),
    "shift_counted": _l("Drawer counted"),
    "shift_closed": _l("Shift closed"),
    "shift_report_given": _l("Shift given out as a table"),
    "day_report_given": _l("Day report given out as a table"),
    "sales_exported": _l("Sales given out as a table"),
    "sale_paid": _l("Sale paid"),
    "sale_checked": _l("Cart checked at the exit"),
    "refunded": _l("Goods taken back"),
}

SUBJECTS = {
    "sales": _l("Sale"),
    "tills": _l("Till"),
    "shifts": _l("Shift"),
    "refunds": _l("Refund"),
}
