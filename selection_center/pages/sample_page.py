"""What the pages of samples and of the plan show of the areas to their right: prints, orders, the whole history."""

from typing import Any

from selection_center.pages.interest import interest_in
from selection_center.pages.plan_look import Look
from selection_center.pages.sample_history import history_of
from selection_center.printing.stale import label_of


def for_templates() -> dict[str, Any]:
    return {"history_of": history_of, "interest_in": interest_in, "label_of": label_of, "plan_look": Look.of}
