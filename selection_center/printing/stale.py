"""Whether the label that hangs on a sample still says what is so."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.printing.shelf_tags import shelf_values
from selection_center.printing.values import Values, sample_values
from selection_center.samples.models import Sample, SampleKind


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
        .where(PrintRun.layout == layout_of(sample), PrintRun.state == PrintState.READY)
        .order_by(PrintedItem.id.desc())
        .limit(1)
        .options(joinedload(PrintedItem.run))
    )
    return db.session.scalar(query)


def layout_of(sample: Sample) -> str:
    """What hangs on it: a shelf facing carries a price tag."""
    return "shelf" if sample.kind is SampleKind.SHELF_FACING else "label"


def values_now(sample: Sample, run: PrintRun) -> Values:
    """What the same paper would say today."""
    if run.layout == "shelf":
        return shelf_values(sample, run.language)
    return sample_values(sample, run.language, run.with_prices)


def differences(printed: Values, now: Values) -> list[Difference]:
    """Of what is on the paper; a value that it does not have is no difference."""
    words = {
        "price": _("Price"),
        "member_price": _("Member price"),
        "conditions": _("Conditions"),
        "stand": _("Stand"),
        "names": _("Name"),
        "spec": _("Style"),
        "item": _("Item no."),
        "origin": _("Origin"),
        "grade": _("Grade"),
        "unit": _("Unit"),
        "code": _("Code"),
        "address": _("Address in the QR"),
    }
    changed = [key for key in words if key in printed and printed[key] != now.get(key, "")]
    if "code" in changed and "address" in changed:
        changed.remove("address")  # it holds the code
    return [Difference(words[key], said(printed[key]), said(now.get(key, ""))) for key in changed]


def said(value: object) -> str:
    """A value as the paper says it: names in both languages stand one after the other."""
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
