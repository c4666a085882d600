"""Whether the label that hangs on a sample still says what is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.printing import operations
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.printing.own_layouts import keys_of
from selection_center.printing.values import Values
from selection_center.samples.models import Sample, SampleKind

WORDS = {
    "price": _l("Price"),
    "member_price": _l("Member price"),
    "conditions": _l("Conditions"),
    "stand": _l("Stand"),
    "names": _l("Name"),
    "spec": _l("Style"),
    "item": _l("Item no."),
    "origin": _l("Origin"),
    "grade": _l("Grade"),
    "tiers": _l("Price ladder"),
    "moq": _l("Least quantity"),
    "tax": _l("With or without tax"),
    "factory": _l("Factory"),
    "carton": _l("Carton"),
    "ean": _l("Barcode of the goods"),
    "stands": _l("Stands"),
    "badges": _l("Marks"),
    "booth": _l("Booth"),
    "unit": _l("Unit"),
    "code": _l("Code"),
    "address": _l("Address in the QR"),
}
"""Of a paper's values, what each is called; translated only where it differs, for lists look at thousands."""


@dataclass(frozen=True)
class Difference:
    """What the paper says, and what is so now; both in words, empty for nothing."""

    what: str
    printed: str
    now: str


@dataclass(frozen=True)
class HangingLabel:
    """The label that was printed last, and in what it is out of date."""

    run: PrintRun
    differences: list[Difference]


def label_of(sample: Sample) -> HangingLabel | None:
    """None while none was printed, or nothing can be printed any more."""
    if sample.is_retired:
        return None
    item = last_label(sample)
    if item is None:
        return None
    now = values_now(sample, item.run)
    return HangingLabel(item.run, differences(item.values, now))


def last_label(sample: Sample) -> PrintedItem | None:
    query = (
        sa.select(PrintedItem)
        .join(PrintedItem.run)
        .where(PrintedItem.sample_id == sample.id, PrintedItem.refused.is_(None))
        .where(PrintRun.layout.in_(keys_of(kind_on(sample))), PrintRun.state == PrintState.READY)
        .order_by(PrintedItem.id.desc())
        .limit(1)
        .options(joinedload(PrintedItem.run))
    )
    return db.session.scalar(query)


def kind_on(sample: Sample) -> str:
    """What hangs on it: a shelf facing carries a price tag."""
    return "shelf" if sample.kind is SampleKind.SHELF_FACING else "label"


def values_now(sample: Sample, run: PrintRun) -> Values:
    """What the same paper would say today."""
    return operations.values_of(run, sample)


def changes_of(run: PrintRun, items: Sequence[PrintedItem]) -> dict[int, list[Difference]]:
    """By the item's number, in what today's paper would differ; empty where nothing could be said today."""
    found = operations.subjects(run, items)
    changed = {}
    for item in items:
        subject = found.get(item.sample_id if item.sample_id is not None else item.code)
        if subject is not None and item.values and not operations.refusal(item, subject):
            changed[item.number] = differences(item.values, operations.values_of(run, subject))
    return {number: found_ones for number, found_ones in changed.items() if found_ones}


def differences(printed: Values, now: Values) -> list[Difference]:
    """Of what is on the paper; a value that it does not have is no difference."""
    changed = [key for key in WORDS if key in printed and printed[key] != now.get(key, "")]
    if "conditions" not in now and "conditions" in changed:
        changed.remove("conditions")  # a label of a design says them one by one
    if "code" in changed and "address" in changed:
        changed.remove("address")  # it holds the code
    return [Difference(str(WORDS[key]), said(printed[key]), said(now.get(key, ""))) for key in changed]


def said(value: object) -> str:
    """A value as the paper says it: names in both languages stand one after the other."""
    return ", ".join(map(said, value)) if isinstance(value, list) else str(value)
