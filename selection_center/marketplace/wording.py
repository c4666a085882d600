"""What a marketplace's refusals mean, in words that say what to do."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from selection_center.marketplace.connectors import ConnectorError

SENTENCES = {
    "no_answer": _l("The marketplace does not answer, or not in a way that can be read. It is tried again later."),
    "resting": _l("The marketplace did not answer several times in a row. It is left alone for a while."),
    "too_often": _l("The marketplace says that we ask too often. It is tried again later; lower the calls per minute."),
    "no_permission": _l("The marketplace does not allow this call. Ask there for the permission; the key is right."),
    "bad_signature": _l("The marketplace does not accept the signature. Check key and secret."),
    "signed_out": _l("The marketplace asks to sign in again. Connect the account anew."),
    "not_there": _l("The marketplace does not know this."),
    "not_for_sale": _l("The offer cannot be ordered online."),
    "off_shelf": _l("The offer is off the shelf there."),
    "other_seller": _l("The styles belong to different sellers, or not to this offer."),
    "stock_short": _l("The factory does not have so many."),
    "below_moq": _l("Fewer than the factory's minimum."),
    "mixed_rule": _l("Neither the pieces nor the sum of the factory's mixed batch are reached."),
    "no_dropship": _l("The factory has not agreed to send single pieces for us."),
    "broken_lot": _l("The factory sells whole lots only."),
    "trade_type": _l("None of the ways to pay that the marketplace named is taken for this order after all."),
    "bad_receiver": _l("The marketplace does not take this receiver's name or address."),
    "too_many_lines": _l("These are more styles than the marketplace takes in one order."),
    "bad_call": _l("The marketplace does not know this call, or not in this form."),
    "bad_address": _l("This address may not be asked. The operator lists the hosts that may."),
    "unreadable": _l("What the marketplace says about this cannot be used here."),
    "handover_unclear": _l("It broke off while the order was handed over: ask the factory whether they have it."),
    "linked_otherwise": _l("An offer of the order is linked to something else by now. Tell the factory yourself."),
    "no_mail": _l("No mail server is set up. The operator names one (MAIL_URL, MAIL_FROM)."),
    "mail_refused": _l("The mail server does not take the letter."),
    "bad_letter": _l("The address for orders cannot be written to."),
    "bad_status": _l("What the factory wrote about its orders cannot be understood."),
    "bad_feed": _l("The feed cannot be read."),
}
"""By the connectors' codes."""


def sentence(error: ConnectorError) -> str:
    """Our sentence, and behind it the marketplace's own words where it said any."""
    return sentence_of(error.code, error.said)


def sentence_of(code: str, said: str = "") -> str:
    ours = str(SENTENCES[code]) if code in SENTENCES else _("The marketplace refuses.")
    if code == "no_answer":  # what a library calls it is not what the marketplace said
        return ours
    return _("%(sentence)s It says: %(said)s", sentence=ours, said=said[:200]) if said else ours
