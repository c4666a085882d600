"""Background jobs that hand orders on and follow them; outside calls, with nothing of ours open meanwhile."""

from datetime import timedelta
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.marketplace import pushing, runs
from selection_center.marketplace.asking import answered, asked, refusal
from selection_center.marketplace.connectors import Connector, ConnectorError
from selection_center.marketplace.connectors.orders import Draft, RemoteState
from selection_center.marketplace.lanes import OF_ORDER, OF_PUSH
from selection_center.marketplace.lines import line_to
from selection_center.marketplace.pushes import Push, PushState
from selection_center.orders.models import Order

ENDED = (PushState.PLACED, PushState.HELD, PushState.DROPPED)


@jobs.job("push-order", _l("Hand an order on"), lanes=OF_ORDER)
def push_order(_run: jobs.JobRun, order_id: int) -> None:
    """Hands a confirmed order on to the account that its goods come from; nothing to do where there is none.

    One whose answer was lost is looked for at once, and later again: its lane stays free meanwhile.
    """
    push = pushing.push_of(db.session.get_one(Order, order_id))
    if push is None or push.state in ENDED:
        db.session.commit()
        return
    push_id, state = push.id, push.state
    db.session.commit()
    calls = line_to(push.account)
    db.session.commit()
    with calls as line:
        while state not in ENDED:
            before, state = state, step(line, push_id)
            if db.session.get_one(Push, push_id).can_be_settled:
                return
            if state is PushState.UNKNOWN and before is not PushState.WAITING:
                raise jobs.Later("not_found_yet", _("It is not known yet whether the order arrived there."))


def step(line: Connector, push_id: int) -> PushState:
    """What is to be done next about it, and what came of that."""
    push = db.session.get_one(Push, push_id)
    draft, was_sent = pushing.draft_of(push), push.state is not PushState.WAITING
    may_be_asked = not was_sent and pushing.may_be_asked(push)
    db.session.commit()
    if was_sent:
        found = asked(lambda: line.look_up(draft.reference))
        pushing.looked_up(db.session.get_one(Push, push_id), found)
    elif may_be_asked:
        send(line, push_id, draft)
    state = db.session.get_one(Push, push_id).state
    db.session.commit()
    return state


def send(line: Connector, push_id: int, draft: Draft) -> None:
    """Asks for the price, and orders where that is as agreed."""
    preview = asked(lambda: line.preview_order(draft))
    may_send = pushing.previewed(db.session.get_one(Push, push_id), preview)
    db.session.commit()
    if isinstance(preview, ConnectorError):
        if not preview.permanent:
            raise refusal(preview) from preview
    elif may_send:
        made = asked(lambda: line.create_order(draft, preview))
        pushing.sent(db.session.get_one(Push, push_id), made)


@jobs.job("follow-order", _l("See how an order stands"), lanes=OF_PUSH)
def follow_order(_run: jobs.JobRun, push_id: int) -> None:
    """How its orders stand there now, and whether parts that were missing show by now."""
    push = db.session.get_one(Push, push_id)
    reference, misses_parts = push.reference, push.misses_parts
    numbers, calls = [row.remote_id for row in push.placed], line_to(push.account)
    db.session.commit()
    with calls as line:
        if misses_parts:
            more = answered(lambda: line.look_up(reference))
            pushing.more_found(db.session.get_one(Push, push_id), more)
            db.session.commit()
        for number in numbers:
            found = answered(partial(line.follow, number))
            pushing.followed(db.session.get_one(Push, push_id), found)
            db.session.commit()


@jobs.job("call-off-order", _l("Call an order off"), lanes=OF_PUSH)
def call_off_order(_run: jobs.JobRun, push_id: int) -> None:
    """Cancels there what staff asked to be cancelled there."""
    push = db.session.get_one(Push, push_id)
    reason, numbers = push.order.cancel_reason, [row.remote_id for row in push.placed if row.is_being_called_off]
    calls = line_to(push.account)
    db.session.commit()
    with calls as line:
        for number in numbers:
            call_off(line, push_id, number, reason)


def call_off(line: Connector, push_id: int, number: str, reason: str) -> None:
    """Looks before and after: whoever asked before and died may have been heard."""
    now = answered(partial(line.follow, number))
    refused = None
    if now.state is not RemoteState.CANCELLED:
        said = asked(partial(line.cancel_order, number, reason))
        refused = said if isinstance(said, ConnectorError) else None
        now = answered(partial(line.follow, number))
    pushing.called_off(db.session.get_one(Push, push_id), number, refused, now)
    db.session.commit()
    if refused is not None and not refused.permanent:
        raise refusal(refused) from refused


@jobs.job("settle-order", _l("Note whether an order arrived"), lanes=OF_PUSH)
def settle_order(run: jobs.JobRun, push_id: int, arrived: str) -> None:
    """People asked the factory, where nobody else can tell; then it is looked up like any other.

    What it does not have is handed over again; what was placed already, under the same reference and called a reminder.
    """
    push = db.session.get_one(Push, push_id)
    draft, order_id, calls = pushing.draft_of(push), push.order_id, line_to(push.account)
    is_open, is_placed = push.can_be_settled, push.state is PushState.PLACED
    is_reminder = is_placed and arrived == "no"
    if is_reminder and pushing.hindrance(push.order)[0]:
        return
    db.session.commit()
    if is_open:
        with calls as line:
            if is_reminder:
                answered(partial(line.remind, draft))
            else:
                answered(partial(line.settle, draft.reference, arrived=arrived == "yes"))
        if arrived == "no":
            pushing.not_arrived(db.session.get_one(Push, push_id))
    if is_placed:
        runs.ask_again("follow-order", f"follow-{draft.reference}", user_id=run.user_id, push_id=push_id)
    else:
        runs.ask_again("push-order", f"push-{draft.reference}", user_id=run.user_id, order_id=order_id)
    db.session.commit()


@jobs.scheduled(_l("See how orders at marketplaces stand"), every=timedelta(hours=1))
def follow_orders() -> None:
    """What is placed and not done, ever later while nothing new is said; what no factory confirms comes to people."""
    for push in db.session.scalars(pushing.to_look_at().order_by(Push.id)).all():
        push.hold_row()
        if not push.ask_people():
            push.put_off()
            runs.ask_again("follow-order", f"follow-{push.reference}", push_id=push.id)
        db.session.commit()


@jobs.scheduled(_l("Settle what was sent to marketplaces"), every=timedelta(minutes=5))
def settle_orders() -> None:
    """What is neither placed nor in people's hands is looked for, and what is to be called off is called off."""
    for push in db.session.scalars(pushing.unsettled()):
        runs.ask_again("push-order", f"push-{push.reference}", order_id=push.order_id)
    for push in db.session.scalars(pushing.calling_off()):
        runs.ask_again("call-off-order", f"call-off-{push.reference}", push_id=push.id)
