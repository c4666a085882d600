"""What stands in the file by which an order is handed over: a row for each line, in the factory's language."""

from collections.abc import Iterator
from decimal import Decimal

from selection_center.core.exports import Cell, csv_file, xlsx_file
from selection_center.marketplace.connectors.orders import Draft, Flow

HEADER = (
    *("订单号", "方式", "商品ID", "商品标题", "规格ID", "规格", "数量", "单价(元)", "金额(元)"),
    *("收货人", "电话", "公司", "省", "市", "区", "地址", "留言"),
)
FLOWS = {Flow.BULK: "大货", Flow.SAMPLE: "拿样", Flow.DROPSHIP: "一件代发", Flow.PICKUP: "自提"}
CALLED_OFF = ("订单号", "取消原因")
WIDTHS = (16, 8, 16, 36, 20, 16, 8, 10, 12, 10, 14, 20, 8, 8, 8, 36, 30)


def order_file(kind: str, draft: Draft) -> bytes:
    return _file(kind, draft.reference, HEADER, list(_rows(draft)))


def called_off_file(kind: str, reference: str, reason: str) -> bytes:
    return _file(kind, reference, CALLED_OFF, [[reference, reason]])


def _file(kind: str, name: str, header: tuple[str, ...], rows: list[list[Cell]]) -> bytes:
    return csv_file(header, rows) if kind == "csv" else xlsx_file(name, header, rows, WIDTHS)


def _rows(draft: Draft) -> Iterator[list[Cell]]:
    to = draft.receiver
    for line in draft.lines:
        yield [
            *(draft.reference, FLOWS[draft.flow], line.external_id, line.title, line.spec_id, line.spec, line.quantity),
            *(_yuan(line.unit_fen), _yuan(line.unit_fen * line.quantity)),
            *(to.name, to.phone, to.company, to.province, to.city, to.area, to.address, draft.message),
        ]


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100
