"""A sample's history in sentences; where it stood is shown as the plate that hangs there."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from selection_center.core.audit import AuditEntry
from selection_center.core.templating import day
from selection_center.printing.own_layouts import layout_title
from selection_center.samples.sightings import SightingKind
from selection_center.sites import audit_words

PLATE = Markup('<span class="plate">{}</span>')


def filled(sentence: str, **values: Any) -> Markup:
    """The translated sentence with its values: plates for those that are places, the rest as text."""
    return Markup(sentence) % {name: escape(value) for name, value in values.items()}  # noqa: S704 - our own words


def sentence(entry: AuditEntry, borrower: str = "") -> Markup:
    """What this entry of the audit says of its sample."""
    said = placing(entry) or lending(entry, borrower) or tagging(entry)
    if said is not None:
        return said
    told = [": ".join(part for part in pair if part) for pair in audit_words.details(entry.detail)]
    return escape(" · ".join([audit_words.verb(entry.verb), *told]))


def placing(entry: AuditEntry) -> Markup | None:
    """Where it came to stand."""
    stand, before = (PLATE.format(entry.detail[key]) if entry.detail.get(key) else None for key in ("stand", "before"))
    match entry.verb:
        case "sample_received":
            return filled(_("Received, placed on %(stand)s"), stand=stand) if stand else escape(_("Received"))
        case "sample_placed" if stand and before:
            return filled(_("Moved from %(before)s to %(stand)s"), before=before, stand=stand)
        case "sample_placed" if stand:
            return filled(_("Placed on %(stand)s"), stand=stand)
        case "sample_placed" if before:
            return filled(_("Taken from %(before)s to the store room"), before=before)
        case "sample_placed":
            return escape(_("Put in the store room"))
        case "sample_placement_taken_back":
            return filled(_("Placing taken back: again on %(stand)s"), stand=stand) if stand else None
        case "sample_retired":
            reason = audit_words.value_of("reason", entry.detail.get("reason", ""))
            said = filled(_("Retired: %(reason)s"), reason=reason)
            return said + Markup(" ") + before if before else said
        case "sample_retirement_taken_back":
            return filled(_("Here again on %(stand)s"), stand=stand) if stand else escape(_("Here again"))
    return None


def lending(entry: AuditEntry, borrower: str) -> Markup | None:
    """The borrower's name comes from the loan, which lets go of it in time; the audit keeps none."""
    due = entry.detail.get("due_on")
    match entry.verb:
        case "sample_lent" if borrower:
            return filled(_("Lent to %(name)s until %(day)s"), name=borrower, day=due_day(due))
        case "sample_lent":
            return filled(_("Lent until %(day)s"), day=due_day(due))
        case "loan_extended" if isinstance(due, list) and due:
            return filled(_("Loan extended to %(day)s"), day=due_day(due[-1]))
        case "loan_piece_returned" if borrower:
            return filled(_("Given back by %(name)s"), name=borrower)
        case "loan_piece_returned":
            return escape(_("Given back"))
        case "loan_return_taken_back":
            return escape(_("Return taken back: it is still out"))
        case "loan_piece_written_off":
            return escape(_("Not given back: written off"))
        case "loan_reminded":
            return escape(_("The borrower was reminded"))
    return None


def due_day(written: Any) -> str:
    try:
        return day(date.fromisoformat(str(written)))
    except ValueError:
        return str(written)


def tagging(entry: AuditEntry) -> Markup | None:
    sentences = {
        "tag_bound": _("Tag %(code)s bound"),
        "tag_revoked": _("Tag %(code)s revoked"),
        "tag_revocation_taken_back": _("Tag %(code)s holds again"),
    }
    code = entry.detail.get("code")
    if entry.verb not in sentences or not code:
        return None
    return filled(sentences[entry.verb], code=Markup('<span class="mono">{}</span>').format(code))


def print_sentence(layout: str, values: dict[str, Any]) -> Markup:
    """Label printed, with the price and place that it says."""
    said = filled(_("Printed: %(what)s"), what=layout_title(layout))
    if values.get("price"):
        said += Markup(' <span class="num">{}</span>').format(values["price"])
    return said + Markup(" ") + PLATE.format(values["stand"]) if values.get("stand") else said


def count_sentence(kind: SightingKind, address: str) -> Markup:
    sentences = {
        SightingKind.SCANNED: _("Counted at %(stand)s"),
        SightingKind.TICKED: _("Ticked at %(stand)s while counting"),
        SightingKind.PUT_BACK: _("Put back while counting, from %(stand)s"),
    }
    return filled(sentences[kind], stand=PLATE.format(address))
