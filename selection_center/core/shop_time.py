"""Days as the shops count them: China has one time zone, UTC+8, without summer time."""

from datetime import UTC, date, datetime, timedelta, timezone

SHOP_TIME = timezone(timedelta(hours=8))

TAKE_BACK_WITHIN = timedelta(minutes=10)
"""For so long what somebody just did can be undone: placing, retiring, revoking, a payment, a line, a return."""


def today(at: datetime | None = None) -> date:
    """The shop's date now, or at this moment."""
    return (at or datetime.now(UTC)).astimezone(SHOP_TIME).date()


def start_of_day(day: date | None = None) -> datetime:
    """Midnight at the beginning of the shop's day, as a moment in UTC."""
    return datetime.combine(day or today(), datetime.min.time(), SHOP_TIME).astimezone(UTC)
