"""When a site closes: read off its opening hours as people write them, 09:00–18:00."""

import re
from datetime import UTC, datetime, time, timedelta

from selection_center.core.db import utcnow
from selection_center.core.shop_time import SHOP_TIME, start_of_day, today
from selection_center.sites.models import Site

CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)")


def closing_clock(hours: str) -> time | None:
    """The latest closing time in these words; None where there is none, or the doors stay open past midnight."""
    found = [(int(hour), int(minute)) for hour, minute in CLOCK.findall(hours)]
    if any(hour > 23 or minute > 59 for hour, minute in found):
        return None
    clocks = [time(hour, minute) for hour, minute in found]
    if len(clocks) == 1:
        return clocks[0]
    spans = list(zip(clocks[::2], clocks[1::2], strict=False))
    if not spans or any(closes <= opens for opens, closes in spans):
        return None
    return max(closes for _opens, closes in spans)


def closes_at(hours: str, arrived: datetime) -> datetime:
    """That day's closing time for whoever arrived then; midnight where it is not known, or was over already."""
    midnight = start_of_day(today(arrived) + timedelta(days=1))
    clock = closing_clock(hours)
    closing = datetime.combine(today(arrived), clock, SHOP_TIME) if clock else midnight
    return closing.astimezone(UTC) if closing > arrived else midnight


def here_since(site: Site) -> datetime:
    """Whoever arrived from this moment on may still be here: today's midnight, or closing time once it has passed."""
    midnight = start_of_day()
    closing = closes_at(site.opening_hours, midnight)
    return midnight if closing > utcnow() else closing
