"""Who did what: head office reads all of it, a manager what happened at their own sites."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import get_timezone
from flask_login import current_user

from selection_center.accounts.devices import device_names
from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.auth import allow
from selection_center.core.db import db, within
from selection_center.core.forms import clean
from selection_center.core.paging import LARGEST_ID, page_of
from selection_center.core.permissions import Permission
from selection_center.sites import audit_words
from selection_center.sites.models import Site

bp = Blueprint("audit", __name__)

SUBJECT_PAGES = {
    "users": ("people.show", "user_id"),
    "zones": ("plan.zone", "zone_id"),
    "bays": ("plan.bay", "bay_id"),
    "stands": ("stands.show", "stand_id"),
    "samples": ("samples.show", "sample_id"),
    "listings": ("catalog.show", "listing_id"),
    "suppliers": ("suppliers.show", "supplier_id"),
    "offer_imports": ("imports.show", "import_id"),
    "print_runs": ("printing.show", "run_id"),
    "sales": ("sales.show", "sale_id"),
    "shifts": ("shifts.show", "shift_id"),
    "refunds": ("refunds.show", "refund_id"),
}
"""The page of a subject, where it has one that takes its number."""


@bp.get("/audit")
@allow(Permission.SEE_AUDIT)
def index() -> Any:
    query = filtered(within(sa.select(AuditEntry), AuditEntry.site_id, current_user.site_ids(Permission.SEE_AUDIT)))
    page = page_of(query.order_by(AuditEntry.id.desc()))
    return render_template(
        "sites/audit.html",
        page=page,
        words=audit_words,
        sites={site.id: site for site in db.session.scalars(Site.reachable_by(current_user, Permission.SEE_AUDIT))},
        people=people(),
        address_of=address_of,
        tablets=device_names(entry.device for entry in page),
        day=chosen_day(),
    )


def filtered(query: sa.Select[Any]) -> sa.Select[Any]:
    """By person, verb, subject, site and day, as the address says."""
    for argument, column in (
        ("person", AuditEntry.user_id),
        ("site", AuditEntry.site_id),
        ("id", AuditEntry.subject_id),
    ):
        number = request.args.get(argument, type=int)
        if number is not None:
            query = query.where(column == min(max(number, 0), LARGEST_ID))
    for argument, text_column in (("verb", AuditEntry.verb), ("subject", AuditEntry.subject_type)):
        word = clean(request.args.get(argument))
        if word:
            query = query.where(text_column == word)
    day = chosen_day()
    return query.where(AuditEntry.at >= start_of(day), AuditEntry.at < start_of(day + timedelta(1))) if day else query


def chosen_day() -> date | None:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day < date(3000, 1, 1) else None


def start_of(day: date) -> datetime:
    """Midnight in the shop's time zone."""
    zone = ZoneInfo(str(get_timezone()))
    return datetime.combine(day, time(), zone).astimezone(UTC)


def people() -> list[User]:
    """Whoever may have done something that this person may read."""
    return list(db.session.scalars(User.reachable_by(current_user).order_by(User.name)))


def address_of(entry: AuditEntry) -> str | None:
    """The page of what it was done to."""
    if entry.subject_type == "orders":  # orders are called by their number, which the entry may tell
        number = entry.detail.get("number")
        return url_for("orders.show", number=number) if number else None
    endpoint, argument = SUBJECT_PAGES.get(entry.subject_type, ("", ""))
    if entry.subject_id is None or not endpoint:
        return None
    values: dict[str, Any] = {argument: entry.subject_id}
    return url_for(endpoint, **values)
