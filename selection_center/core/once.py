"""Exactly once: a form carries an operation id, claimed first, in the transaction of its effect.

A second request with the same id gets the first one's answer. The same id with other fields is refused with 422;
another person's id is another operation, so nobody ever sees somebody else's answer.
"""

import hashlib
import json
import secrets
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, abort, flash, g, jsonify, redirect, request
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse

from selection_center.core.auth import current_view
from selection_center.core.db import Model, begin_as_write, db, insert_new, utcnow
from selection_center.core.errors import wants_json

NOT_FINGERPRINTED = {"csrf_token", "operation_id"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class Operation(Model):
    """One claimed operation id and, once its effect is committed, the answer that it gave."""

    __tablename__ = "operations"
    __table_args__ = (sa.UniqueConstraint("actor", "key"),)

    actor: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str] = mapped_column(sa.String(64))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)


def new_operation_id() -> str:
    return secrets.token_urlsafe(18)


def fingerprint() -> str:
    """Method, path and sorted fields and files of this request, without its tokens. 64 hex digits."""
    digest = hashlib.sha256(f"{request.method} {request.full_path}".encode())
    if request.is_json:
        digest.update(fields_of_json())
    for name in sorted(set(request.form) - NOT_FINGERPRINTED):
        digest.update(json.dumps([name, request.form.getlist(name)]).encode())
    for name in sorted(request.files):
        for upload in request.files.getlist(name):
            digest.update(json.dumps([name, upload.filename]).encode())
            for block in iter(partial(upload.stream.read, 1 << 20), b""):
                digest.update(block)
            upload.stream.seek(0)
    return digest.hexdigest()


def fields_of_json() -> bytes:
    """Sorted; as they came where they lie deeper than Python reads: whether that is an error is for the view to say."""
    try:
        return json.dumps(request.get_json(silent=True), sort_keys=True).encode()
    except RecursionError:
        return request.get_data()


def claim() -> BaseResponse | Response | None:
    """Before a state-changing view: takes the operation id, or answers as the first time."""
    g.operation = None
    view = current_view()
    if request.method in SAFE_METHODS or view is None or view.repeatable:  # type: ignore[attr-defined]
        return None
    key = request.form.get("operation_id") or request.headers.get("Idempotency-Key") or ""
    if not 16 <= len(key) <= 64:
        abort(400)
    values = {"actor": actor_key(), "key": key, "fingerprint": fingerprint(), "created_at": utcnow()}
    # On PostgreSQL this waits for a claim in flight to commit or vanish; on SQLite the transaction already has.
    claimed = insert_new(Operation, values)
    if claimed is not None:
        g.operation = claimed
        return None
    first = db.session.execute(
        sa.select(Operation.fingerprint, Operation.result).filter_by(actor=values["actor"], key=key)
    ).one()
    if first.fingerprint != values["fingerprint"]:
        abort(422)
    if first.result is None:
        abort(409)
    return replay(first.result)


def actor_key() -> str:
    """Whose operation this is: a person's account, else a buyer's device."""
    return str(g.get("actor_key") or "anonymous")


def replay(result: dict[str, Any]) -> BaseResponse | Response:
    """The kept answer, as a page or for a program: a page's is told to a program as message and location."""
    location, flashes = result.get("location"), result.get("flashes", [])
    if location is None or wants_json():
        said = {"message": " ".join(message for message, _category in flashes), "location": location}
        return jsonify(result.get("json", said))
    for message, category in flashes:
        flash(message, category)
    return redirect(location, 303)


def kept(key: str) -> Any:
    """What this person's operation answered to a program; None for another's and for one that said nothing."""
    result = db.session.scalar(sa.select(Operation.result).filter_by(actor=actor_key(), key=key)) if key else None
    return (result or {}).get("json")


def _finish(result: dict[str, Any]) -> BaseResponse | Response:
    if g.get("operation") is not None:
        db.session.execute(sa.update(Operation).filter_by(id=g.operation).values(result=result))
    db.session.commit()
    return replay(result)


def done(location: str, message: str | None = None, category: str = "done") -> BaseResponse | Response:
    """The end of a state-changing view: keeps the answer, commits, says so, goes there."""
    return _finish({"location": location, "flashes": [[str(message), category]] if message else []})


def done_json(payload: Any, location: str | None = None) -> BaseResponse | Response:
    """The same for a program that asked; a person without scripts goes on at the location, if there is one."""
    return _finish({"json": payload} | ({"location": location} if location else {}))


def begin() -> None:
    """Every request starts a transaction of its own kind."""
    begin_as_write(request.method not in SAFE_METHODS)


def init_app(app: Flask) -> None:
    app.before_request(claim)
