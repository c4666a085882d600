"""Settings, apps with their callbacks, members, and tokens given out or ended without a person's click."""

from dataclasses import asdict
from typing import Any

from flask import jsonify

from gateway import access, members
from gateway.control.answering import answer, blueprint, said
from gateway.door import state


@blueprint.get("/settings")
def settings() -> Any:
    return jsonify(asdict(state().settings))


@blueprint.post("/settings")
def set_settings() -> Any:
    return answer(asdict(state().set(**said(blanks=True))))


@blueprint.get("/apps")
def apps() -> Any:
    with state().transaction() as db:
        return jsonify({"apps": [asdict(app) for app in access.apps(db)]})


@blueprint.post("/apps")
def save_app() -> Any:
    """`app_key`, `secret` of a new one, `callback_url`; what is not given stays."""
    given = said(blanks=True)
    with state().transaction() as db:
        before = access.app(db, given["app_key"]) or access.App(given["app_key"], given.get("secret", ""), "")
        app = access.App(
            before.app_key, given.get("secret", before.secret), given.get("callback_url", before.callback_url)
        )
        if not app.secret:
            raise ValueError("a new app needs a secret")
        access.save_app(db, app)
    return answer(asdict(app))


@blueprint.get("/members")
def member_list() -> Any:
    with state().transaction() as db:
        return jsonify({"members": [asdict(member) for member in members.everyone(db)]})


@blueprint.post("/tokens")
def give_token() -> Any:
    """As if `member_id` had clicked Allow for `app_key`, by default the first one."""
    given, here = said(), state()
    with here.transaction() as db:
        app_key = given.get("app_key") or access.apps(db)[0].app_key
        member = members.find(db, given["member_id"])
        if member is None or access.app(db, app_key) is None:
            raise LookupError("there is no such app or member")
        token = access.new_token(db, here.settings, app_key, member.member_id)
    return answer(asdict(token))


@blueprint.post("/tokens/end")
def end_tokens() -> Any:
    """The access tokens of `member_id` end now; with `refresh`, the refresh tokens too."""
    given = said()
    with state().transaction() as db:
        return answer({"ended": access.end_tokens(db, given["member_id"], bool(given.get("refresh")))})
