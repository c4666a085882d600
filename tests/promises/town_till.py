"""A till, its shift and sales of one center of the town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selection_center.samples.models import Sample
from selection_center.sites.models import Site

if TYPE_CHECKING:
    from tests.promises.town import Person

MISSING: dict[str, Any] = {}
"""Names of the same shape that belong to nothing."""


def furnish(site: Site, sample: Sample, staff: Person, buyer: Person) -> dict[str, Any]:
    """By name, what addresses name. `staff` works at this center; `buyer` is its buyer's device."""
    return {}
