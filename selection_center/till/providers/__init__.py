"""The payment port: who takes money from a customer's phone behind one small class. Each provider is a module here.

A provider knows a charge by our reference alone. Asking can end without an answer (`ProviderSilent`); then it may have
taken the money or not, so it is looked up, and never asked again.
"""

from __future__ import annotations

from dataclasses import dataclass

from selection_center.till.payments import ChargeState


class ProviderSilent(Exception):
    """No answer came, or one that says nothing: what happened is not known."""


@dataclass(frozen=True)
class ChargeAnswer:
    state: ChargeState
    """PAID, WAITING or REFUSED."""
    provider_reference: str = ""
    said: str = ""
    """The provider's own words about a refusal."""


class Provider:
    """Takes fen from whoever shows this code, and gives them back. All of it may raise ProviderSilent."""

    name = ""

    def charge(self, reference: str, amount_fen: int, payer_code: str) -> ChargeAnswer:
        """Asked once for each reference."""
        raise NotImplementedError

    def look_up(self, reference: str) -> ChargeAnswer:
        """What came of it; REFUSED for a reference that never arrived."""
        raise NotImplementedError

    def call_off(self, reference: str) -> ChargeAnswer:
        """Ends a question that still waits: REFUSED says that it is over, PAID that the customer was quicker."""
        raise NotImplementedError

    def refund(self, reference: str, refund_reference: str, amount_fen: int) -> ChargeAnswer:
        """Gives back, all or a part, once for each refund_reference; PAID says that it did."""
        raise NotImplementedError


def provider_named(name: str) -> Provider:
    from selection_center.till.providers.simulated import SimulatedProvider  # it needs the class above

    return {SimulatedProvider.name: SimulatedProvider}[name]()


def provider_name() -> str:
    """The one that takes new charges."""
    return "simulated"
