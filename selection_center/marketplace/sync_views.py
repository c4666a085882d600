"""Fetching an account's offers now, and what its runs came to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.catalog import price_history
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.marketplace import runs
from selection_center.marketplace.account_views import account_or_404
from selection_center.marketplace.offer_jobs import ask_to_fetch
from selection_center.marketplace.syncs import Sync

bp = Blueprint("syncs", __name__)


@bp.post("/marketplace/accounts/<int:account_id>/syncs")
@allow(Permission.HANDLE_MARKETPLACE)
def create(account_id: int) -> Any:
    """Begins a run, or goes on with the one that stopped."""
    account = account_or_404(account_id)
    if account.is_paused:
        raise Refused("account_paused", _("%(name)s is paused: nothing is asked there.", name=account.name))
    sync = ask_to_fetch(account, current_user.id)
    audit.record("marketplace_synced", account, name=account.name)
    return done(url_for(".show", sync_id=sync.id))


@bp.get("/marketplace/syncs/<int:sync_id>")
@allow(Permission.HANDLE_MARKETPLACE)
def show(sync_id: int) -> Any:
    sync: Sync = db.get_or_404(Sync, sync_id)
    return render_template(
        "marketplace/sync.html",
        sync=sync,
        account=sync.account,
        run=runs.newest(sync.source),
        changes=price_history.of_run(sync.source, sync.started_at),
        most_shown=price_history.SHOWN,
    )
