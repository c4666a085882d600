"""Orders handed over: as files in an outbox, from where the factory's side takes them away, or by letter. A mark beside
it says what was handed over, and is written before and after: between the two nobody knows whether the file was there
and taken, or the letter sent. How the factory says that the order stands is kept in the mark too.
"""

import fcntl
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from selection_center.core.db import utcnow
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed.order_files import called_off_file, order_file
from selection_center.marketplace.connectors.feed.post import Post
from selection_center.marketplace.connectors.feed.statuses import Status, merged, standing
from selection_center.marketplace.connectors.orders import HANDED_OVER, Draft, Preview, RemoteOrder, RemoteState

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SENT_OFF = (RemoteState.SHIPPED, RemoteState.RECEIVED)
WRITING, CALLED_OFF = "writing", "called_off"


class Outbox:
    """`kind`: csv or xlsx. `to`: an address to which letters go instead of files into the folder."""

    def __init__(self, place: Path, kind: str, to: str = "") -> None:
        self.place, self.kind = place, "csv" if kind == "csv" else "xlsx"
        self.marks = place / ".marks"
        self.post = Post(to, self.kind) if to else None

    def hand_over(self, draft: Draft, preview: Preview) -> RemoteOrder:
        """Once, whatever is called twice or dies in between; raises where a death leaves it open."""
        reference = _checked(draft.reference)
        known = self.find(reference)
        if known:
            return known
        self.marks.mkdir(parents=True, exist_ok=True)
        mark = {"state": WRITING, "at": utcnow().isoformat(), "goods_fen": preview.goods_fen}
        mark["offers"] = _offers(draft)
        if not _write_once(self._mark(reference), _text(mark)):
            return self._of_another(reference)
        if self.post is None:
            _write_once(self._file(reference), order_file(self.kind, draft))
        else:
            self._sent(self.post, draft)
        return self._marked(reference, HANDED_OVER)

    def _sent(self, post: Post, draft: Draft) -> None:
        """A letter that surely did not leave leaves no mark either, so that it may be tried again."""
        try:
            post.bring_order(draft)
        except ConnectorError as error:
            if error.code != "handover_unclear":
                self._mark(draft.reference).unlink()
                _settle(self.marks)
            raise

    def _of_another(self, reference: str) -> RemoteOrder:
        """Somebody was faster between our look and our mark."""
        found = self.find(reference)
        if found is None:
            raise _unclear(reference)
        return found

    def find(self, reference: str) -> RemoteOrder | None:
        """None where nothing was handed over under this reference."""
        mark = self._read(_checked(reference))
        if mark is None:
            return None
        if mark["state"] == WRITING:
            if not self._file(reference).exists():
                raise _unclear(reference)
            return self._marked(reference, HANDED_OVER)
        return _order(reference, mark)

    def call_off(self, reference: str, reason: str) -> None:
        """Puts a second file beside the order's own, which may be taken already; or sends a second letter."""
        mark = self._read(_checked(reference))
        if mark is None:
            raise ConnectorError("not_there", reference, permanent=True)
        if mark["state"] == CALLED_OFF:
            return
        if self.post is None:
            _write_once(self._file(f"{reference}-cancelled"), called_off_file(self.kind, reference, reason))
        else:
            self.post.bring_called_off(reference, reason)
        self._marked(reference, CALLED_OFF)

    def remind(self, draft: Draft) -> None:
        """The same file again, where it was taken away; or the same letter. Only while the factory has said nothing."""
        mark = self._read(_checked(draft.reference))
        if mark is None or mark["state"] != HANDED_OVER or mark.get("status"):
            return
        if mark.get("offers", _offers(draft)) != _offers(draft):
            raise ConnectorError("linked_otherwise", draft.reference, permanent=True)
        if self.post is None:
            _write_once(self._file(draft.reference), order_file(self.kind, draft))
        else:
            self.post.remind(draft)

    def settle(self, reference: str, *, arrived: bool) -> None:
        """People asked the factory: it has the order, or was never reached. Other words of its own count for more."""
        mark = self._read(_checked(reference))
        if mark is None or mark.get("status"):
            return
        if arrived:
            self.note(Status(reference, "accepted", ""))
        elif mark["state"] == WRITING:
            self._mark(reference).unlink()
            _settle(self.marks)

    def knows(self, reference: str) -> bool:
        return bool(REFERENCE.fullmatch(reference)) and self._mark(reference).exists()

    def note(self, status: Status) -> None:
        """What the factory says of one; whoever answers for it has it. The same said again changes nothing."""
        with self._held(status.reference) as mark:
            state = HANDED_OVER if mark["state"] == WRITING else mark["state"]
            said = {**mark, "state": state, "status": merged(mark.get("status") or {}, status)}
            if said != mark:
                _write(self._mark(status.reference), _text(said))

    def _marked(self, reference: str, state: str) -> RemoteOrder:
        with self._held(reference) as mark:
            marked = {**mark, "state": state}
            _write(self._mark(reference), _text(marked))
        return _order(reference, marked)

    @contextmanager
    def _held(self, reference: str) -> Iterator[dict[str, Any]]:
        """The mark as it is now, which nobody else changes meanwhile."""
        with (self.marks / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            mark = self._read(reference)
            if mark is None:
                raise ConnectorError("not_there", reference, permanent=True)
            yield mark

    def _read(self, reference: str) -> dict[str, Any] | None:
        try:
            mark: dict[str, Any] = json.loads(self._mark(reference).read_text("utf-8"))
        except FileNotFoundError:
            return None
        return mark

    def _mark(self, reference: str) -> Path:
        return self.marks / f"{reference}.json"

    def _file(self, name: str) -> Path:
        return self.place / f"{name}.{self.kind}"


def _order(reference: str, mark: Mapping[str, Any]) -> RemoteOrder:
    goods, told = mark.get("goods_fen"), standing(mark.get("status") or {})
    order = RemoteOrder(reference, told.state, told.said or HANDED_OVER, reference, goods_fen=goods)
    if mark["state"] == CALLED_OFF and told.state not in SENT_OFF:
        return replace(order, state=RemoteState.CANCELLED, said=CALLED_OFF)
    return replace(order, parcels=told.parcels, reason=told.reason)


def _offers(draft: Draft) -> list[list[str]]:
    return [[line.external_id, line.spec_id] for line in draft.lines]


def _checked(reference: str) -> str:
    if not REFERENCE.fullmatch(reference):
        raise ConnectorError("bad_call", f"{reference[:64]!r} names no file", permanent=True)
    return reference


def _unclear(reference: str) -> ConnectorError:
    return ConnectorError("handover_unclear", reference, permanent=False)


def _text(mark: Mapping[str, Any]) -> bytes:
    return json.dumps(mark, ensure_ascii=False).encode()


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk when it returns."""
    os.replace(_draft(target, content), target)
    _settle(target.parent)


def _write_once(target: Path, content: bytes) -> bool:
    """The same, but never over a file that is there; False where one is."""
    draft = _draft(target, content)
    try:
        os.link(draft, target)
    except FileExistsError:
        return False
    finally:
        os.unlink(draft)
    _settle(target.parent)
    return True


def _draft(target: Path, content: bytes) -> str:
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fchmod(draft.fileno(), 0o640)
            os.fsync(draft.fileno())
        except OSError:
            os.unlink(draft.name)
            raise
    return draft.name


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
