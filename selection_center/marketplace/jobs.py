"""Background jobs of the marketplace link."""

from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.marketplace import inbox, link_jobs, offer_jobs, order_jobs

jobs.nightly(_l("Forget old messages"))(inbox.forget)

__all__ = ["link_jobs", "offer_jobs", "order_jobs"]
