"""The sender of messages: one thread that posts what is due to each app's callback, and tries again until a 2xx."""

import threading
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

from gateway import access, clock, messages, signing
from gateway.state import State

ANSWER_SECONDS = 5
IDLE_SECONDS = 0.5
GATHER_MS = 2000
BATCH = 50


def post(url: str, fields: dict[str, str]) -> str:
    """The status as text, or why there was none."""
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    asked = urllib.request.Request(url, urlencode(fields).encode(), kind)
    try:
        with urllib.request.urlopen(asked, timeout=ANSWER_SECONDS) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


class Sender:
    def __init__(self, state: State) -> None:
        self.state = state
        self.thread = threading.Thread(target=self.run, name="sender", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.state.stopping.set()
        self.state.news.set()
        self.thread.join(ANSWER_SECONDS + 1)

    def run(self) -> None:
        while not self.state.stopping.is_set():
            self.state.news.clear()
            if not self.send_due():
                self.state.news.wait(IDLE_SECONDS)

    def send_due(self) -> int:
        """Sends what is due, in the order of birth or shuffled; answers how many were tried."""
        with self.state.transaction() as db:
            due, callbacks = waiting(self.state, db), {app.app_key: app for app in access.apps(db)}
        for row in due:
            if self.state.stopping.is_set():
                break
            self.deliver(row, callbacks[row["app_key"]])
        return len(due)

    def deliver(self, row: Any, app: access.App) -> None:
        fields = messages.form(row["body"], app.secret)
        answers = [post(app.callback_url, fields) for _ in range(max(1, self.state.settings.message_copies))]
        with self.state.transaction() as db:
            note(self.state, db, row, answers[0])


def waiting(state: State, db: Any) -> list[Any]:
    asked = """select messages.* from messages join apps using (app_key) where callback_url != '' and due_ms <= ?
               and delivered_ms is null and confirmed_ms is null and attempts < ? order by msg_id limit ?"""
    limit = state.settings.message_shuffle or BATCH
    found: list[Any] = db.execute(asked, (clock.now(), state.settings.deliveries, limit)).fetchall()
    if state.settings.message_shuffle and found:
        if len(found) < limit and clock.now() - found[0]["born_ms"] < GATHER_MS:
            return []
        state.chance.shuffle(found)
    return found


def note(state: State, db: Any, row: Any, answer: str) -> None:
    """2xx is the end of it; anything else is due again, later each time."""
    arrived = answer.isdigit() and 200 <= int(answer) < 300
    due = clock.now() + (state.settings.resend_ms << row["attempts"])
    changes = (clock.now() if arrived else None, due, answer, row["msg_id"])
    db.execute(
        "update messages set attempts = attempts + 1, delivered_ms = ?, due_ms = ?, answer = ? where msg_id = ?",
        changes,
    )


def replay(state: State, msg_id: int) -> str:
    """The very bytes of an earlier message once more; answers what the callback said. LookupError: no such message."""
    with state.transaction() as db:
        row = db.execute("select * from messages where msg_id = ?", (msg_id,)).fetchone()
        app = access.app(db, row["app_key"]) if row else None
    if app is None:
        raise LookupError(f"there is no message {msg_id}")
    return post(app.callback_url, messages.form(row["body"], app.secret))


FORGERIES = ("wrong_secret", "unsigned", "altered", "empty")


def forge(state: State, app: access.App, body: str, how: str) -> str:
    """A message that is not ours: signed with another secret, not at all, for another text, or with nothing in it."""
    if how not in FORGERIES:
        raise ValueError(f"{how} is none of {', '.join(FORGERIES)}")
    fields = messages.form(body, "another" if how == "wrong_secret" else app.secret)
    if how == "unsigned":
        del fields[signing.SIGNATURE]
    elif how == "altered":
        fields["message"] = body.replace("{", '{"forged":true,', 1)
    elif how == "empty":
        fields = {}
    return post(app.callback_url, fields)
