"""What a member's phone says of a scan or a key, and the way back: a strip above the total."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from selection_center.core import once
from selection_center.sites.models import Site
from selection_center.till import finding
from selection_center.till.changes import Change, Key, Outcome, line_counts, undo
from selection_center.till.sales import SaleLine
from selection_center.till.shown import few_left


def page_of(site: Site, **query: Any) -> str:
    return url_for("go.show", slug=site.slug, **{name: value for name, value in query.items() if value})


def answered(site: Site, change: Change) -> Any:
    """The end of a view: keeps the answer, commits, and goes back to the cart, which says it."""
    asked = request.form.get("operation_id") or request.headers.get("Idempotency-Key") or ""
    location = page_of(site, did=asked, **change.query)
    return once.done_json(asdict(change) | {"location": location}, location)


def added(line: SaleLine, before: int) -> Change:
    """A piece more; `before` is what the line had."""
    if before:
        keys = undo(url_for("go.change", line_id=line.id), quantity=str(before))
        return as_far_as_it_goes(line, before, "already", _("One more"), keys)
    return as_far_as_it_goes(line, before, "done", _("In the cart"), undo(url_for("go.remove", line_id=line.id)))


def counted(line: SaleLine, before: int) -> Change:
    """Another quantity was set."""
    keys = undo(url_for("go.change", line_id=line.id), quantity=str(before))
    return as_far_as_it_goes(line, before, "done", _("Quantity"), keys)


def as_far_as_it_goes(line: SaleLine, before: int, outcome: Outcome, word: str, keys: tuple[Key, ...]) -> Change:
    """Scanned is not taken: where fewer lie here than are wanted, that is what is said."""
    left = finding.on_hand(line.sale.site, [line.sku_id or 0]).get(line.sku_id or 0, 0)
    if left < line.quantity:
        outcome, word = "wrong", few_left(left)
    return Change(outcome=outcome, word=word, text=counts(line, before), keys=keys, line_id=line.id)


def counts(line: SaleLine, before: int) -> str:
    """The number first: a strip is shorter than a title."""
    return f"{line_counts(before, line.quantity)} · {line.label}" if before else line.label


def removed(line: SaleLine) -> Change:
    keys = undo(url_for("go.bring_back", line_id=line.id))
    return Change(word=_("Taken out"), text=line.label, keys=keys)


def brought_back(line: SaleLine) -> Change:
    return Change(word=_("Back in the cart."), text=line.label, line_id=line.id)
