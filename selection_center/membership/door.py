"""What the door says to a card: come in, already in, see the desk, or no; and why, in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.accounts.models import User
from selection_center.core.errors import Refused
from selection_center.core.templating import clock, day
from selection_center.membership import entries, passes, visiting
from selection_center.membership.cards import Card, CardKind, RevokeReason, mask_name
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.passes import Pass
from selection_center.membership.reading import CardRead, read_card
from selection_center.membership.standing import Standing, StandingKind, standing_of
from selection_center.sites.models import Site

Outcome = Literal["done", "already", "wrong", "unknown", "refused"]
"""As the floor's answers have it; "wrong" is amber: see the desk."""


@dataclass(frozen=True, kw_only=True)
class DoorAnswer:
    """One answer of the door; its fields are kept, and the page draws them.

    word: the shout. who: the holder, masked, or the end of the card's code. sealed: what the keys hand back.
    check: what staff compare before they let in. may: keys beside it, by name. visitor: names the page of a member of
    another store.
    """

    outcome: Outcome
    word: str
    reason: str = ""
    who: str = ""
    about: tuple[str, ...] = ()
    sealed: str = ""
    check: Literal["", "photo", "digits", "number", "grace"] = ""
    has_photo: bool = False
    may: tuple[str, ...] = ()
    member_id: int | None = None
    visitor: str = ""
    entry_id: int | None = None
    guests: int = 0
    most_guests: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def for_nobody(self) -> DoorAnswer:
        """The same on a tablet that nobody stands at: nothing to compare, and no keys but the guests'."""
        if not self.check:
            return replace(self, sealed="", may=(), member_id=None, visitor="")
        reason = self.reason if self.check == "grace" else _("A printed card is checked by the staff.")
        return DoorAnswer(outcome="wrong", word=_("To the desk"), reason=reason, who=self.who)


def nobody(reason: str = "") -> DoorAnswer:
    reason = reason or _("This is no member's card.")
    return DoorAnswer(outcome="unknown", word=_("Unknown code"), reason=reason)


def scanned(text: str, site: Site, by: User | None) -> DoorAnswer:
    """Somebody shows this at the entrance."""
    read = read_card(text, site)
    if read is None:
        return nobody(_("Nothing was read. Scan it again.") if not text else "")
    if read.problem == "revoked":
        return ended(read.card, site)
    if read.problem == "too_old":
        return too_old(read.card)
    way = EntryWay.PHONE_CARD if read.way == "turning" else EntryWay.PRINTED_DIGITS
    return welcome(Pass(read.card, way, read.step), site, by, is_checked=read.way == "turning")


def welcome(shown: Pass, site: Site, by: User | None, *, is_checked: bool) -> DoorAnswer:
    """In, when the membership holds and it is surely the holder; else what is to be done first."""
    held = standing_of(shown.card, site)
    if not held.opens_door:
        return not_welcome(shown, held, site)
    inside = Entry.open_of(shown.card)
    is_here = inside is not None and inside.site_id == site.id
    if not is_checked and not is_here:
        return to_check(shown, held, site)
    if held.kind is StandingKind.GRACE and not is_here:
        return in_grace(shown, held, site)
    return come_in(shown, held, site, by)


def asked_again(shown: Pass, site: Site) -> DoorAnswer:
    """The answer that still waits for a look or a reason, as things stand now."""
    if not shown.card.is_open:
        return ended(shown.card, site)
    held = standing_of(shown.card, site)
    if not held.opens_door:
        return not_welcome(shown, held, site)
    return in_grace(shown, held, site) if held.kind is StandingKind.GRACE else to_check(shown, held, site)


def come_in(shown: Pass, held: Standing, site: Site, by: User | None, reason: str = "") -> DoorAnswer:
    """Makes the entry, or says that it is there already."""
    try:
        entry, is_new = Entry.come_in(shown.card, site, shown.way, by=by, step=shown.step, reason=reason)
    except Refused as refused:
        return no(shown.card, refused.sentence, word=_("Code used"))
    return inside(entry, held, is_new=is_new)


def inside(entry: Entry, held: Standing, *, is_new: bool) -> DoorAnswer:
    """Green for who came in just now, slate for who was in already: no error, and not counted twice."""
    card, most = entry.card, held.plan.guests if held.plan is not None else 0
    if not is_new:
        word, reason = _("Already in"), _("Came in at %(time)s, not counted twice", time=clock(entry.at))
    else:
        word, reason = _("Come on in"), company(entry)
    return DoorAnswer(
        outcome="done" if is_new else "already",
        word=word,
        reason=reason,
        who=card.masked_holder,
        about=about(card, held),
        may=("leave",),
        entry_id=entry.id,
        guests=entry.guests,
        most_guests=most,
    )


def company(entry: Entry) -> str:
    """With how many, and for the how-maniest time today."""
    number = entries.number_today(entry)
    times = _("visit no. %(number)s today", number=number)
    if not entry.guests:
        return str(times)
    together = ngettext("%(num)s person together", "%(num)s people together", entry.guests + 1)
    return str(_("%(together)s, %(times)s", together=together, times=times))


def to_check(shown: Pass, held: Standing, site: Site) -> DoorAnswer:
    """A printed card, or a number, says who it would be: a second look says that it is."""
    card = shown.card
    check: Literal["photo", "digits", "number"] = "photo" if card.photo is not None else "digits"
    if shown.way is EntryWay.BY_NUMBER:
        check = "number"
        reason = _("Compare the photo.") if card.photo is not None else _("Ask for the name.")
    elif check == "photo":
        reason = _("Printed card: compare the photo.")
    elif card.has_phone:
        reason = _("Printed card: ask for the last four digits of the phone.")
    else:
        return DoorAnswer(
            outcome="wrong", word=_("To the desk"), reason=_("Printed card, and no photo or number to compare."),
            who=card.masked_holder, about=about(card, held), sealed=passes.seal(shown, site), may=("let_in",),
        )  # fmt: skip
    return DoorAnswer(
        outcome="wrong", word=_("Check first"), reason=reason, who=card.masked_holder, about=about(card, held),
        sealed=passes.seal(shown, site), check=check, has_photo=card.photo is not None,
    )  # fmt: skip


def in_grace(shown: Pass, held: Standing, site: Site) -> DoorAnswer:
    return DoorAnswer(
        outcome="wrong",
        word=_("To the desk"),
        reason=_("Ended on %(day)s, still in the days of grace", day=day(held.until)),
        who=shown.card.masked_holder,
        about=about(shown.card, held),
        sealed=passes.seal(shown, site),
        check="grace",
        **renewing(shown.card, site),
    )


def not_welcome(shown: Pass, held: Standing, site: Site) -> DoorAnswer:
    """Why the membership opens no door here; what the desk can settle goes there."""
    ends = day(held.until)
    reasons: dict[StandingKind, str] = {
        StandingKind.EXPIRED: _("Ended on %(day)s", day=ends),
        StandingKind.NOT_PAID: _("The fee is not paid yet"),
        StandingKind.BLOCKED: _("This membership is blocked"),
        StandingKind.WRONG_STORE: _("Holds at %(store)s alone", store=shown.card.member.site.label),
        StandingKind.CANCELLED: _("This membership was cancelled"),
        StandingKind.BEYOND_PLAN: _("More household cards than the plan has room for: the desk sees which hold"),
    }
    to_desk = held.kind in {StandingKind.NOT_PAID, StandingKind.BEYOND_PLAN}
    renews = held.kind in {StandingKind.NOT_PAID, StandingKind.EXPIRED, StandingKind.CANCELLED}
    let_in = "let_in_blocked" if held.kind is StandingKind.BLOCKED else "let_in"
    return DoorAnswer(
        outcome="wrong" if to_desk else "refused",
        word=_("To the desk") if to_desk else _("No entry"),
        reason=reasons[held.kind],
        who=shown.card.masked_holder,
        about=about(shown.card, held),
        sealed=passes.seal(shown, site),
        **renewing(shown.card, site, beside=(let_in,), renews=renews),
    )


def renewing(card: Card, site: Site, beside: tuple[str, ...] = (), renews: bool = True) -> dict[str, Any]:
    """The key to the member's page beside these; of a member of another store to a page of their own."""
    if card.member.site_id != site.id:
        return {"may": beside, "visitor": visiting.sealed(card, site)}
    return {"may": ("renew", *beside), "member_id": card.member_id} if renews else {"may": beside}


def ended(card: Card, site: Site) -> DoorAnswer:
    """A card that was lost, replaced or taken back: nobody is blamed, the person is looked at."""
    when = day(card.revoked_at)
    reasons = {
        RevokeReason.LOST: _("Reported lost on %(day)s: check the person", day=when),
        RevokeReason.REPLACED: _("Replaced by a new card on %(day)s", day=when),
        RevokeReason.TAKEN_BACK: _("Taken back by the main member on %(day)s", day=when),
    }
    reason = reasons.get(card.revoked_reason or RevokeReason.LOST, "")
    return DoorAnswer(
        outcome="refused",
        word=_("No entry"),
        reason=reason,
        who=_("Card **** %(end)s", end=card.code[-4:]),
        about=(_("A new card was given"),) if card.replaced_by_id is not None else (),
        sealed=passes.seal(Pass(card, EntryWay.LET_IN), site),
        may=("let_in",),
    )


def too_old(card: Card) -> DoorAnswer:
    reason = _("Older than a minute, as on a screenshot. Show the card on the phone itself.")
    return no(card, reason, word=_("Code too old"))


def no(card: Card, reason: str, word: str = "") -> DoorAnswer:
    return DoorAnswer(outcome="refused", word=word or _("No entry"), reason=reason, who=card.masked_holder)


def about(card: Card, held: Standing) -> tuple[str, ...]:
    """Which card, which plan, and until when."""
    which = (
        _("Main card")
        if card.kind is CardKind.MAIN
        else _("Household card of %(name)s", name=mask_name(card.member.name))
    )
    plan = held.plan.label if held.plan is not None else ""
    until = _("until %(day)s", day=held.until.isoformat()) if held.until is not None else ""
    return tuple(part for part in (which, plan, until) if part)


def let_in(shown: Pass, site: Site, by: User, reason: str) -> DoorAnswer:
    """Staff take it upon themselves, with a reason."""
    held = standing_of(shown.card, site)
    return come_in(Pass(shown.card, EntryWay.LET_IN), held, site, by, reason)


def leaving(text: str, site: Site) -> DoorAnswer:
    """Somebody shows this at the exit. Whoever holds the card goes out, however the membership stands."""
    read = read_card(text, site)
    return gone(read, site) if read is not None else nobody()


def gone(read: CardRead, site: Site) -> DoorAnswer:
    entry = Entry.open_of(read.card)
    if entry is None or entry.site_id != site.id or not entry.leave():
        return DoorAnswer(
            outcome="already", word=_("See you again"), reason=_("Was not counted inside"), who=read.card.masked_holder
        )
    return out(entry)


def out(entry: Entry) -> DoorAnswer:
    return DoorAnswer(
        outcome="done",
        word=_("See you again"),
        reason=_("Came in at %(time)s", time=clock(entry.at)),
        who=entry.card.masked_holder,
    )
