"""The authorise page, where a person clicks Allow, and the token calls."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request

from gateway import access, clock, door, faults, members, signing
from gateway.log import Entry
from gateway.refusals import Refusal

blueprint = Blueprint("oauth", __name__)
ILLEGAL = "非法请求"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@blueprint.get("/oauth/authorize")
def authorize() -> Any:
    """`client_id, site=1688, redirect_uri, state`."""
    return asked(request.args.get("site") == "1688")


@blueprint.get("/auth/authorize.htm")
def authorize_old() -> Any:
    """The older page wants `site=china` and a signature with an empty path."""
    with door.state().transaction() as db:
        app = access.app(db, request.args.get("client_id", ""))
    signed = app is not None and signing.is_signed("", request.args.to_dict(), app.secret)
    return asked(signed and request.args.get("site") == "china")


def asked(well_formed: bool) -> Any:
    with door.state().transaction() as db:
        app = access.app(db, request.args.get("client_id", ""))
        people = members.everyone(db)
    if not (well_formed and app and may_go_to(request.args.get("redirect_uri", ""))):
        return ILLEGAL, 400
    return render_template("authorize.html", app=app, people=people, asked=request.args)


@blueprint.post("/oauth/authorize")
def decided() -> Any:
    """Allow or refuse, as one of the members; the browser goes back to the app with a code, or with an error."""
    given = request.form
    target = given.get("redirect_uri", "")
    with door.state().transaction() as db:
        app, member = access.app(db, given.get("client_id", "")), members.find(db, given.get("member_id", ""))
        if app is None or member is None or not may_go_to(target):
            return ILLEGAL, 400
        allowed = given.get("decision") == "allow"
        said = (
            {"code": access.new_code(db, app.app_key, member.member_id, target)}
            if allowed
            else {"error": "access_denied"}
        )
    query = urlencode({**said, **({"state": given["state"]} if given.get("state") else {})})
    return redirect(f"{target}{'&' if urlsplit(target).query else '?'}{query}", 303)


def may_go_to(target: str) -> bool:
    """This machine, or an address that begins as the settings say."""
    parts = urlsplit(target)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    known = [word for word in door.state().settings.redirects.replace(",", " ").split() if word]
    return parts.hostname in LOOPBACK or any(target.startswith(word) for word in known)


@blueprint.route("/openapi/http/1/system.oauth2/getToken/<app_key>", methods=["GET", "POST"])
@blueprint.route("/openapi/param2/1/system.oauth2/getToken/<app_key>", methods=["GET", "POST"])
def get_token(app_key: str) -> Response:
    """Not signed: the secret itself comes along."""
    return door.through("getToken", app_key, issue)


def issue(entry: Entry, _drawn: faults.Drawn) -> dict[str, Any]:
    here, given = door.state(), entry.fields
    with here.transaction() as db:
        app = access.app(db, entry.app_key)
        if app is None or given.get("client_id") != entry.app_key or not app.knows(given.get("client_secret", "")):
            raise denied("invalid_client", "client_id or client_secret is wrong", 401)
        if given.get("grant_type") == "authorization_code":
            member = access.spend_code(db, entry.app_key, given.get("code", ""), given.get("redirect_uri", ""))
            token = access.new_token(db, here.settings, entry.app_key, member) if member else None
        elif given.get("grant_type") == "refresh_token":
            token = access.refreshed(db, here.settings, entry.app_key, given.get("refresh_token", ""))
        else:
            raise denied("unsupported_grant_type", "grant_type is authorization_code or refresh_token")
        if token is None:
            raise denied("invalid_grant", "the code or refresh token is unknown, spent or expired")
        entry.member_id = token.member_id
        return told(members.known(db, token.member_id), token, given)


def told(member: members.Member, token: access.Token, given: dict[str, str]) -> dict[str, Any]:
    """A refresh tells no refresh token, unless it is a new one: the old one stays good."""
    known = token.refresh_token == given.get("refresh_token")
    refresh = {
        "refresh_token": token.refresh_token,
        "refresh_token_timeout": clock.wire(token.refresh_expires_ms),
    }
    wanted = not known and given.get("need_refresh_token", "true") == "true"
    return {
        "access_token": token.access_token,
        **(refresh if wanted else {}),
        "expires_in": str(max(0, token.expires_ms - clock.now() + 999) // 1000),
        "aliId": str(member.user_id),
        "memberId": member.member_id,
        "resource_owner": member.login_id,
    }


def denied(code: str, words: str, status: int = 400) -> Refusal:
    return Refusal(
        status, {"error": code, "error_description": words, "error_code": str(status), "error_message": words}, code
    )
