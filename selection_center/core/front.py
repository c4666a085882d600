"""The application, and what stands in front of it: layers that answer before Flask is asked, or change what it said."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Application(Flask):
    """A layer goes in front by `app.front = Layer(app.front)`; the newest meets a request first."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.front: WSGIApplication = super().wsgi_app

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self.front(environ, start_response)
