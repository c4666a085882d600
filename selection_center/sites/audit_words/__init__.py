"""The audit in words: what each verb, subject and detail is called. What has no word here is shown as it is written.

The words stand beside their nouns: a new verb of samples goes into `samples.py`.
"""

from typing import Any

from flask_babel import gettext as _

from selection_center.core.audit import AuditEntry
from selection_center.core.money import show_fen
from selection_center.sites.audit_words import members, offers, orders, people, places, samples, stock, tills
from selection_center.sites.audit_words.detail_words import DETAILS, VALUES, WORDED

FAMILIES = (members, offers, orders, people, places, samples, stock, tills)
VERBS = {verb: word for family in FAMILIES for verb, word in family.VERBS.items()}
SUBJECTS = {subject: word for family in FAMILIES for subject, word in family.SUBJECTS.items()}
NAMES = ("number", "address", "name")


def spelled(word: str) -> str:
    """order_placed as Order placed."""
    return word.replace("_", " ").capitalize()


def verb(word: str) -> str:
    return str(VERBS.get(word) or spelled(word))


def subject(entry: AuditEntry) -> str:
    """What it was done to, by kind and name: Order YI-7020-4009, or Sample where the entry names none."""
    kind = str(SUBJECTS.get(entry.subject_type) or spelled(entry.subject_type))
    named_by = name_key(entry.detail)
    return f"{kind} {entry.detail[named_by]}" if named_by else kind


def name_key(detail: dict[str, Any]) -> str | None:
    """The detail that says what the subject is called."""
    return next((key for key in NAMES if isinstance(detail.get(key), str) and detail[key]), None)


def details(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """Each other detail's name and value in words; what says nothing is left out."""
    named_by = name_key(detail)
    return [
        ("" if key == "fen" else str(DETAILS.get(key) or spelled(key)), value_of(key, value))
        for key, value in detail.items()
        if key != named_by and value not in (None, "", [], {})
    ]


def value_of(key: str, value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(value_of(key, part) for part in value)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if value is None:
        return str(_("Not known"))
    if key.split("_")[-1] == "fen" and isinstance(value, int):
        return show_fen(value)
    if isinstance(value, str):
        return WORDED[key](value) if key in WORDED else str(VALUES.get(key, {}).get(value, value))
    return str(value)
