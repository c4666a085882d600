"""Members as a table, as a spreadsheet may hold it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from selection_center.core.exports import Cell, xlsx_file
from selection_center.core.shop_time import today
from selection_center.core.templating import moment
from selection_center.membership.members import Member
from selection_center.membership.standing import judge

MOST_MEMBERS = 20_000
WIDTHS = (14, 18, 16, 14, 20, 24, 14, 24)


def member_table(members: Iterable[Member]) -> bytes:
    header = [
        _("No."), _("Name"), _("Mobile"), _("Joined"), _("Plan"), _("State"), _("Until"), _("Note"),
    ]  # fmt: skip
    return xlsx_file(_("Members"), header, (row(member) for member in members), WIDTHS)


def row(member: Member) -> list[Cell]:
    held = judge(member, member.renewals, member.site, today())
    return [
        member.number, member.shown_name, member.masked_phone, moment(member.joined_at),
        held.plan.label if held.plan else "", held.words(), held.until.isoformat() if held.until else "", member.note,
    ]  # fmt: skip
