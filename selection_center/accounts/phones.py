"""A masked phone shown in full: only on the page to which opening it led, and only while the audit says so."""

from flask import request
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.db import Model
from selection_center.core.shop_time import start_of_day


def is_open(subject: Model) -> bool:
    """Has this person opened the phone of this order, loan or visit today, and come here by that?"""
    asked = request.args.get("phone") == "open"
    return asked and audit.has_recorded("phone_opened", subject, current_user.id, start_of_day())
