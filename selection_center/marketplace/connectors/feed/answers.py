"""Where a factory's words about orders come in: files in the feed's folder `status`, or one file at an address.

A file is read and its words are kept beside the orders first; only the call after that, which names what was read in
its cursor, moves it aside. So whoever dies in between reads it once more, and hears nothing new. A file of which
something cannot be understood stays where it is, and is complained of until somebody takes it away. One that was
written to a moment ago may be on its way still: it is left for the next call.
"""

import hashlib
import io
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from selection_center.core.db import utcnow
from selection_center.core.fetch import Door, FetchRefused, fetch
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed import statuses
from selection_center.marketplace.connectors.feed.outbox import Outbox
from selection_center.marketplace.connectors.feed.sources import ENDINGS, KINDS
from selection_center.marketplace.connectors.messages import Message, Subject

AT_ONCE = 20
"""New files a call."""
QUIET_SECONDS = 30
"""How long nobody has written to a file that is read."""
WRONG = "!"
"""Before the digest of a file of which something was not understood."""


@dataclass
class Answer:
    """One file, and what came of it."""

    name: str
    digest: str
    messages: list[Message] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def marks(self) -> set[str]:
        """As a cursor may name it."""
        return {self.digest, WRONG + self.digest}


class Answers:
    def __init__(self, place: Path, address: str, outbox: Outbox) -> None:
        self.place, self.address, self.outbox = place, address, outbox

    def read(self, cursor: str | None) -> tuple[tuple[Message, ...], str | None]:
        """What is new since the cursor's call. What cannot be understood is said once nothing new is left to say."""
        known = set((cursor or "").split(",")) - {""}
        answers = self._at_address() if self.address else list(self._in_folder(known))
        new = [answer for answer in answers if not answer.marks & known]
        wrong = [f"{answer.name}: {problem}" for answer in answers for problem in answer.problems]
        if wrong and not any(answer.messages for answer in new):
            raise ConnectorError("bad_status", "; ".join(wrong[:3]), permanent=True)
        after = ",".join((WRONG if answer.problems else "") + answer.digest for answer in answers)
        return tuple(message for answer in new for message in answer.messages), after or None

    def _in_folder(self, known: set[str]) -> Iterator[Answer]:
        new = 0
        for file in self._waiting():
            try:
                content = _settled(file)
                digest = digest_of(content or b"")
                if content is not None and digest in known:
                    self._put_aside(file)
            except FileNotFoundError:
                continue  # taken away meanwhile
            except OSError as error:
                yield Answer(file.name, digest_of(file.name.encode()), problems=[error.strerror or str(error)])
                continue
            if content is None or digest in known:
                continue
            if WRONG + digest in known:
                yield self._answer(file.name, content)
            elif new < AT_ONCE:
                answer = self._answer(file.name, content)
                new += bool(answer.messages)  # what cannot be understood keeps nobody else from being heard
                yield answer

    def _waiting(self) -> list[Path]:
        """The files, the oldest first."""
        found = []
        for file in self.place.glob("[!.]*"):
            with suppress(FileNotFoundError):
                status = file.lstat()
                if file.suffix.lower() in ENDINGS and stat.S_ISREG(status.st_mode):
                    found.append((status.st_mtime_ns, file.name, file))
        return [file for *_order, file in sorted(found)]

    def _at_address(self) -> list[Answer]:
        into = io.BytesIO()
        try:
            fetch(self.address, Door.to(), into, kinds=KINDS, most_bytes=statuses.LARGEST_BYTES)
        except FetchRefused as refused:
            if refused.code == "gone":
                return []  # nothing was said yet
            code = "bad_address" if refused.code in {"address", "host", "private"} else "no_answer"
            raise ConnectorError(code, str(refused), permanent=refused.is_final) from refused
        return [self._answer("status", into.getvalue())]

    def _answer(self, name: str, content: bytes) -> Answer:
        answer = Answer(name, digest_of(content))
        if len(content) > statuses.LARGEST_BYTES:
            answer.problems.append("larger than 5 MB")
            return answer
        try:
            for row in statuses.read(io.BytesIO(content)):
                self._hear(answer, row)
        except ConnectorError as error:
            answer.problems.append(error.said)
        return answer

    def _hear(self, answer: Answer, row: statuses.Status | statuses.Problem) -> None:
        if isinstance(row, statuses.Problem):
            answer.problems.append(f"row {row.row}: {row.said}")
        elif not self.outbox.knows(row.reference):
            answer.problems.append(f"{row.reference[:40]} was not handed over to this factory")
        else:
            self.outbox.note(row)
            parts = (row.reference, row.word, row.carrier, row.number, row.reason)
            number = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
            answer.messages.append(Message(number, Subject.ORDER, row.said, (row.reference,), utcnow()))

    def _put_aside(self, file: Path) -> None:
        """Two files of one name do not overwrite each other."""
        done = self.place / "done"
        done.mkdir(exist_ok=True)
        os.replace(file, done / f"{utcnow():%Y%m%dT%H%M%S%f}-{file.name}")


def _settled(file: Path) -> bytes | None:
    """What stands in it; None while it is written. By its ctime: uploads set what mtime they like."""
    with file.open("rb") as opened:
        before = os.fstat(opened.fileno())
        content = opened.read(statuses.LARGEST_BYTES + 1)
        after = os.fstat(opened.fileno())
    is_still = (before.st_size, before.st_ctime_ns) == (after.st_size, after.st_ctime_ns)
    return content if is_still and time.time() - after.st_ctime >= QUIET_SECONDS else None


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:24]
