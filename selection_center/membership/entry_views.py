"""Who came in on a day: the list behind the door's numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from sqlalchemy.orm import joinedload

from selection_center.core.auth import allow
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import today
from selection_center.membership import entries
from selection_center.membership.cards import Card
from selection_center.membership.entries import Entry
from selection_center.sites.reaching import site_or_404

bp = Blueprint("entries", __name__)


@bp.get("/sites/<string:slug>/entries")
@allow(Permission.CHECK_DOOR)
def index(slug: str) -> Any:
    site, day, shown = site_or_404(slug, Permission.CHECK_DOOR), day_asked_for(), request.args.get("show", "")
    query = sa.select(Entry).filter_by(site_id=site.id, day=day).order_by(Entry.id.desc())
    if shown == "inside":
        query = query.where(Entry.left_at.is_(None))
    elif shown == "let_in":
        query = query.where(Entry.reason != "")
    query = query.options(joinedload(Entry.card).joinedload(Card.member), joinedload(Entry.by))
    page = page_of(query)
    return render_template(
        "door/entries.html", site=site, day=day, today=today(), shown=shown, page=page, count=entries.count(site, day)
    )


def day_asked_for() -> date:
    try:
        return min(date.fromisoformat(request.args.get("day", "")), today())
    except ValueError:
        return today()
