"""Two people at one form: it carries the mark of what was opened, so that nobody writes over a change unseen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from selection_center.core.db import Model
from selection_center.core.templating import moment
from selection_center.sites.last_deeds import last_deed


@dataclass(frozen=True)
class Overtaken:
    """`theirs`: where what they made is seen. `mark`: of that, which a form says to be kept all the same."""

    words: str
    theirs: str
    mark: str


def mark(*said: Any) -> str:
    """Of all that a form changes. 16 hex digits."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def is_overtaken(now: str) -> bool:
    """The form was opened on something else, and does not say that it knows of what stands there now."""
    return now not in request.form.getlist("seen")


def changed_words(row: Model) -> str:
    """Who changed it, and when."""
    last = last_deed(row)
    if last is None:
        return str(_("Somebody changed this meanwhile."))
    return str(_("%(name)s changed this meanwhile, %(time)s.", name=last.name, time=moment(last.at)))


def gone_words(row: Model) -> str:
    """Who took it away, and when."""
    last = last_deed(row)
    if last is None:
        return str(_("Somebody took this away meanwhile."))
    return str(_("%(name)s took this away meanwhile, %(time)s.", name=last.name, time=moment(last.at)))
