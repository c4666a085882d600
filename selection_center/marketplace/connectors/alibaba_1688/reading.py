"""Answers as the platform writes them, read into plain values. Whatever has another shape raises Unreadable.

Money comes as yuan with decimals in one place and as whole fen in another; ids come as numbers or texts; moments come
in four spellings, the naive ones in China's time. No float is ever made.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from selection_center.core.money import LARGEST_FEN
from selection_center.core.shop_time import SHOP_TIME

Record = Mapping[str, Any]
LONGEST_ID = 64
MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d):?(\d\d)(?:\.?(\d{3}))?\s*(?:([+-])(\d\d):?(\d\d)|Z)?")
BINARY_DUST = Decimal("0.00001")
"""Yuan by which a sum written by a program that counts in floats may miss a fen: 6.1499999999999995 is 6.15."""


class Unreadable(ValueError):
    """An answer of another shape than agreed. `str()` says what was found where."""


def parsed(body: bytes) -> Any:
    """JSON with exact decimals."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {type(error).__name__}") from None


def _refuse_constant(text: str) -> Any:
    raise ValueError(text)


def record(value: Any, where: str = "answer") -> Record:
    if not isinstance(value, dict):
        raise Unreadable(f"{where} is {type(value).__name__}")
    return value


def part(values: Record, name: str) -> Record:
    """A record inside this one; an empty one where there is none."""
    value = values.get(name)
    return {} if value is None else record(value, name)


def parts(values: Record, name: str) -> list[Record]:
    """A list of records inside this one; a missing one is empty."""
    value = values.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{name} is {type(value).__name__}")
    return [record(entry, name) for entry in value]


def text(values: Record, *names: str) -> str:
    """The first of these that says something, as one text."""
    for name in names:
        value = values.get(name)
        if isinstance(value, bool | dict | list):
            raise Unreadable(f"{name} is {type(value).__name__}")
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""


def identity(values: Record, *names: str) -> str:
    """An id as text; numbers beyond 2^53 keep their digits. Empty where there is none."""
    for name in names:
        value = values.get(name)
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > LONGEST_ID:
            raise Unreadable(f"{name} is no id")
        return str(value).strip()
    return ""


def truth(values: Record, name: str) -> bool | None:
    """True and "true" alike; None where it does not say."""
    value = values.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise Unreadable(f"{name} is neither true nor false")


def number(values: Record, name: str) -> Decimal | None:
    value = values.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise Unreadable(f"{name} is no number")
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise Unreadable(f"{name} is no number") from None
    if not found.is_finite() or abs(found) > LARGEST_FEN * 100:
        raise Unreadable(f"{name} is out of bounds")
    return found


def whole(values: Record, name: str) -> int | None:
    """A whole number; 12.0 is one, 12.5 is not."""
    found = number(values, name)
    if found is not None and found != found.to_integral_value():
        raise Unreadable(f"{name} is no whole number")
    return None if found is None else int(found)


fen = whole
"""Money that the platform writes in fen."""


def yuan(values: Record, name: str) -> int | None:
    """Money that the platform writes in yuan, as fen. More than two decimals are refused, dust apart."""
    found = number(values, name)
    if found is None:
        return None
    rounded = round(found * 100)
    if abs(found * 100 - rounded) > BINARY_DUST * 100:
        raise Unreadable(f"{name} has more than two decimals")
    return rounded


def moment(values: Record, name: str) -> datetime | None:
    """20180614101942000+0800, the same without an offset, 2018-06-14 10:19:42 or milliseconds, as UTC."""
    value = values.get(name)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)
        found = MOMENT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise Unreadable(f"{name} is no moment")
        year, month, day, hour, minute, second = map(int, found.groups()[:6])
        at = datetime(year, month, day, hour, minute, second, int(found[7] or 0) * 1000, SHOP_TIME)
        if found[8] or value.endswith("Z"):
            sign = -1 if found[8] == "-" else 1
            offset = sign * timedelta(hours=int(found[9] or 0), minutes=int(found[10] or 0))
            at = at.replace(tzinfo=UTC) - offset
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(str(error)) from None
