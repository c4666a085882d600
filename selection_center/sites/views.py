"""Pages of this area."""

from flask import Blueprint

from selection_center.sites import models  # noqa: F401

bp = Blueprint("sites", __name__)
BLUEPRINTS = [bp]
