"""What movements and reasons are called."""

from flask_babel import lazy_gettext as _l

from selection_center.stock.forms import REASONS
from selection_center.stock.items import MoveKind

KINDS = {
    MoveKind.RECEIVED: _l("Received"),
    MoveKind.SOLD: _l("Sold"),
    MoveKind.UNSOLD: _l("Not paid after all"),
    MoveKind.RETURNED: _l("Returned by a customer"),
    MoveKind.WASTED: _l("Written off"),
    MoveKind.COUNTED: _l("Corrected by a count"),
    MoveKind.REFILLED: _l("Carried"),
    MoveKind.SENT: _l("Sent to another store"),
    MoveKind.ARRIVED: _l("Came from another store"),
}
REASON_WORDS = dict(REASONS)
