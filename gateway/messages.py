"""Pushed messages: how they are born, and the APIs by which missed ones are asked for."""

import json
from typing import Any

from gateway import access, clock, signing
from gateway.apis import Call, api
from gateway.offers import Offer
from gateway.parameters import Parameter, date, ids, text, whole
from gateway.refusals import gateway

FIRST_ID = 210_000_000


def born(db: Any, member_id: str, kind: str, data: dict[str, Any], at: int | None = None) -> list[int]:
    """One message to each app that the member has allowed; answers their ids."""
    moment, settings = at or clock.now(), setting(db)
    return [born_for(db, app.app_key, member_id, kind, data, moment, settings) for app in access.apps_of(db, member_id)]


def born_for(
    db: Any, app_key: str, member_id: str, kind: str, data: dict[str, Any], moment: int, settings: dict[str, Any]
) -> int:
    last = db.execute("select max(msg_id) from messages").fetchone()[0] or FIRST_ID
    msg_id, (group, _, topic) = last + 1, kind.partition("_")
    envelope = {
        "msgId": msg_id,
        "gmtBorn": moment,
        "data": json.dumps(data, ensure_ascii=False) if settings["message_data_text"] else data,
        "userInfo": member_id,
        "type": kind,
        "extraInfo": "",
        "topicGroup": group,
        "topicName": topic,
    }
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    due = clock.now() + settings["message_delay_ms"]
    row = (msg_id, app_key, member_id, kind, body, moment, due)
    db.execute(
        "insert into messages (msg_id, app_key, member_id, type, body, born_ms, due_ms) values (?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    return int(msg_id)


def setting(db: Any) -> dict[str, Any]:
    asked = (
        "select name, value from settings where name in ('message_data_text', 'message_delay_ms', 'stock_needs_follow')"
    )
    return {row["name"]: json.loads(row["value"]) for row in db.execute(asked)}


def stock_readers(db: Any, offer: Offer) -> list[str]:
    """Buyers who may read the offer, or only those of them who follow it."""
    asked = """select buyer from relations where seller = ?1 and (
                   not ?2 or buyer in (select member_id from follows where offer_id = ?3)) order by buyer"""
    only = setting(db)["stock_needs_follow"]
    return [row["buyer"] for row in db.execute(asked, (offer.seller, only, offer.offer_id))]


def form(body: str, secret: str) -> dict[str, str]:
    """The two fields of a push."""
    return {"message": body, signing.SIGNATURE: signing.sign_message(body, secret)}


SPAN = {"createStartTime": Parameter(date), "createEndTime": Parameter(date)}
WHO = {"type": Parameter(text), "userInfo": Parameter(text)}


@api(
    "cn.alibaba.open",
    "push.query.messageList",
    needs_user=False,
    **SPAN,
    **WHO,
    page=Parameter(whole),
    pageSize=Parameter(whole),
)
def query(call: Call) -> dict[str, Any]:
    """Undelivered ones, page by page; they stay so until confirmed."""
    size, page = sized(call.given.get("pageSize", 20)), max(1, call.given.get("page", 1))
    waiting = undelivered(call)
    found = waiting[(page - 1) * size : page * size]
    return {"pushMessagePage": {"datas": [told(row) for row in found], "totalCount": len(waiting)}}


@api("cn.alibaba.open", "push.cursor.messageList", needs_user=False, **SPAN, **WHO, quantity=Parameter(whole))
def cursor(call: Call) -> dict[str, Any]:
    """The next undelivered ones, which count as confirmed by being read."""
    found = undelivered(call)[: sized(call.given.get("quantity", 20))]
    confirm_all(call, [row["msg_id"] for row in found])
    return {"pushMessageList": [told(row) for row in found]}


@api("cn.alibaba.open", "push.message.confirm", needs_user=False, msgIdList=Parameter(ids, required=True))
def confirm(call: Call) -> dict[str, Any]:
    confirm_all(call, call.given["msgIdList"])
    return {"isSuccess": True}


def sized(asked: int) -> int:
    if not 20 <= asked <= 200:
        raise gateway("gw.ParamInvalid", "Pages hold 20 to 200 messages")
    return asked


def undelivered(call: Call) -> list[Any]:
    asked = """select msg_id, body from messages where app_key = ? and delivered_ms is null and confirmed_ms is null
               and born_ms between ? and ? and (? = '' or type = ?) and (? = '' or member_id = ?) order by msg_id"""
    given, far = call.given, 1 << 62
    span = given.get("createStartTime", 0), given.get("createEndTime", far)
    kind, who = given.get("type", ""), given.get("userInfo", "")
    rows: list[Any] = call.db.execute(asked, (call.app.app_key, *span, kind, kind, who, who)).fetchall()
    return rows


def told(row: Any) -> dict[str, Any]:
    envelope = json.loads(row["body"])
    data = envelope["data"]
    return {**envelope, "data": json.loads(data) if isinstance(data, str) else data}


def confirm_all(call: Call, msg_ids: list[int]) -> None:
    rows = [(clock.now(), msg_id, call.app.app_key) for msg_id in msg_ids]
    call.db.executemany("update messages set confirmed_ms = ? where msg_id = ? and app_key = ?", rows)
