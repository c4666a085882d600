"""Messages seen, made by hand, replayed and forged."""

from typing import Any

from flask import jsonify, request

from gateway import access, clock, messages, sending
from gateway.control.answering import answer, blueprint, said
from gateway.door import state

COLUMNS = "msg_id, app_key, member_id, type, body, born_ms, due_ms, attempts, delivered_ms, confirmed_ms, answer"


def latest(db: Any, limit: int) -> list[dict[str, Any]]:
    rows = db.execute(f"select {COLUMNS} from messages order by msg_id desc limit ?", (limit,))  # noqa: S608
    return [dict(row) for row in rows]


@blueprint.get("/messages")
def message_list() -> Any:
    with state().transaction() as db:
        return jsonify({"messages": latest(db, min(int(request.args.get("limit", 100)), 1000))})


@blueprint.post("/messages")
def send() -> Any:
    """A well signed message of any `type` and `data` to `member_id`'s apps, said to be born at `born_ms`."""
    given = said()
    with state().transaction() as db:
        made = messages.born(
            db, given["member_id"], given["type"], given["data"], int(given.get("born_ms") or clock.now())
        )
    return answer({"msg_ids": made})


@blueprint.post("/messages/<int:msg_id>/replay")
def replay(msg_id: int) -> Any:
    return answer({"answer": sending.replay(state(), msg_id)})


@blueprint.post("/messages/<int:msg_id>/forgery")
def forge(msg_id: int) -> Any:
    """An earlier message's text, `how`: wrong_secret, unsigned, altered, empty."""
    with state().transaction() as db:
        row = db.execute("select app_key, body from messages where msg_id = ?", (msg_id,)).fetchone()
        app = access.app(db, row["app_key"]) if row else None
    if row is None or app is None:
        raise LookupError(f"there is no message {msg_id}")
    return answer({"answer": sending.forge(state(), app, row["body"], said().get("how", "wrong_secret"))})


@blueprint.post("/forgeries")
def forge_text() -> Any:
    """Any `message` to the callback of `app_key`, forged `how`."""
    given = said()
    with state().transaction() as db:
        app = access.app(db, given["app_key"])
    if app is None:
        raise LookupError(f"there is no app {given['app_key']}")
    return answer({"answer": sending.forge(state(), app, given["message"], given.get("how", "wrong_secret"))})
