"""Offer tables as people send them, made in memory."""

import csv
import io
from collections.abc import Iterable, Sequence

HEADER = ("商品ID", "商品标题", "价格", "阶梯价", "起批量", "公司名称")
ID = 816731226000


def csv_of(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode("utf-8-sig")


def row(number: int, price: str = "12.80", tiers: str = "", moq: str = "", company: str = "") -> tuple[str, ...]:
    """A right row of HEADER; the offer's id follows from its number."""
    return str(ID + number), f"纯棉中筒袜 {number}", price, tiers, moq, company
