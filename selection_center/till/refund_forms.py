"""Input of a refund: out of which shift, why, how the money goes, and a manager's word where it needs one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from selection_center.catalog.queries import number
from selection_center.core.forms import as_choice
from selection_center.till.forms import ApprovedForm
from selection_center.till.shifts import PayMethod, Shift

AS_PAID, IN_CASH = "as_paid", "cash"


class RefundForm(ApprovedForm):
    shift = SelectField(_l("Out of the shift"), choices=[], validate_choice=False)
    reason = StringField(_l("Why it comes back"), [DataRequired(_l("Write why.")), Length(max=200)])
    way = RadioField(
        _l("How the money goes back"),
        choices=[(AS_PAID, _l("The way it was paid")), (IN_CASH, _l("In cash"))],
        default=AS_PAID,
    )
    wechat = StringField(_l("Number of the WeChat refund"), [Optional(), Length(max=80)])
    alipay = StringField(_l("Number of the Alipay refund"), [Optional(), Length(max=80)])
    card = StringField(_l("Number on the terminal's slip"), [Optional(), Length(max=80)])
    seen = HiddenField()
    """The sum that was shown."""

    def offer_shifts(self, shifts: Sequence[Shift]) -> Self:
        self.shift.choices = [
            as_choice((str(shift.id), f"{shift.till.name} {shift.opened_by.name}")) for shift in shifts
        ]
        return self

    @property
    def is_in_cash(self) -> bool:
        return bool(self.way.data == IN_CASH)

    @property
    def seen_fen(self) -> int | None:
        return 0 if self.seen.data == "0" else number(self.seen.data)

    def reference_of(self, method: PayMethod) -> str:
        field = {PayMethod.WECHAT: self.wechat, PayMethod.ALIPAY: self.alipay, PayMethod.CARD: self.card}[method]
        return field.data or ""
