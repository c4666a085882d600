"""Pages of this area."""

from flask import Blueprint

from selection_center.samples import models, scans  # noqa: F401

bp = Blueprint("samples", __name__)
BLUEPRINTS = [bp]
