"""The platform's own samples, with their traps."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.alibaba_1688 import logistics, order_views
from selection_center.marketplace.connectors.alibaba_1688.catalog_answers import mix_answer
from selection_center.marketplace.connectors.alibaba_1688.creations import created
from selection_center.marketplace.connectors.alibaba_1688.previews import preview_of
from selection_center.marketplace.connectors.alibaba_1688.reading import parsed
from selection_center.marketplace.connectors.orders import PreviewLine, PreviewPart, RemoteOrder, RemoteState
from tests.marketplace.connectors.conftest import Link
from tests.talking import Talker

Sample = Callable[[str], Any]


def exact(body: Any) -> Any:
    return parsed(json.dumps(body).encode())


@pytest.mark.parametrize("name", ["create_order_single", "create_order_period"])
def test_a_number_beside_success_false_is_an_order(sample: Sample, name: str) -> None:
    [order] = created(exact(sample(name)))
    assert order.remote_id in {"87407346014789305", "87407346015789305"}
    assert order.total_fen == 156_800


def test_several_orders_of_one_creation(sample: Sample) -> None:
    first, second = created(exact(sample("create_order_multi")))
    assert (first.remote_id, first.total_fen, first.freight_fen, first.goods_fen) == (
        "105581756010628640", 4_848_000, 48_000, 4_800_000,
    )  # fmt: skip
    assert (second.remote_id, second.total_fen, second.freight_fen) == ("105637283010628640", 5_050_000, 50_000)


def test_a_preview(sample: Sample) -> None:
    found = preview_of(exact(sample("order_preview")))
    line = PreviewLine("548818919805", "eb81c61de14f4adb405ffcc2c8a4a3fb", 1800)
    assert found.parts == (PreviewPart(3600, 800, 0, (line,)),)
    assert (found.trade_types, found.flow_word) == (("nzassure",), "general")


def test_an_order_by_its_text_number_with_sums_in_yuan(sample: Sample) -> None:
    seen = order_views.one(exact(sample("order_get_buyerView")))
    assert seen is not None
    assert seen.order == RemoteOrder(
        remote_id="58218860983545941",
        state=RemoteState.SHIPPED,
        said="waitbuyerreceive",
        goods_fen=15,
        freight_fen=600,
        total_fen=615,
        refund="waitselleragree",
        refund_fen=0,
        changed_at=datetime(2017, 9, 14, 6, 47, 25, tzinfo=UTC),
    )
    assert seen.created_at == datetime(2017, 9, 14, 6, 17, 8, tzinfo=UTC)


def test_a_list_where_the_text_number_is_a_number(sample: Sample) -> None:
    [order], total = order_views.several(exact(sample("order_list_buyer")))
    assert total == 537
    assert (order.remote_id, order.state, order.total_fen) == ("196965465451498520", RemoteState.CANCELLED, 1)


def test_parcels_and_their_way(sample: Sample) -> None:
    [(numbers, parcel)] = logistics.parcels_of(exact(sample("logistics_infos")))
    assert (numbers, parcel.number, parcel.state) == (("BX111841674232006",), "BX111841674232006", "SIGN")
    [(numbers, steps)] = logistics.traces_of(exact(sample("logistics_trace")))
    assert numbers == ("LP00106397027178", "3832890717253")
    assert len(steps) == 9
    assert steps[0].at == datetime(2018, 7, 24, 13, 55, 33, tzinfo=UTC)
    assert [step.at for step in steps] == sorted(step.at for step in steps if step.at)


def test_the_mixed_batch(sample: Sample) -> None:
    assert mix_answer(exact(sample("mix_config"))) == (1, 1000)


def test_errors_of_both_layers(sample: Sample, talker: Talker, link: Link) -> None:
    """Each as the answer to a cancellation, over the wire; the last of them is none."""
    expected = [
        ("no_permission", True), ("too_often", False), ("bad_signature", True), ("bad_call", True), ("bad_call", True),
        ("signed_out", True), ("below_moq", True), ("not_there", True), None,
    ]  # fmt: skip
    found: list[tuple[str, bool] | None] = []
    for error in sample("errors_gateway"):
        talker.queue.clear()
        talker.says(error["body"], status=error["http"])
        try:
            link.connector.cancel_order("1", "")
            found.append(None)
        except ConnectorError as refused:
            found.append((refused.code, refused.permanent))
    assert found == expected


def test_a_message_of_an_order(sample: Sample) -> None:
    from selection_center.marketplace.connectors.alibaba_1688.messages import message_of

    data = sample("message_order_buyer_make")
    envelope = {"msgId": 210239, "type": "ORDER_BUYER_VIEW_BUYER_MAKE", "gmtBorn": 1527679458000, "data": data}
    message = message_of(envelope)
    assert message.ids == ("167539019420540000",)
    assert message.sent_at == datetime(2018, 5, 30, 11, 24, 18, tzinfo=UTC)
