"""Whole pages kept for half a minute, with what belongs to one visitor put in per answer.

A page is rendered once with the visitor's tokens in it; the tokens are cut out before it is kept, and each answer
gets its own. Nothing of one visitor reaches another: what differs between visitors is a slot or part of the key.
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, session
from flask_wtf.csrf import generate_csrf

from selection_center.core.once import new_operation_id

SECONDS = 30
MOST_PAGES = 2000
SLOT = re.compile(r"\x02(csrf|operation|count)\x03")


@dataclass(frozen=True)
class Kept:
    """A page cut at its slots: texts and slot names take turns, beginning and ending with a text."""

    pieces: tuple[str, ...]
    until: float


_kept: dict[Any, Kept] = {}
_lock = threading.Lock()


def slot(name: str) -> str:
    return f"\x02{name}\x03"


def kept_page(key: tuple[Any, ...], render: Callable[[], str]) -> Kept | None:
    """The page of this key; rendered when it is not kept or too old. None while a message waits for its reader."""
    if session.get("_flashes"):
        return None
    kept = _kept.get(key)
    if kept is None or kept.until < time.monotonic():
        kept = _keep(key, render)
    return kept


def _keep(key: tuple[Any, ...], render: Callable[[], str]) -> Kept:
    g.slots = True
    try:
        page = render()
    finally:
        g.slots = False
    kept = Kept(tuple(SLOT.split(page)), time.monotonic() + SECONDS)
    with _lock:
        if len(_kept) >= MOST_PAGES:
            _kept.clear()
        _kept[key] = kept
    return kept


def fill(kept: Kept, count: int) -> str:
    """The page for the visitor of this request, with so many lines on the list."""
    return put_in(kept, str(generate_csrf()), str(count or ""))


def put_in(kept: Kept, csrf: str, count: str) -> str:
    """Each form gets an operation id of its own."""
    pieces = list(kept.pieces)
    for index in range(1, len(pieces), 2):
        name = pieces[index]
        pieces[index] = csrf if name == "csrf" else count if name == "count" else new_operation_id()
    return "".join(pieces)


def in_slots() -> bool:
    """Is the page being rendered one to keep? Then its tokens are slots."""
    return bool(g.get("slots"))


def csrf_token() -> str:
    return slot("csrf") if in_slots() else str(generate_csrf())


def operation_id() -> str:
    return slot("operation") if in_slots() else new_operation_id()
