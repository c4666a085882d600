"""Pages of this area."""

from flask import Blueprint

from selection_center.catalog import imports, models  # noqa: F401

bp = Blueprint("catalog", __name__)
BLUEPRINTS = [bp]
