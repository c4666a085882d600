"""The clocks in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from selection_center.catalog.models import Supplier
from selection_center.marketplace.guarantees import ClockKind, ClockState

KINDS = {
    ClockKind.FIRST: _l("30 buyers in the first 60 days"),
    ClockKind.HALF: _l("Twice the buyers of the half year before"),
}
STATES = {
    ClockState.SHORT: _l("Buyers missing"),
    ClockState.MISSED: _l("Not kept"),
    ClockState.COMPARING: _l("First half year"),
    ClockState.MET: _l("Kept"),
    ClockState.WAITING: _l("Not begun"),
}
LOOKS = {
    ClockState.SHORT: "wrong",
    ClockState.MISSED: "no",
    ClockState.COMPARING: "line",
    ClockState.MET: "done",
    ClockState.WAITING: "unknown",
}


def kind_of_merchant(supplier: Supplier) -> str:
    said = {
        _("TrustPass"): supplier.has_trustpass,
        _("Powerful merchant"): supplier.is_powerful_merchant,
        _("Super factory"): supplier.is_super_factory,
    }
    return ", ".join(word for word, is_so in said.items() if is_so)
