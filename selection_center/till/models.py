"""The tables of this area, known together: they name each other."""

from selection_center.till.exit_checks import ExitCheck
from selection_center.till.payments import Charge, ChargeState, SalePayment, Settlement, SimulatedCharge
from selection_center.till.refunds import GoesTo, Refund, RefundLine, RefundPayment
from selection_center.till.sales import Channel, LineKind, Sale, SaleLine, SaleState
from selection_center.till.shifts import CashMovement, PayMethod, Shift, ShiftCount, Till, TillRules
from selection_center.till.waivers import MinimumWaiver

__all__ = [
    "CashMovement",
    "Channel",
    "Charge",
    "ChargeState",
    "ExitCheck",
    "GoesTo",
    "LineKind",
    "MinimumWaiver",
    "PayMethod",
    "Refund",
    "RefundLine",
    "RefundPayment",
    "Sale",
    "SaleLine",
    "SalePayment",
    "SaleState",
    "Settlement",
    "Shift",
    "ShiftCount",
    "SimulatedCharge",
    "Till",
    "TillRules",
]
