"""Whether the label that hangs on a sample still says what is so."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.printing.values import Values, sample_values
from selection_center.samples.models import Sample


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
    now = sample_values(sample, item.run.language, item.run.with_prices)
    return HangingLabel(item.run, differences(item.values, now))


def last_label(sample: Sample) -> PrintedItem | None:
    query = (
        sa.select(PrintedItem)
        .join(PrintedItem.run)
        .where(PrintedItem.sample_id == sample.id, PrintedItem.refused.is_(None))
        .where(PrintRun.layout == "label", PrintRun.state == PrintState.READY)
        .order_by(PrintedItem.id.desc())
        .limit(1)
        .options(joinedload(PrintedItem.run))
    )
    return db.session.scalar(query)


def differences(printed: Values, now: Values) -> list[Difference]:
    """Of what is on the paper; a value that it does not have is no difference."""
    words = {
        "price": _("Price"),
        "conditions": _("Conditions"),
        "stand": _("Stand"),
        "names": _("Name"),
        "spec": _("Style"),
        "item": _("Item no."),
        "origin": _("Origin"),
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
