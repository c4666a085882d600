"""Pages of this area."""

from flask import Blueprint

from selection_center.printing import models  # noqa: F401

bp = Blueprint("printing", __name__)
BLUEPRINTS = [bp]
