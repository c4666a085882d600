"""Members, cards and entries of one center of the town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selection_center.core.db import utcnow
from selection_center.membership import passes
from selection_center.membership.applications import Application
from selection_center.membership.cards import Card, CardKind, CardPhoto, RevokeReason
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.members import PHOTO_CONSENT_VERSION, Member
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import FeeMethod, Renewal
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make

if TYPE_CHECKING:
    from tests.promises.town import Person

MISSING: dict[str, Any] = dict.fromkeys(
    (
        *("plan_id", "member_id", "household_card_id", "lost_card_id", "application_id"),
        *("phone_card_id", "entry_id"),
    ),
    987_654,
) | {
    "card_code": "7K3M9QX2ATC", "own_card_link": "A" * 24, "free_card_link": "B" * 24, "door_pass": "C" * 24,
}  # fmt: skip
"""Names of the same shape that belong to nothing."""


def furnish(site: Site, sample: Sample, staff: Person, buyer: Person) -> dict[str, Any]:
    """By name, what addresses name. `staff` works at this center; `buyer` is its buyer's device."""
    plan = make.add(Plan(name=f"{site.slug}年卡", fee_fen=29_900, months=12, household_cards=5))
    member = Member.join(site, "陈女士", f"1380001{site.id:04}", by=staff.user)
    Renewal.begin(member, plan, method=FeeMethod.WECHAT, reference=f"paid at {site.slug}", by=staff.user)
    household, lost = (
        make.add(Card(member_id=member.id, kind=CardKind.HOUSEHOLD, holder=name)) for name in ("陈先生", "陈小妹")
    )
    lost.revoked_at, lost.revoked_reason = utcnow(), RevokeReason.LOST
    wish = make.add(
        Application(site=site, plan=plan, device=buyer.device, name="林女士", phone="13900008000", consent_version="x")
    )
    return at_door(site, member, staff, buyer) | {
        "plan_id": plan.id, "member_id": member.id, "household_card_id": household.id, "lost_card_id": lost.id,
        "application_id": wish.id,
    }  # fmt: skip


def at_door(site: Site, member: Member, staff: Person, buyer: Person) -> dict[str, Any]:
    """A card on the buyer's phone, one that no phone has yet, a photo, somebody inside, and a pass of the door."""
    assert staff.user is not None
    own, free = (
        make.add(Card(member_id=member.id, kind=CardKind.HOUSEHOLD, holder=name, device=device))
        for name, device in (("陈大哥", buyer.device), ("陈大姐", None))
    )
    make.add(CardPhoto(card_id=own.id, data=b"RIFF", consent_version=PHOTO_CONSENT_VERSION, taken_by_id=staff.user.id))
    entry, _is_new = Entry.come_in(own, site, EntryWay.PHONE_CARD, by=staff.user, step=1)
    return {
        "phone_card_id": own.id, "own_card_link": own.link, "free_card_link": free.link, "card_code": free.code,
        "entry_id": entry.id, "door_pass": passes.seal(passes.Pass(own, EntryWay.PRINTED_DIGITS), site),
    }  # fmt: skip
