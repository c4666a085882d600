"""Background jobs of the marketplace link."""

from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.marketplace import (
    compare_jobs,
    inbox,
    link_jobs,
    message_jobs,
    offer_jobs,
    order_jobs,
    picture_jobs,
)

jobs.nightly(_l("Forget old messages"))(inbox.forget)

__all__ = ["compare_jobs", "link_jobs", "message_jobs", "offer_jobs", "order_jobs", "picture_jobs"]
