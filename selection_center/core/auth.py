"""Each view says who may use it: exactly one of @allow(Permission.X) and @public. What says neither is refused."""

from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from selection_center.core.errors import Refused, answer
from selection_center.core.permissions import Permission

View = Callable[..., Any]


class Rule(Protocol):
    permission: Permission | None
    repeatable: bool


def allow(*permissions: Permission, repeatable: bool = False) -> Callable[[View], View]:
    """People with at least one of these permissions, wherever it reaches; the view's look-up does the scoping.

    repeatable: doing it twice is doing it once, so its form needs no operation id.
    """

    def mark(view: View) -> View:
        view.permissions = permissions  # type: ignore[attr-defined]
        view.repeatable = repeatable  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Anyone, signed in or not."""
    return allow()(view)


def public_repeatable(view: View) -> View:
    """Anyone; doing it twice is doing it once (signing in and out)."""
    return allow(repeatable=True)(view)


def declared(view: View) -> bool:
    return hasattr(view, "permissions")


def current_view() -> View | None:
    return current_app.view_functions.get(request.endpoint or "")


def opens(path: str, user: Any) -> bool:
    """Is this the address of a page that the person may use at all?"""
    adapter = current_app.url_map.bind("")
    try:
        endpoint, _values = adapter.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return False
    view: Any = current_app.view_functions[endpoint]
    permissions: tuple[Permission, ...] = view.permissions
    return not permissions or any(user.can(permission) for permission in permissions)


def check_rights() -> Any:
    """Before every request: may this person use this view at all?"""
    view = current_view()
    if view is None:
        return None  # the router's own 404 or 405
    if not declared(view):
        abort(403)
    permissions = view.permissions  # type: ignore[attr-defined]
    if not permissions:
        return None
    if not current_user.is_authenticated:
        if request.method != "GET":
            if g.get("is_locked"):
                raise Refused("locked", _("The tablet locked before this was sent. Come in, look, and send it again."))
            abort(403)
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if not any(current_user.can(permission) for permission in permissions):
        if any(current_user.could_by_password(permission) for permission in permissions):
            sentence = _("A PIN does not open it. Sign in with your password on this tablet.")
            return answer(403, "needs_password", sentence, _("This asks for a password"))
        abort(403)
    return None


def init_app(app: Flask) -> None:
    app.before_request(check_rights)
    # Files under /static belong to everyone.
    app.view_functions["static"] = public(app.view_functions["static"])
