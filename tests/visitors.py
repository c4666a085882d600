"""A browser-like test client: cookies, a form's two tokens, and each request on its own, as on a server."""

import secrets
from contextvars import Context
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from selection_center.accounts.models import SignIn, User
from selection_center.core.db import db
from tests.databases import PUBLIC_URL


class Visitor(FlaskClient):
    """What the test has flushed is committed before each request, which then runs in a context of its own:
    its session, its `g` and its signed-in person are never the test's."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", PUBLIC_URL)
        response = Context().run(super().open, *args, **{**kwargs, "buffered": True})
        # Scans are written behind the answer: here before the test goes on, whose own transaction would be in the way.
        self.application.extensions["scan_recorder"].flush()
        return response

    def submit(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Posts a form as a page of ours would: with the session's token and a fresh operation id."""
        tokens = {"csrf_token": self.csrf_token(), "operation_id": secrets.token_urlsafe(18)}
        return self.post(path, data=tokens | (data or {}), **kwargs)

    def csrf_token(self) -> str:
        with self.session_transaction(base_url=PUBLIC_URL) as session:
            raw = session.setdefault("csrf_token", secrets.token_hex(20))
        seal = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token")
        return str(seal.dumps(raw))

    def sign_in(self, user: User) -> "Visitor":
        """Signed in as this person, without the minute that a password's hash takes."""
        token = SignIn.start(user, "tests")
        db.session.commit()
        with self.session_transaction(base_url=PUBLIC_URL) as session:
            session.clear()
            session["sign_in"] = token
        return self
