"""The gateway as a server on this machine: started, gone for a while, back again, stopped."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from gateway import seeds
from gateway.access import App
from gateway.app import create_app
from gateway.sending import Sender
from gateway.state import State

HOST = "127.0.0.1"
LOOK_SECONDS = 0.05
STOP_SECONDS = 20
DEFAULT_APP = App("7000001", "local-secret", "")
"""Opens nothing but this stand-in."""


class Quiet(WSGIRequestHandler):
    """The gateway keeps a log of its own."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        return


class Server:
    """werkzeug's threaded server: it lets a fault reach the socket itself, which others do not."""

    def __init__(self, state: State, port: int) -> None:
        self.state = state
        self.app = create_app(state)
        self.app.extensions["server"] = self
        self.away_seconds = 0.0
        self.listening = self.listen(port)
        self.port = self.listening.server_port
        self.sender = Sender(state)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def listen(self, port: int) -> BaseWSGIServer:
        return make_server(HOST, port, self.app, threaded=True, request_handler=Quiet)

    def run(self) -> None:
        """Until `stop`; between times `go_away` closes the port for a while."""
        self.sender.start()
        while True:
            self.listening.serve_forever(poll_interval=LOOK_SECONDS)
            self.listening.server_close()
            if self.state.stopping.wait(self.away_seconds):
                break
            self.listening = self.listen(self.port)
        self.sender.stop()

    def go_away(self, seconds: float) -> None:
        """Connections are truly refused meanwhile."""
        self.away_seconds = seconds
        threading.Thread(target=self.listening.shutdown).start()

    def stop(self) -> None:
        self.state.stopping.set()
        threading.Thread(target=self.listening.shutdown).start()


class Gateway:
    """A running gateway in a thread of this process, for tests: `with Gateway(file) as gateway: gateway.url`.

    An empty file is filled with `seed`: demo, or a number of offers beside it.
    """

    def __init__(self, file: Path, app: App = DEFAULT_APP, seed: str = seeds.DEMO, port: int = 0) -> None:
        self.state = State(file)
        if seeds.is_empty(self.state):
            seeds.fill(self.state, seed)
        seeds.use(self.state, app)
        self.server = Server(self.state, port)
        self.thread = threading.Thread(target=self.server.run, name="gateway", daemon=True)

    @property
    def url(self) -> str:
        return self.server.url

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.server.stop()
        self.thread.join(STOP_SECONDS)
        self.state.close()
