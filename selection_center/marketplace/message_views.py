"""Where marketplaces push their messages. The signature is the key; whatever is not signed changes nothing."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import Blueprint, abort, request

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.security import signed
from selection_center.marketplace import inbox
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.registry import CONNECTORS

bp = Blueprint("marketplace_messages", __name__)


@bp.post("/marketplace/accounts/<int:account_id>/messages")
@signed
def receive(account_id: int) -> Any:
    """204 for what was taken, also for what came before; 401 for what is not signed."""
    account = db.session.get(Account, account_id)
    if account is None or not account.sends_messages:
        abort(401)  # as for a wrong signature: which accounts there are is nobody's business
    try:
        given = account.opened()
        with closing(CONNECTORS[account.connector](given, lambda _values: None)) as connector:
            message = connector.read_message(request.form)
    except (ConnectorError, Refused):
        return "", 400
    if message is None:
        abort(401)
    inbox.receive(account, message)
    db.session.commit()
    return "", 204
