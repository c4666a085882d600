"""The log over JSON: calls, counts, creations, and the verdict on lost and doubled orders."""

import json
from typing import Any

from flask import jsonify, request

from gateway import log
from gateway.control.answering import answer, blueprint
from gateway.door import state


@blueprint.get("/log")
def calls() -> Any:
    """Newest first; `api`, `reference` (an outOrderId), `after` (a call's id), `limit`."""
    given = request.args
    asked = given.get("api", ""), given.get("reference", ""), int(given.get("after", 0)), int(given.get("limit", 100))
    with state().transaction() as db:
        return jsonify({"calls": log.calls(db, *asked)})


@blueprint.get("/log/counts")
def counts() -> Any:
    """Per API, and per outOrderId."""
    with state().transaction() as db:
        return jsonify(log.counts(db))


@blueprint.get("/verdict")
def verdict() -> Any:
    with state().transaction() as db:
        return jsonify(log.verdict(db))


@blueprint.get("/creations")
def creations() -> Any:
    with state().transaction() as db:
        rows = [dict(row) for row in db.execute("select * from creations order by id")]
    return jsonify(
        {"creations": [{**row, **{name: json.loads(row[name]) for name in ("order_ids", "reply")}} for row in rows]}
    )


@blueprint.post("/reset")
def reset() -> Any:
    """Forgets orders, creations, messages, calls and faults; offers, members, tokens and settings stay."""
    with state().transaction() as db:
        for table in ("orders", "creations", "messages", "calls", "faults"):
            db.execute(f"delete from {table}")  # noqa: S608
    return answer({})
