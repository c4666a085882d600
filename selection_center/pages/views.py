from flask import Blueprint

from selection_center.core.auth import public

bp = Blueprint("pages", __name__)
BLUEPRINTS = [bp]


@bp.get("/")
@public
def home():
    return "x"
