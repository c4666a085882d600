"""Background jobs of the till: providers are asked outside of requests, with nothing of ours open meanwhile."""

import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.till import under_way
from selection_center.till.going import void_forgotten
from selection_center.till.payments import Charge, ChargeState
from selection_center.till.providers import ChargeAnswer, ProviderSilent, provider_named
from selection_center.till.refunds import RefundPayment
from selection_center.till.settling import settle

jobs.nightly(_l("End forgotten carts"))(void_forgotten)
jobs.nightly(_l("Ask about payments under way"))(under_way.look_after)

LOOKS, LOOK_SECONDS = 12, 1.5
"""How long a job waits for a customer who types the password; then somebody looks again."""


@jobs.job("ask-provider", _l("Ask for a payment"))
def ask_provider(run: jobs.JobRun, charge_id: int, code: str) -> None:
    ask_once(charge_id, code, again=run.was_begun_before)


@jobs.job("look-up-charge", _l("Look up a payment"))
def look_up_charge(_run: jobs.JobRun, charge_id: int) -> None:
    look_up(charge_id)


@jobs.job("call-off-charge", _l("Call off a payment"))
def call_off_charge(_run: jobs.JobRun, charge_id: int) -> None:
    """The customer pays otherwise after all."""
    charge = db.session.get_one(Charge, charge_id)
    provider, reference, can_be = provider_named(charge.provider), charge.reference, charge.can_be_called_off
    db.session.commit()
    if not can_be:
        return
    try:
        note(charge_id, provider.call_off(reference))
    except ProviderSilent:
        note(charge_id, None)


@jobs.job("give-charge-back", _l("Give a payment back"))
def give_charge_back(_run: jobs.JobRun, charge_id: int) -> None:
    """A payment that came when nothing was due any more, or that the customer wants back before all is paid."""
    charge = db.session.get_one(Charge, charge_id)
    provider, reference, amount_fen = provider_named(charge.provider), charge.reference, charge.amount_fen
    is_owed = charge.is_owed
    db.session.commit()
    if not is_owed:
        return
    try:
        answer = provider.refund(reference, f"{reference}-B", amount_fen)
    except ProviderSilent as silent:
        raise Refused("provider_silent", _("The provider does not answer. Give it back again later.")) from silent
    charge = db.session.get_one(Charge, charge_id, with_for_update=True)
    charge.said = answer.said[:200]
    if answer.state is ChargeState.PAID and charge.is_owed:
        charge.state = ChargeState.RETURNED
    db.session.commit()
    if answer.state is not ChargeState.PAID:
        raise Refused("refund_refused", answer.said)


@jobs.job("give-refund", _l("Give a refund"))
def give_refund(_run: jobs.JobRun, refund_payment_id: int) -> None:
    give_by_provider(refund_payment_id)


def ask_once(charge_id: int, payer_code: str, *, again: bool) -> None:
    """`again` says that a worker died on it: perhaps the provider was asked, so it is looked up."""
    charge = db.session.get_one(Charge, charge_id)
    provider, reference, amount_fen = provider_named(charge.provider), charge.reference, charge.amount_fen
    if charge.state is not ChargeState.ASKED or again:
        return look_up(charge_id)
    db.session.commit()
    try:
        answer = provider.charge(reference, amount_fen, payer_code)
    except ProviderSilent:
        note(charge_id, None)
        return look_up(charge_id)
    note(charge_id, answer)
    if answer.state is ChargeState.WAITING:
        look_up(charge_id)


def look_up(charge_id: int) -> None:
    """Until it is paid or refused, for a while; once, where a person has said already that it was not paid."""
    for number in range(LOOKS):
        charge = db.session.get_one(Charge, charge_id)
        provider, reference, is_open = provider_named(charge.provider), charge.reference, charge.is_open
        is_doubtful = charge.is_doubtful
        db.session.commit()
        if not is_open and not (is_doubtful and not number):
            return
        if number:
            time.sleep(LOOK_SECONDS)
        try:
            note(charge_id, provider.look_up(reference))
        except ProviderSilent:
            note(charge_id, None)


def note(charge_id: int, answer: ChargeAnswer | None) -> None:
    settle(charge_id, answer)
    db.session.commit()


def give_by_provider(refund_payment_id: int) -> None:
    """Asked by our own reference, so asking again gives the first answer."""
    payment = db.session.get_one(RefundPayment, refund_payment_id)
    if payment.given_at is not None or payment.charge_id is None:
        return
    charge = db.session.get_one(Charge, payment.charge_id)
    provider, reference = provider_named(charge.provider), charge.reference
    ours, amount_fen = f"{reference}-R{payment.id}"[:40], payment.amount_fen
    db.session.commit()
    try:
        answer = provider.refund(reference, ours, amount_fen)
    except ProviderSilent as silent:
        raise Refused("provider_silent", _("The provider does not answer. Give it back again later.")) from silent
    if answer.state is not ChargeState.PAID:
        raise Refused("refund_refused", answer.said)
    payment = db.session.get_one(RefundPayment, refund_payment_id, with_for_update=True)
    if payment.given_at is None:
        payment.given_at, payment.reference = utcnow(), answer.provider_reference[:80]
    db.session.commit()
