"""When a site closes: read off its opening hours as people write them, 09:00–18:00."""

import re
from datetime import UTC, datetime, timedelta

from selection_center.core.db import utcnow
from selection_center.core.shop_time import SHOP_TIME, start_of_day, today
from selection_center.sites.models import Site

CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)")


def closes_at(site: Site, arrived: datetime) -> datetime:
    """That day's closing time for whoever arrived then; midnight where it is not known, or was over already."""
    midnight = start_of_day(today(arrived) + timedelta(days=1))
    hours = CLOCK.findall(site.opening_hours)
    if not hours:
        return midnight
    hour, minute = int(hours[-1][0]), int(hours[-1][1])
    if hour > 23 or minute > 59:
        return midnight
    closing = datetime.combine(today(arrived), datetime.min.time(), SHOP_TIME).replace(hour=hour, minute=minute)
    return closing.astimezone(UTC) if closing > arrived else midnight


def here_since(site: Site) -> datetime:
    """Whoever arrived from this moment on may still be here: today's midnight, or closing time once it has passed."""
    midnight = start_of_day()
    closing = closes_at(site, midnight)
    return midnight if closing > utcnow() else closing
