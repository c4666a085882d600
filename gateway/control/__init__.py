"""The control of the gateway: what a person at its pages, or a test over JSON, makes happen."""

from gateway.control import faults, log, messages, offers, orders, switches
from gateway.control.answering import blueprint

__all__ = ["blueprint", "faults", "log", "messages", "offers", "orders", "switches"]
