"""The states, results and changes of a count in words."""

from flask_babel import gettext as _

from selection_center.samples.stocktake_changes import Change, Skipped, StocktakeChange
from selection_center.samples.stocktake_results import Kind, Why
from selection_center.samples.stocktakes import StocktakeState


def state_word(state: StocktakeState) -> str:
    words: dict[StocktakeState, str] = {
        StocktakeState.RUNNING: _("Being counted"),
        StocktakeState.CLOSED: _("To be applied"),
        StocktakeState.APPLIED: _("Count applied"),
        StocktakeState.CANCELLED: _("Cancelled"),
    }
    return words[state]


def kind_word(kind: Kind) -> str:
    words: dict[Kind, str] = {
        Kind.SEEN: _("Seen"),
        Kind.MISSING: _("Missing"),
        Kind.WRONG_PLACE: _("In the wrong place"),
        Kind.UNEXPECTED: _("Not expected"),
        Kind.LENT: _("Lent out"),
        Kind.MOVED: _("Handled meanwhile"),
    }
    return words[kind]


def why_word(why: Why) -> str:
    words: dict[Why, str] = {
        Why.LENT: _("Lent out: give it back first"),
        Why.RETIRED: _("Retired: receive it as a new sample"),
        Why.STORE_ROOM: _("On no stand, by the records"),
        Why.ELSEWHERE: _("Belongs outside of this count"),
    }
    return words[why]


def choice_word(change: Change) -> str:
    words: dict[Change, str] = {
        Change.PLACED: _("Place where it was seen"),
        Change.STORE_ROOM: _("To the store room"),
        Change.LOST: _("Retire as lost"),
    }
    return words[change]


def change_word(change: StocktakeChange) -> str:
    """What was done, or why not."""
    if change.skipped is not None:
        return skipped_word(change.skipped)
    if change.change is Change.LOST:
        return str(_("Retired as lost"))
    if change.to is None:
        return str(_("In the store room"))
    return str(_("Placed on %(stand)s", stand=change.to.address))


def skipped_word(skipped: Skipped) -> str:
    words: dict[Skipped, str] = {
        Skipped.MOVED: _("Left alone: placed since"),
        Skipped.RETIRED: _("Left alone: retired since"),
        Skipped.LENT: _("Left alone: lent out since"),
        Skipped.STAND_CLOSED: _("Left alone: the stand is closed"),
    }
    return words[skipped]
