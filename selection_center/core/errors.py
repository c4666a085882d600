"""A business "no", and how every error looks to people and to programs."""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from selection_center.core.db import db

log = logging.getLogger(__name__)


class Refused(Exception):
    """The business says no: a code for programs, a sentence that says what would be accepted."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def words_for(status: int) -> tuple[str, str]:
    """Title and sentence of the page that answers with this status."""
    return {
        400: (_("This page is out of date"), _("Go back, load the page again and repeat the last step.")),
        403: (_("Not for your role"), _("Your account cannot do this. A manager can give you the right.")),
        404: (_("Not found"), _("Nothing stands at this address, or it belongs to another site.")),
        405: (_("Not possible this way"), _("Go back and use the button on the page.")),
        409: (_("Not possible now"), _("Load the page again to see what has changed.")),
        413: (_("Too large"), _("Send a smaller file: 10 MB for tables, 8 MB for pictures.")),
        422: (_("Already used"), _("This form was sent before with other values. Load the page again.")),
        429: (_("Too many tries"), _("Wait a few minutes, then try again.")),
    }.get(status, (_("Something broke here"), _("Nothing was saved. It has been noted; try again in a moment.")))


def answer(status: int, code: str, sentence: str | None = None, title: str | None = None) -> tuple[Response | str, int]:
    """One error as JSON or as a page, never with a trace."""
    usual, default = words_for(status)
    title, sentence = title or usual, sentence or default
    if wants_json():
        return jsonify(error={"code": code, "message": sentence}), status
    return render_template("error.html", status=status, code=code, title=title, sentence=sentence), status


def on_refused(refused: Refused) -> Any:
    db.session.rollback()
    came_from = local_referrer()
    if request.method == "POST" and came_from and not wants_json():
        flash(refused.sentence, "refused")
        return redirect(came_from, 303)
    return answer(409, refused.code, refused.sentence)


def on_http_error(error: HTTPException) -> Any:
    db.session.rollback()
    if error.response is not None:
        return error.response
    status = error.code or 500
    return answer(status, (error.name or "error").lower().replace(" ", "_"))


def on_bug(error: Exception) -> Any:
    db.session.rollback()
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(500, "internal_error")


def local_referrer() -> str | None:
    """The path of the page that sent this request, if it is one of ours."""
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc != request.host or not is_local_path(sent_from.path):
        return None
    return sent_from.path + (f"?{sent_from.query}" if sent_from.query else "")


def is_local_path(path: str) -> bool:
    """True for an address inside this product, so that no redirect leads off-site."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and not any(c < " " for c in path)


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(500, on_bug)
