"""Many styles in rows of what they share: 颜色 first, then 尺码, as marketplaces write them ("红/M")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from selection_center.catalog.models import Sku

APART = "/"
FEW = 6
"""So many are seen at once, and stay in one row."""


class StyleGroup(NamedTuple):
    heading: str
    """What its styles share; empty where all stand in one row."""
    styles: list[tuple[Sku, str]]
    """Each with the rest of its name."""


def style_groups(skus: Sequence[Sku]) -> list[StyleGroup]:
    """In the order of the offer. All in one where they are few, or their names do not fall into two parts."""
    names = [(sku, sku.label.partition(APART)) for sku in skus]
    groups: dict[str, list[tuple[Sku, str]]] = {}
    for sku, (shared, _apart, rest) in names:
        groups.setdefault(shared.strip(), []).append((sku, rest.strip()))
    in_two = all(shared.strip() and rest.strip() and APART not in rest for _sku, (shared, _apart, rest) in names)
    if len(skus) <= FEW or not in_two or len(groups) == len(skus):
        return [StyleGroup("", [(sku, sku.label) for sku in skus])]
    return [StyleGroup(heading, styles) for heading, styles in groups.items()]
