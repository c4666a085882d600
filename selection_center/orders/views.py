"""Pages of this area."""

from flask import Blueprint

from selection_center.orders import models  # noqa: F401

bp = Blueprint("orders", __name__)
BLUEPRINTS = [bp]
