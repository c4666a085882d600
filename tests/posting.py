"""A real mail server on this machine: strict about what it is told, and it can be told to fail at any point."""

import base64
import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage
from types import TracebackType
from typing import Any


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    postman: "Postman"

    def handle_error(self, *_rest: Any) -> None:
        """Whoever hangs up early is part of the test."""


class Talk(socketserver.StreamRequestHandler):
    server: Server

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self) -> None:
        postman, told = self.server.postman, []
        self.say("220 here")
        while line := self.rfile.readline(2000):
            verb, _, rest = line.decode("ascii").strip().partition(" ")
            verb = verb.upper()
            told.append(verb)
            postman.heard.append(line.decode("ascii").strip())
            fault = postman.faults.pop(verb, None)
            if fault == "hang up":
                return
            if fault:
                self.say(fault)
            elif verb == "EHLO":
                self.say("250-here\r\n250 AUTH PLAIN" if postman.password else "250 here")
            elif verb == "AUTH":
                self.let_in(rest)
            elif verb == "MAIL" and postman.password and "AUTH" not in told:
                self.say("530 sign in first")
            elif verb in {"NOOP", "RSET"} or (verb == "MAIL" and "EHLO" in told) or (verb == "RCPT" and "MAIL" in told):
                self.say("250 ok")
            elif verb == "DATA" and "RCPT" in told:
                self.say("354 go on")
                if not self.take():
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("503 not now")

    def let_in(self, rest: str) -> None:
        postman = self.server.postman
        said = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")[1:]
        self.say("235 come in" if said == [postman.user, postman.password] else "535 who are you")

    def take(self) -> bool:
        postman, lines = self.server.postman, []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            assert line.endswith(b"\r\n"), line
            lines.append(line.removeprefix(b"."))
        if not line or postman.faults.pop("half", ""):
            return False
        fault = postman.faults.pop("dot", None)
        if fault and fault != "hang up":
            self.say(fault)
            return True
        made = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(made, EmailMessage)
        postman.letters.append(made)
        if fault:
            return False  # taken, and nobody says so
        self.say("250 taken")
        return True


class Postman:
    """`faults`: by verb, "dot" (after the letter) or "half" (before it is taken): an answer, or "hang up"."""

    def __init__(self, user: str = "", password: str = "") -> None:
        self.user, self.password = user, password
        self.letters: list[EmailMessage] = []
        self.heard: list[str] = []
        self.faults: dict[str, str] = {}
        self.server = Server(("127.0.0.1", 0), Talk)
        self.server.postman = self
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "Postman":
        self.thread.start()
        return self

    def __exit__(self, *_rest: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
