"""The table of all APIs, filled by the modules whose nouns they are about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.access import App
from gateway.members import Member
from gateway.parameters import Parameter
from gateway.refusals import need_user
from gateway.settings import Settings


@dataclass
class Call:
    """One call whose signature, token, permission and parameters are good, within its transaction."""

    db: Any
    settings: Settings
    app: App
    caller: Member | None
    given: dict[str, Any]
    base_url: str
    memory: dict[str, Any]
    hidden_ms: int = 0
    """Orders younger than this are not seen yet."""
    order_ids: list[str] = field(default_factory=list)
    """Those that the call made, for the log."""

    @property
    def member(self) -> Member:
        if self.caller is None:
            raise need_user()
        return self.caller


Answer = Callable[[Call], Any]


@dataclass(frozen=True)
class Api:
    parameters: dict[str, Parameter]
    answer: Answer
    needs_user: bool


TABLE: dict[tuple[str, str, int], Api] = {}


def api(namespace: str, name: str, *, needs_user: bool = True, **parameters: Parameter) -> Callable[[Answer], Answer]:
    """Registers a function as the answer of version 1 of an API."""

    def register(answer: Answer) -> Answer:
        TABLE[namespace, name, 1] = Api(parameters, answer, needs_user)
        return answer

    return register
