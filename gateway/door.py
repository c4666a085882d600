"""Where each call comes in: rate, faults, the checks in the platform's order, the answer, the log."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request

from gateway import access, breaking, faults, log, parameters, shaking, signing
from gateway.apis import TABLE, Api, Call
from gateway.log import Entry
from gateway.refusals import Refusal, gateway, need_user
from gateway.state import State

blueprint = Blueprint("door", __name__)
Work = Callable[[Entry, faults.Drawn], Any]


class Pace:
    """Calls of the last second per app and API; the real limits are not published."""

    def __init__(self) -> None:
        self.moments: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def is_exceeded(self, app_key: str, api: str, limit: int) -> bool:
        moments, at = self.moments[app_key, api], time.monotonic()
        while moments and moments[0] < at - 1:
            moments.popleft()
        if limit and len(moments) >= limit:
            return True
        moments.append(at)
        return False


def state() -> State:
    found: State = current_app.extensions["gateway"]
    return found


def fields() -> dict[str, str]:
    """Of the query and the form; a name given twice is refused as no one can sign it."""
    given = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if len(dict(given)) < len(given):
        raise gateway("gw.ParamInvalid", "An argument is given twice")
    return dict(given)


@blueprint.route(
    "/openapi/param2/<int:version>/<namespace>/<name>/<app_key>",
    methods=["GET", "POST"],
    provide_automatic_options=False,
)
def param2(version: int, namespace: str, name: str, app_key: str) -> Response:
    path = request.path.removeprefix("/openapi/")
    api = TABLE.get((namespace, name, version))
    return through(name, app_key, lambda entry, drawn: answer(api, path, entry, drawn))


def through(name: str, app_key: str, work: Work) -> Response:
    """Any call, with what may happen to it on the way."""
    here = state()
    try:
        entry = Entry(name, app_key, fields())
    except Refusal as refusal:
        return breaking.plain(refusal.status, refusal.body)
    drawn = faults.draw(here, name, entry.fields)
    entry.fault = str(drawn)
    if drawn.before:
        note(here, entry)
        return breaking.before(here, drawn.before)
    if drawn.world:
        shaking.shake(here, drawn.world, entry.fields)
    status, body = worked(here, work, entry, drawn)
    reply = breaking.plain(status, body)
    entry.status = 0 if drawn.after and "lost" in drawn.after.kind else status
    entry.reply = reply.get_data(as_text=True)
    note(here, entry)
    return breaking.after(here, drawn.after, status, body) if drawn.after else reply


def worked(here: State, work: Work, entry: Entry, drawn: faults.Drawn) -> tuple[int, Any]:
    """Status and body; whatever a refused call changed is taken back."""
    pace: Pace = current_app.extensions["pace"]
    try:
        with here.transaction():
            if pace.is_exceeded(entry.app_key, entry.api, here.settings.calls_per_second):
                raise gateway("gw.QosAppFrequencyLimit")
            return 200, dressed(here, work(entry, drawn))
    except Refusal as refusal:
        entry.refused, entry.order_ids = refusal.code, []
        return refusal.status, dressed(here, refusal.body)


def note(here: State, entry: Entry) -> None:
    with here.transaction() as db:
        log.write(db, entry)


def answer(api: Api | None, path: str, entry: Entry, drawn: faults.Drawn) -> Any:
    here = state()
    with here.transaction() as db:
        if api is None:
            raise gateway("gw.APIUnsupported")
        app = signed_by(db, path, entry)
        caller = access.member_of(db, entry.app_key, entry.fields.get("access_token", ""))
        entry.member_id = caller.member_id if caller else ""
        if api.needs_user and caller is None:
            missing = not entry.fields.get("access_token")
            raise need_user() if missing else need_user("Request need user authorized")
        if entry.api in here.settings.denied.replace(",", " ").split():
            raise gateway("gw.APIACLDecline")
        given = parameters.read_all(api.parameters, entry.fields, here.settings.strict)
        hidden = int(drawn.sight.seconds * 1000) if drawn.sight else 0
        call = Call(db, here.settings, app, caller, given, request.host_url, here.memory, hidden, entry.order_ids)
        said = api.answer(call)
    here.news.set()
    return said


def signed_by(db: Any, path: str, entry: Entry) -> access.App:
    app = access.app(db, entry.app_key)
    if app is None:
        raise gateway("gw.AppKeyNotFound")
    if not entry.fields.get(signing.SIGNATURE):
        raise gateway("gw.SignatureMissing")
    if not signing.is_signed(path, entry.fields, app.secret):
        raise gateway("gw.SignatureInvalid")
    if not entry.fields.get("_aop_timestamp", "0").isdigit():
        raise gateway("gw.ParamInvalid", "Argument _aop_timestamp is no moment in milliseconds")
    return app


def dressed(here: State, body: Any) -> Any:
    """`success` is true or "true": as the settings say, or in turns."""
    if not isinstance(body, dict) or not isinstance(body.get("success"), bool):
        return body
    turns = current_app.extensions["turns"]
    text = here.settings.success_text == "always" or (
        here.settings.success_text == "sometimes" and next(turns) % 3 == 2
    )
    return {**body, "success": "true" if body["success"] else "false"} if text else body
