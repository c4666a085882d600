"""Orders handed over as files in an outbox, from where the factory's side takes them away. A mark beside it says what
was handed over, and is written before and after: between the two nobody knows whether the file was there and taken.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from selection_center.core.db import utcnow
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed.order_files import called_off_file, order_file
from selection_center.marketplace.connectors.orders import Draft, Preview, RemoteOrder, RemoteState

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
WRITING, HANDED_OVER, CALLED_OFF = "writing", "handed_over", "called_off"


class Outbox:
    """`kind`: csv or xlsx."""

    def __init__(self, place: Path, kind: str) -> None:
        self.place, self.kind = place, "csv" if kind == "csv" else "xlsx"
        self.marks = place / ".marks"

    def hand_over(self, draft: Draft, preview: Preview) -> RemoteOrder:
        """Once, whatever is called twice or dies in between; raises where a death leaves it open."""
        reference = _checked(draft.reference)
        known = self.find(reference)
        if known:
            return known
        self.marks.mkdir(parents=True, exist_ok=True)
        mark = {"state": WRITING, "at": utcnow().isoformat(), "goods_fen": preview.goods_fen}
        if not _write_once(self._mark(reference), _text(mark)):
            return self._of_another(reference)
        _write_once(self._file(reference), order_file(self.kind, draft))
        return self._marked(reference, {**mark, "state": HANDED_OVER})

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
            return self._marked(reference, {**mark, "state": HANDED_OVER})
        return _order(reference, mark)

    def call_off(self, reference: str, reason: str) -> None:
        """Puts a second file beside the order's own, which may be taken already."""
        mark = self._read(_checked(reference))
        if mark is None:
            raise ConnectorError("not_there", reference, permanent=True)
        if mark["state"] != CALLED_OFF:
            _write_once(self._file(f"{reference}-cancelled"), called_off_file(self.kind, reference, reason))
            self._marked(reference, {**mark, "state": CALLED_OFF})

    def _marked(self, reference: str, mark: Mapping[str, Any]) -> RemoteOrder:
        _write(self._mark(reference), _text(mark))
        return _order(reference, mark)

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
    goods = mark.get("goods_fen")
    state = RemoteState.CANCELLED if mark["state"] == CALLED_OFF else RemoteState.OTHER
    return RemoteOrder(reference, state, str(mark["state"]), reference, goods_fen=goods)


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
        draft.write(content)
        draft.flush()
        os.fchmod(draft.fileno(), 0o640)
        os.fsync(draft.fileno())
    return draft.name


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
