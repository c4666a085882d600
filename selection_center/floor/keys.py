"""Keys that lead on from an answer."""

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from selection_center.core.permissions import Permission
from selection_center.floor.answers import Key
from selection_center.samples.models import Placement, Sample
from selection_center.sites.models import Site

MOST_KEYS = 2


def task_key(label: str, site: Site, task: str, **context: str) -> Key:
    """The way to a task's page, which begins with this context."""
    return Key(label, url_for("floor.task", slug=site.slug, task=task), dict(context), method="get")


def page_key(label: str, endpoint: str, fields: dict[str, str] | None = None, **values: Any) -> Key | None:
    """The way to a page of this product; None while there is no such page."""
    if endpoint not in current_app.view_functions:
        return None
    return Key(label, url_for(endpoint, **values), fields or {}, method="get")


def undo_placing(sample: Sample, stay: Placement) -> Key:
    """Takes back this stay alone: an old line of the strip does not undo what somebody did later."""
    return Key(_("Undo"), url_for("samples.take_placement_back", sample_id=sample.id), {"placement": str(stay.id)})


def undo_retiring(sample: Sample) -> Key:
    return Key(_("Undo"), url_for("samples.take_retirement_back", sample_id=sample.id))


def take_back_key(sample: Sample, user: Any) -> Key | None:
    """Retired by mistake: back, as long as that is possible and for whoever may."""
    if not sample.can_be_taken_back or not user.can(Permission.RETIRE_SAMPLES, site_id=sample.site_id):
        return None
    return Key(_("Take the retiring back"), url_for("samples.take_retirement_back", sample_id=sample.id))


def at_most_two(*keys: Key | None) -> tuple[Key, ...]:
    return tuple(key for key in keys if key is not None)[:MOST_KEYS]
