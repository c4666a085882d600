"""Where things stand in a cell: QR, picture and words, and how large the type is.

How large is settled for a whole medium, by what a label usually says, so that the labels of a sheet look alike. What
does not fit even with the longest that can be said, one line for each thing, refuses the medium beforehand, with the
millimetres that it lacks.
"""

from __future__ import annotations

from functools import lru_cache

from flask import current_app, has_app_context

from selection_center.core import codes
from selection_center.core.i18n import speaking
from selection_center.printing.areas import Plan
from selection_center.printing.arranging import Cell, beside, stacked
from selection_center.printing.designs import Design, Field
from selection_center.printing.media import Medium
from selection_center.printing.typical import USUAL_URL

COMFORTABLE = 0.9
"""Scale from which on type is no smaller than one likes to read."""
WIDE = 1.15
"""Width over height from which on columns suit a cell better than rows."""


def overflow(design: Design, medium: Medium, public_url: str = "") -> tuple[float, float]:
    """Millimetres that a cell is too narrow and too low for it, with codes at this address, or at this house's."""
    wide, tall = plan_at(design, medium, public_url).over
    return max(round(wide + 0.049, 1), 0.0), max(round(tall + 0.049, 1), 0.0)


def is_roomy(design: Design, medium: Medium) -> bool:
    """Is what a label usually says set there as large as one likes to read it?"""
    return plan_at(design, medium).scale >= COMFORTABLE


def plan_at(design: Design, medium: Medium, public_url: str = "") -> Plan:
    """Of codes at this address, or at this house's."""
    inside_app = has_app_context()
    public_url = public_url or (current_app.config["PUBLIC_URL"] if inside_app else USUAL_URL)
    modules = modules_at(public_url, design.qr.level) if design.qr else 0
    plan = plan_of if inside_app else planned
    return plan(design, medium, modules, codes.host_of(public_url), design.has(Field.PICTURE))


@lru_cache(maxsize=16)
def modules_at(public_url: str, level: codes.Level) -> int:
    """To a side of any code's QR there."""
    return 17 + 4 * codes.expected_version(codes.address("0" * codes.LENGTH, public_url), level)


@lru_cache(maxsize=4096)
def plan_of(design: Design, medium: Medium, modules: int, host: str, with_picture: bool) -> Plan:
    """In Chinese, whose characters are the widest."""
    with speaking("zh"):
        return planned(design, medium, modules, host, with_picture)


def planned(design: Design, medium: Medium, modules: int, host: str, with_picture: bool) -> Plan:
    """The way that suits the cell's shape; the other where only that one has room."""
    cell = Cell(design, medium, modules, host, with_picture and design.has(Field.PICTURE))
    ways = [beside, stacked] if cell.whole.width >= WIDE * cell.whole.height else [stacked, beside]
    plans = []
    for way in ways:
        plans.append(way(cell))
        if not any(plans[-1].over):
            return plans[-1]
    return min(plans, key=lambda plan: sum(plan.over))
