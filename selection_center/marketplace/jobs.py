"""Background jobs of the marketplace link."""

from selection_center.core import jobs
from selection_center.marketplace import inbox, offer_jobs, order_jobs

jobs.nightly(inbox.forget)

__all__ = ["offer_jobs", "order_jobs"]
