"""The language of a document: the one asked for beside its button, Chinese and English side by side included."""

from contextlib import AbstractContextManager

from flask import request

from selection_center.core import i18n
from selection_center.printing.values import LANGUAGES


def in_asked_language() -> AbstractContextManager[None]:
    """Everything inside is said so."""
    said = request.args.get("language")
    return i18n.speaking(said if said in LANGUAGES else i18n.language())
