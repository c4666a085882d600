"""What was changed last on the till's page, and the way back: said on the strip above the keys."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from flask import request, url_for
from flask_babel import gettext as _

from selection_center.core import once
from selection_center.till.sales import SaleLine
from selection_center.till.shifts import Till

Outcome = Literal["done", "already", "wrong", "unknown", "refused"]


@dataclass(frozen=True)
class Key:
    """A button that is sent as a form, with tokens of its own."""

    label: str
    url: str
    fields: dict[str, str] = field(default_factory=dict)
    undo: bool = False


@dataclass(frozen=True, kw_only=True)
class Change:
    """A word, what it was about, and at most two keys. `line_id` is marked in the list; `query` goes on to a step, an
    empty one back to the sale."""

    outcome: Outcome = "done"
    word: str
    text: str = ""
    keys: tuple[Key, ...] = ()
    line_id: int | None = None
    query: dict[str, Any] = field(default_factory=dict)


def page_of(till: Till, **query: Any) -> str:
    """The till's page, in this step of it."""
    return url_for("till.show", till_id=till.id, **{name: value for name, value in query.items() if value})


def changed(till: Till, change: Change) -> Any:
    """The end of a view: keeps the change, commits, and goes back to the till, which says it."""
    asked = request.form.get("operation_id") or request.headers.get("Idempotency-Key") or ""
    location = page_of(till, did=asked, **(change.query or still_comparing()))
    return once.done_json(asdict(change) | {"location": location}, location)


def still_comparing() -> dict[str, Any]:
    """Goods that are scanned while a printed card waits to be compared leave its step open."""
    seal = request.form.get("comparing", "")
    return {"step": "compare", "card": seal} if seal else {}


def kept_change() -> dict[str, Any] | None:
    """What was changed last, as the page's address names it."""
    kept = once.kept(request.args.get("did", ""))
    return kept if isinstance(kept, dict) and "word" in kept and "outcome" in kept else None


def undo(url: str, **fields: str) -> tuple[Key, ...]:
    return (Key(_("Undo"), url, fields, undo=True),)


def added(line: SaleLine, before: int) -> Change:
    """A piece more, or the first one; `before` is what the line had."""
    if before:
        url = url_for("sale_lines.change", line_id=line.id)
        text = f"{line.label} {line_counts(before, line.quantity)}"
        return Change(
            outcome="already",
            word=_("Scanned again"),
            text=text,
            keys=undo(url, quantity=str(before)),
            line_id=line.id,
        )
    url = url_for("sale_lines.remove", line_id=line.id)
    return Change(word=_("Added"), text=line.label, keys=undo(url), line_id=line.id)


def counted(line: SaleLine, before: int) -> Change:
    """Another quantity was set."""
    url = url_for("sale_lines.change", line_id=line.id)
    text = f"{line.label} {line_counts(before, line.quantity)}"
    return Change(word=_("Quantity"), text=text, keys=undo(url, quantity=str(before)), line_id=line.id)


def removed(line: SaleLine) -> Change:
    url = url_for("sale_lines.bring_back", line_id=line.id)
    return Change(word=_("Taken out"), text=line.label, keys=undo(url))


def line_counts(before: int, now: int) -> str:
    return str(_("quantity %(before)s → %(now)s", before=before, now=now))
