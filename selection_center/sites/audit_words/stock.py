"""Goods to take away."""

from flask_babel import lazy_gettext as _l

VERBS = {
    "stock_item_added": _l("Stock item added"),
    "stock_levels_set": _l("Stock levels set"),
    "stock_exported": _l("Stock given out as a table"),
    "stock_wasted": _l("Goods written off"),
    "stock_move_taken_back": _l("Movement of stock taken back"),
    "stock_sent": _l("Goods sent to another store"),
    "goods_in_begun": _l("Receiving of goods begun"),
    "goods_in_closed": _l("Receiving of goods closed"),
    "goods_in_reopened": _l("Receiving of goods opened again"),
    "stock_count_begun": _l("Stock count begun"),
    "stock_count_applied": _l("Stock corrected by a count"),
    "stock_count_dropped": _l("Stock count dropped"),
    "reorder_made": _l("Reorder made"),
    "reorder_sent": _l("Reorder sent"),
    "reorder_dropped": _l("Reorder dropped"),
}

SUBJECTS = {
    "stock_items": _l("Stock item"),
    "stock_counts": _l("Stock count"),
    "goods_ins": _l("Goods in"),
    "reorders": _l("Reorder"),
}
