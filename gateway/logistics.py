"""Parcels: how an order is sent and moves, and the two APIs that follow it."""

from typing import Any

from gateway import clock, members, messages, order_views, orders
from gateway.apis import Call, api
from gateway.orders import SENT, UNSENT, Order, Parcel
from gateway.parameters import Parameter, text, whole
from gateway.products import WEBSITE
from gateway.refusals import business
from gateway.steps import STEPS, NotNow, from_

COMPANY, COMPANY_NO = "晨风速运", "CHENFENG"
WAY = ("CONSIGN", "ACCEPT", "TRANSPORT", "DELIVERING", "SIGN")
WORDS = {
    "CONSIGN": "商家已发货",
    "ACCEPT": "在{from_}揽收扫描",
    "TRANSPORT": "从{from_}发出，发往{to}",
    "DELIVERING": "{to}派送员正在派件",
    "SIGN": "快件已签收",
    "AGENT_SIGN": "已放入{to}驿站，待取件",
    "FAILED": "派送失败，联系不上收件人",
}


def ship(db: Any, order: Order, given: dict[str, Any]) -> None:
    """`lines`: numbers of lines from 0, by default all that are unsent; `kind`: parcel, self or pickup."""
    from_(order, UNSENT)
    unsent = [line for line in order.lines if line.sent == 1]
    wanted = [order.lines[int(number)] for number in given["lines"]] if given.get("lines") else unsent
    if not wanted or any(line.sent != 1 for line in wanted):
        raise NotNow("these lines are sent already")
    parcel = new_parcel(order, given, [line.item_id for line in wanted])
    order.parcels.append(parcel)
    for line in wanted:
        line.sent = 2
    if all(line.sent != 1 for line in order.lines):
        order.status, order.sent_ms = SENT, parcel.sent_ms
    orders.save(db, order)
    orders.tell(
        db, order, "BUYER_VIEW_ANNOUNCE_SENDGOODS" if order.status == SENT else "BUYER_VIEW_PART_PART_SENDGOODS"
    )
    if parcel.kind != "2":
        note_step(db, order, parcel, "CONSIGN")


def new_parcel(order: Order, given: dict[str, Any], item_ids: list[str]) -> Parcel:
    number = int(order.order_id) // 10_000 + len(order.parcels)
    kind = {"parcel": "1", "self": "0", "pickup": "2"}.get(given.get("kind", "parcel"))
    if kind is None:
        raise NotNow("kind is parcel, self or pickup")
    carried = kind != "2"
    return Parcel(
        logistics_id=f"LP{number:015d}",
        bill_no=str(given.get("bill_no") or f"73{number % 10**11:011d}") if carried else "不需要物流",
        company=str(given.get("company") or COMPANY) if carried else "",
        company_no=COMPANY_NO if carried else "",
        kind=kind,
        condition="" if carried else "4",
        item_ids=item_ids,
        sent_ms=clock.now(),
    )


def move(db: Any, order: Order, given: dict[str, Any]) -> None:
    """Each carried parcel goes one step on, or gets the `status` that is given."""
    carried = [parcel for parcel in order.parcels if parcel.kind != "2" and parcel.status != "SIGN"]
    if not carried:
        raise NotNow("no parcel is on its way")
    for parcel in carried:
        on = WAY[WAY.index(parcel.status) + 1] if parcel.status in WAY else "DELIVERING"
        status = str(given.get("status") or on)
        if status not in WORDS:
            raise NotNow(f"{status} is none of {', '.join(WORDS)}")
        note_step(db, order, parcel, status)


def note_step(db: Any, order: Order, parcel: Parcel, status: str) -> None:
    sender = members.known(db, order.seller)
    words = WORDS[status].format(from_=f"{sender.province}{sender.city}", to=place(order))
    parcel.status = status
    parcel.steps.append([max(clock.now(), (parcel.steps[-1][0] if parcel.steps else 0) + 1000), words])
    orders.save(db, order)
    model = {
        **{"logisticsId": parcel.logistics_id, "cpCode": parcel.company_no, "mailNo": parcel.bill_no},
        **{"statusChanged": status, "changeTime": clock.plain(clock.now()), "orderLogsItems": items(order, parcel)},
    }
    messages.born(db, order.buyer, "LOGISTICS_BUYER_VIEW_TRACE", {"OrderLogisticsTracingModel": model})


def renumber(db: Any, order: Order, given: dict[str, Any]) -> None:
    """The last parcel's number was wrong: `bill_no` is the right one."""
    if not order.parcels:
        raise NotNow("nothing is sent yet")
    parcel = order.parcels[-1]
    before, parcel.bill_no = parcel.bill_no, str(given["bill_no"])
    orders.save(db, order)
    model = {
        **{"logisticsId": parcel.logistics_id, "oldCpCode": parcel.company_no, "newCpCode": parcel.company_no},
        **{"oldMailNo": before, "newMailNo": parcel.bill_no, "eventTime": clock.plain(clock.now())},
        "orderLogsItems": items(order, parcel),
    }
    messages.born(db, order.buyer, "LOGISTICS_MAIL_NO_CHANGE", {"MailNoChangeModel": model})


def items(order: Order, parcel: Parcel) -> list[dict[str, int]]:
    return [{"orderId": int(order.order_id), "orderEntryId": int(item)} for item in parcel.item_ids]


def place(order: Order) -> str:
    return "".join(order.address.get(name, "") for name in ("provinceText", "cityText", "areaText")) or "目的地"


STEPS |= {"ship": ship, "move": move, "bill": renumber}


@api(
    *("com.alibaba.logistics", "alibaba.trade.getLogisticsInfos.buyerView"),
    orderId=Parameter(whole, required=True),
    webSite=WEBSITE,
    fields=Parameter(text),
)
def infos(call: Call) -> dict[str, Any]:
    order = order_views.own(call, str(call.given["orderId"]))
    if not order.parcels:
        raise business("500_2", "订单尚未发货，暂无物流详情，请稍候再试。")
    sender = members.known(call.db, order.seller)
    return {"result": [info(order, parcel, sender) for parcel in order.parcels], "success": True}


def info(order: Order, parcel: Parcel, sender: members.Member) -> dict[str, Any]:
    sent = [line for line in order.lines if line.item_id in parcel.item_ids]
    return {
        "logisticsId": parcel.logistics_id,
        "logisticsBillNo": parcel.bill_no,
        "orderEntryIds": ",".join(parcel.item_ids),
        "status": parcel.status,
        "logisticsCompanyId": "8",
        "logisticsCompanyName": parcel.company,
        "logisticsCompanyNo": parcel.company_no,
        "remarks": order.message,
        "sendGoods": [{"unit": line.unit, "quantity": line.quantity, "goodName": line.subject} for line in sent],
        "receiver": {
            **{"receiverName": order.address["fullName"], "receiverMobile": order.address.get("mobile", "")},
            **{
                "receiverPhone": order.address.get("phone", ""),
                "receiverProvince": order.address.get("provinceText", ""),
            },
            **{"receiverCity": order.address.get("cityText", ""), "receiverCounty": order.address.get("areaText", "")},
            **{
                "receiverCountyCode": order.address.get("districtCode", ""),
                "receiverAddress": order.address["address"],
            },
            "encrypt": "CN",
        },
        "sender": {
            **{"senderName": sender.contact, "senderMobile": sender.mobile, "senderPhone": ""},
            **{"senderProvince": sender.province, "senderCity": sender.city, "senderCounty": sender.area},
            **{"senderCountyCode": sender.area_code, "senderAddress": sender.address, "encrypt": "CN"},
        },
    }


@api(
    *("com.alibaba.logistics", "alibaba.trade.getLogisticsTraceInfo.buyerView"),
    orderId=Parameter(whole, required=True),
    webSite=WEBSITE,
    logisticsId=Parameter(text),
)
def trace(call: Call) -> dict[str, Any]:
    """Oldest step first; "no parcel yet" is a success with an error's message."""
    order = order_views.own(call, str(call.given["orderId"]))
    wanted = call.given.get("logisticsId")
    found = [parcel for parcel in order.parcels if parcel.steps and wanted in {None, parcel.logistics_id}]
    if not found:
        return {"errorMessage": "该订单没有物流跟踪信息。", "success": True}
    return {"logisticsTrace": [traced(order, parcel) for parcel in found], "success": True}


def traced(order: Order, parcel: Parcel) -> dict[str, Any]:
    return {
        "logisticsId": parcel.logistics_id,
        "logisticsBillNo": parcel.bill_no,
        "orderId": int(order.order_id),
        "logisticsSteps": [{"acceptTime": clock.plain(at), "remark": words} for at, words in parcel.steps],
    }
