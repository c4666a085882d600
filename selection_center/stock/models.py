"""The tables of this area, known together: they name each other."""

from selection_center.stock.counts import StockCount, StockCountLine
from selection_center.stock.goods_in import GoodsIn, GoodsLine
from selection_center.stock.items import MoveKind, StockItem, StockMove
from selection_center.stock.reorders import Reorder, ReorderLine

__all__ = [
    "GoodsIn",
    "GoodsLine",
    "MoveKind",
    "Reorder",
    "ReorderLine",
    "StockCount",
    "StockCountLine",
    "StockItem",
    "StockMove",
]
