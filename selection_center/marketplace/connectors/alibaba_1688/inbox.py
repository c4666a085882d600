"""Messages that the platform keeps for who did not take them: asked for by the time of their birth, never confirmed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from selection_center.core.db import utcnow
from selection_center.marketplace.connectors.alibaba_1688.messages import message_of
from selection_center.marketplace.connectors.alibaba_1688.oauth import Tokens
from selection_center.marketplace.connectors.alibaba_1688.reading import Record, Unreadable, part, parts, record
from selection_center.marketplace.connectors.alibaba_1688.refusals import check
from selection_center.marketplace.connectors.messages import Message

MESSAGES = "cn.alibaba.open:push.query.messageList-1"
FIRST_LOOK_BACK, OVERLAP = timedelta(days=1), timedelta(minutes=5)
"""So far back at first; later a little before the end of the last look, for some come late."""
SHORTEST = timedelta(seconds=1)
"""Moments are asked for in whole seconds, so the end is asked for a second later."""
PER_PAGE, MOST = 200, 10_000


def look(tokens: Tokens, cursor: str | None) -> tuple[tuple[Message, ...], str]:
    """All that was born since the cursor's moment, and the next cursor. Of more than a look takes, the earlier part:
    in which order the platform hands them out, it does not say.
    """
    now = utcnow()
    since, until = (datetime.fromisoformat(cursor) if cursor else now - FIRST_LOOK_BACK), now
    some, total = _page(tokens, since, until, 1)
    while total > MOST and until - since > SHORTEST * 2:
        until = since + (until - since) / 2
        some, total = _page(tokens, since, until, 1)
    found = {message.message_id: message for message in some}
    for page in range(2, -(-total // PER_PAGE) + 1):
        found |= {message.message_id: message for message in _page(tokens, since, until, page)[0]}
    after = max(since, until - OVERLAP) if until == now else until - SHORTEST
    return tuple(found.values()), after.isoformat()


def _page(tokens: Tokens, since: datetime, until: datetime, page: int) -> tuple[list[Message], int]:
    asked = {"createStartTime": since, "createEndTime": until + SHORTEST, "page": page, "pageSize": PER_PAGE}
    return tokens.call(MESSAGES, asked, pulled)


def pulled(answer: Any) -> tuple[list[Message], int]:
    """A page of messages and how many there are. One that is not readable is left out: it would come again for ever."""
    said = record(answer)
    page = part(said, "pushMessagePage") or part(part(said, "result"), "pushMessagePage")
    if not page:
        check(said)
        raise Unreadable("messages without a page")
    found = parts(page, "datas")
    total = page.get("totalCount")
    return list(_readable(found)), total if isinstance(total, int) else len(found)


def _readable(found: list[Record]) -> Iterator[Message]:
    for envelope in found:
        try:
            yield message_of(envelope)
        except Unreadable:
            continue
