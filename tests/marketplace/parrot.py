"""A connector of the tests: it says what it was told to say, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from selection_center.marketplace.connectors import Connector, Field


class Parrot(Connector):
    name = "parrot"
    label = "Parrot"
    fields = (Field("address", "Address"), Field("key", "Key", secret=True), Field("token", "Token", True, False))
    takes_orders = True
    says: ClassVar[list[Callable[[Parrot], Any]]] = []
    """What each call does, in their order; the last one goes on."""
    asked: ClassVar[list[dict[str, str]]] = []

    def check(self) -> str:
        with self.gate("check"):
            self.asked.append(dict(self.given))
            said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
            return str(said(self))
