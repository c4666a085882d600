"""Pictures, jobs, and the health of the whole."""

from typing import Any

import pysqlite3
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, abort, current_app, jsonify, send_from_directory

from selection_center.core import job_views, jobs, pictures
from selection_center.core.auth import public
from selection_center.core.db import db

bp = Blueprint("core", __name__)
BLUEPRINTS = [bp]
job_views.init_blueprint(bp)
ONE_YEAR = 365 * 24 * 3600


@bp.get("/pictures/<string(length=24):name>-<any(full, card, thumb):size>.webp")
@public
def picture(name: str, size: str) -> Response:
    if not set(name) <= set("0123456789abcdef"):
        abort(404)
    response = send_from_directory(pictures.folder(), f"{name}-{size}.webp", mimetype="image/webp")
    response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


@bp.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    try:
        report = health()
    except sa.exc.SQLAlchemyError as error:
        return jsonify(ok=False, database={"error": type(error).__name__}), 503
    return jsonify(report), 200 if report["ok"] else 503


def health() -> dict[str, Any]:
    """Database and its version, migrations, workers and queue."""
    dialect = db.engine.dialect.name
    version = pysqlite3.sqlite_version if dialect == "sqlite" else db.session.scalar(sa.text("SHOW server_version"))
    current = MigrationContext.configure(db.session.connection()).get_current_heads()
    heads = ScriptDirectory(current_app.config["MIGRATIONS"]).get_heads()
    up_to_date = set(current) == set(heads)
    return {
        "ok": up_to_date,
        "database": {"kind": dialect, "version": version},
        "migrations": {"current": sorted(current), "newest": sorted(heads), "up_to_date": up_to_date},
        "workers": jobs.workers_alive() if up_to_date else None,
        "queue": jobs.queue_counts() if up_to_date else None,
    }
