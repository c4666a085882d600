"""Moments: milliseconds since 1970 inside, the platform's two spellings outside."""

import re
import time
from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
PACIFIC = timezone(timedelta(hours=-7))
"""Real answers carry either offset, within one account."""

WIRE = re.compile(r"(\d{14})(\d{3})([+-]\d{4})")


def now() -> int:
    return time.time_ns() // 1_000_000


def wire(moment: int, zone: timezone = SHANGHAI) -> str:
    """`20180614101942000+0800`, as answers have it."""
    there = datetime.fromtimestamp(moment / 1000, zone)
    return f"{there:%Y%m%d%H%M%S}{moment % 1000:03d}{there:%z}"


def plain(moment: int) -> str:
    """`2018-06-14 10:19:42`, Shanghai's, as messages and parcels have it."""
    return f"{datetime.fromtimestamp(moment / 1000, SHANGHAI):%Y-%m-%d %H:%M:%S}"


def read(text: str) -> int:
    """Either spelling; ValueError on anything else."""
    if found := WIRE.fullmatch(text):
        digits, thousandths, offset = found.groups()
        return int(datetime.strptime(digits + offset, "%Y%m%d%H%M%S%z").timestamp()) * 1000 + int(thousandths)
    there = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    return int(there.timestamp()) * 1000
