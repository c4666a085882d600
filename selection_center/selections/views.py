"""Pages of this area."""

from flask import Blueprint

from selection_center.selections import models  # noqa: F401

bp = Blueprint("selections", __name__)
BLUEPRINTS = [bp]
