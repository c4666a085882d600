"""Orders to a factory without an API: priced by its feed, handed over once as a file, whatever dies in between."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed import Feed, outbox
from selection_center.marketplace.connectors.feed.order_files import order_file
from selection_center.marketplace.connectors.orders import (
    Draft,
    DraftLine,
    Flow,
    Preview,
    PreviewPart,
    Receiver,
    RemoteOrder,
    RemoteState,
)

OFFERS = (
    "商品ID,商品标题,规格,规格ID,阶梯价,起批量,库存,拿样价,每手数量,一件代发,状态,混批件数\n"
    "A-1,袜子,红,r,10:6.80|100:6.20,10,500,9.90,1手=5双,是,上架,40\n"
    "A-1,袜子,蓝,b,10:6.80|100:6.20,10,40,9.90,1手=5双,是,上架,40\n"
    "A-2,帽子,,,2:25,2,,,,否,上架,40\n"
    "A-3,伞,,,1:9,1,,,,,下架,40\n"
)
TO = Receiver("王小姐", "13800008888", "稠州北路 1 号", company="=cmd|' /C calc'!A0", city="义乌市")
DRAFT = Draft(
    "YW-1024-1",
    Flow.BULK,
    (DraftLine("A-1", "r", 60, 680, "袜子", "红"), DraftLine("A-1", "b", 40, 680, "袜子", "蓝")),
    TO,
    "=1+1",
)
PREVIEW = Preview((PreviewPart(62_000, 0),))


@pytest.fixture
def place(app: Flask) -> Path:
    place = Path(app.config["DATA_DIR"]) / "feeds" / "heyi"
    place.mkdir(parents=True, exist_ok=True)
    for left in place.rglob("*"):
        if left.is_file():
            left.unlink()
    (place / "offers.csv").write_text(OFFERS, "utf-8")
    return place


@pytest.fixture
def feed(place: Path) -> Iterator[Callable[..., Feed]]:
    made: list[Feed] = []

    def make(**given: str) -> Feed:
        made.append(Feed({"source": "heyi", **given}, lambda _values: None))
        return made[-1]

    yield make
    for one in made:
        one.close()


def lines(*wanted: tuple[str, str, int]) -> Draft:
    return replace(DRAFT, lines=tuple(DraftLine(offer, spec, count, 680) for offer, spec, count in wanted))


def test_a_reminder_puts_the_file_there_again(feed: Callable[..., Feed], place: Path) -> None:
    file = place / "outbox" / "YW-1024-1.xlsx"
    feed().remind(DRAFT)
    assert not file.exists(), "nothing was handed over yet"
    feed().create_order(DRAFT, PREVIEW)
    first = file.stat().st_ino
    feed().remind(DRAFT)
    assert file.stat().st_ino == first, "it was not even taken away"
    file.unlink()
    feed().remind(DRAFT)
    assert file.exists()
    file.unlink()
    feed().settle("YW-1024-1", arrived=True)
    feed().remind(DRAFT)
    assert not file.exists(), "the factory has it"


def test_a_reminder_never_names_another_product(feed: Callable[..., Feed], place: Path) -> None:
    feed().create_order(DRAFT, PREVIEW)
    (place / "outbox" / "YW-1024-1.xlsx").unlink()
    other = replace(DRAFT, lines=(replace(DRAFT.lines[0], external_id="Z-9"), *DRAFT.lines[1:]))
    with pytest.raises(ConnectorError, match="linked_otherwise"):
        feed().remind(other)
    assert not list((place / "outbox").glob("*.xlsx"))


def test_an_order_costs_what_the_feed_says_now(feed: Callable[..., Feed]) -> None:
    found = feed().preview_order(DRAFT)
    assert (found.goods_fen, found.freight_fen) == (100 * 620, 0)
    assert [line.unit_fen for line in found.parts[0].lines] == [620, 620]


def test_a_sample_costs_the_price_of_samples(feed: Callable[..., Feed]) -> None:
    found = feed().preview_order(replace(lines(("A-1", "r", 1)), flow=Flow.SAMPLE))
    assert found.goods_fen == 990


def test_one_piece_sent_for_us_needs_neither_minimum_nor_lot(feed: Callable[..., Feed]) -> None:
    assert feed().preview_order(replace(lines(("A-1", "r", 1)), flow=Flow.DROPSHIP)).goods_fen == 680


def test_a_mixed_batch_waives_the_minimum(feed: Callable[..., Feed]) -> None:
    assert feed().preview_order(lines(("A-1", "r", 5), ("A-2", "", 40))).goods_fen == 5 * 680 + 40 * 2500


def test_a_spec_without_a_number_is_found_by_its_words(feed: Callable[..., Feed], place: Path) -> None:
    (place / "offers.csv").write_text("商品ID,商品标题,规格,规格价格\nA-1,袜子,红,1\nA-1,袜子,蓝,2\n", "utf-8")
    draft = replace(DRAFT, lines=(DraftLine("A-1", "", 3, 200, "袜子", "蓝"),))
    assert feed().preview_order(draft).goods_fen == 600
    with pytest.raises(ConnectorError, match="not_there"):
        feed().preview_order(replace(DRAFT, lines=(DraftLine("A-1", "", 3, 200),)))


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (lines(("A-9", "", 1)), "not_there"),
        (lines(("A-1", "x", 10)), "not_there"),
        (lines(("A-1", "r", 5)), "below_moq"),
        (lines(("A-1", "r", 12)), "broken_lot"),
        (lines(("A-1", "b", 25), ("A-1", "b", 20)), "stock_short"),
        (lines(("A-3", "", 1)), "off_shelf"),
        (replace(lines(("A-2", "", 1)), flow=Flow.SAMPLE), "not_for_sale"),
        (replace(lines(("A-2", "", 1)), flow=Flow.DROPSHIP), "no_dropship"),
    ],
)
def test_r19_the_feed_refuses_in_a_marketplaces_codes(feed: Callable[..., Feed], draft: Draft, code: str) -> None:
    with pytest.raises(ConnectorError) as refused:
        feed().preview_order(draft)
    assert (refused.value.code, refused.value.permanent) == (code, True)


def test_an_order_is_a_file_in_the_outbox(feed: Callable[..., Feed], place: Path) -> None:
    [order] = feed().create_order(DRAFT, PREVIEW)
    assert (order.remote_id, order.reference, order.said, order.goods_fen) == (
        "YW-1024-1", "YW-1024-1", "handed_over", 62_000,
    )  # fmt: skip
    rows = CalamineWorkbook.from_path(place / "outbox" / "YW-1024-1.xlsx").get_sheet_by_index(0).to_python()
    assert [row[:9] for row in rows[1:]] == [
        ["YW-1024-1", "大货", "A-1", "袜子", "r", "红", 60.0, 6.8, 408.0],
        ["YW-1024-1", "大货", "A-1", "袜子", "b", "蓝", 40.0, 6.8, 272.0],
    ]
    assert (rows[1][11], rows[1][16]) == (TO.company, "=1+1")
    assert feed().look_up("YW-1024-1") == (order,)
    assert feed().follow("YW-1024-1") == order


def test_s12_a_csv_runs_nothing(feed: Callable[..., Feed], place: Path) -> None:
    feed(order_format="csv").create_order(DRAFT, PREVIEW)
    text = (place / "outbox" / "YW-1024-1.csv").read_text("utf-8-sig")
    [_header, first, _second] = list(csv.reader(io.StringIO(text)))
    assert (first[11], first[16]) == ("'" + TO.company, "'=1+1")


def test_an_order_is_handed_over_once(feed: Callable[..., Feed], place: Path) -> None:
    first = feed().create_order(DRAFT, PREVIEW)
    (place / "outbox" / "YW-1024-1.xlsx").unlink()  # the factory took it
    assert feed().create_order(DRAFT, PREVIEW) == first
    assert list((place / "outbox").glob("*.xlsx")) == []
    assert feed().look_up("YW-1024-1") == first


def test_nothing_under_another_reference(feed: Callable[..., Feed]) -> None:
    assert feed().look_up("YW-9999-1") == ()
    with pytest.raises(ConnectorError, match="not_there"):
        feed().follow("YW-9999-1")
    with pytest.raises(ConnectorError, match="not_there"):
        feed().cancel_order("YW-9999-1", "x")


class Killed(BaseException):
    """What no handler of ours catches, as a kill -9 does not."""


STEPS = ["_draft", "_write_once", "_settle", "_write"]


@pytest.mark.parametrize("after", range(12))
@pytest.mark.parametrize("taken", [False, True])
def test_r13_killed_at_any_step_nothing_is_lost_or_doubled(
    feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch, after: int, taken: bool
) -> None:
    """Killed before its n-th step on the disk; the factory may take the file at once. Then our side looks it up, and
    hands over only where that says "none". What may be in the factory's hands is never handed over again."""
    left = [after]
    real: dict[str, Any] = {name: getattr(outbox, name) for name in STEPS}

    def dying(name: str) -> Callable[..., Any]:
        def step(*arguments: Any) -> Any:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return real[name](*arguments)

        return step

    for name in STEPS:
        monkeypatch.setattr(outbox, name, dying(name))
    died = False
    try:
        feed().create_order(DRAFT, PREVIEW)
    except Killed:
        died = True
    for name in STEPS:
        monkeypatch.setattr(outbox, name, real[name])
    file = place / "outbox" / "YW-1024-1.xlsx"
    handed = file.exists()
    if taken and handed:
        file.unlink()
    if is_unclear(lambda: feed().look_up("YW-1024-1")):
        assert died
        assert is_unclear(lambda: feed().create_order(DRAFT, PREVIEW))
        assert not file.exists()
        return
    if not feed().look_up("YW-1024-1"):
        assert not handed
        feed().create_order(DRAFT, PREVIEW)
        assert file.exists()
    else:
        assert handed
        feed().create_order(DRAFT, PREVIEW)
        assert file.exists() is not taken


def test_r13_without_the_mark_it_would_be_handed_over_twice(feed: Callable[..., Feed], place: Path) -> None:
    """The guard taken away: the promise above is kept by it."""
    feed().create_order(DRAFT, PREVIEW)
    file = place / "outbox" / "YW-1024-1.xlsx"
    file.unlink()
    (place / "outbox" / ".marks" / "YW-1024-1.json").unlink()
    feed().create_order(DRAFT, PREVIEW)
    assert file.exists()


def is_unclear(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ConnectorError as error:
        return error.code == "handover_unclear" and not error.permanent
    return False


def test_two_at_once_hand_over_one(feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second comes while the first writes: it says that it does not know, rather than writing too."""
    seen: list[str] = []
    one, other = feed(), feed()
    real = order_file

    def slow(kind: str, draft: Draft) -> bytes:
        if not seen:
            seen.append("first")
            with pytest.raises(ConnectorError, match="handover_unclear"):
                other.create_order(DRAFT, PREVIEW)
        return real(kind, draft)

    monkeypatch.setattr(outbox, "order_file", slow)
    one.create_order(DRAFT, PREVIEW)
    assert [file.name for file in (place / "outbox").glob("*.xlsx")] == ["YW-1024-1.xlsx"]
    assert [order.said for order in other.look_up("YW-1024-1")] == ["handed_over"]


def test_one_that_looked_before_the_other_wrote_writes_nothing(
    feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look, then the other hands over and the factory takes it at once, then ours goes on."""
    file = place / "outbox" / "YW-1024-1.xlsx"
    real, looks = outbox.Outbox.find, iter([True])

    def find(box: outbox.Outbox, reference: str) -> RemoteOrder | None:
        found = real(box, reference)
        if next(looks, False):
            feed().create_order(DRAFT, PREVIEW)
            file.unlink()
        return found

    monkeypatch.setattr(outbox.Outbox, "find", find)
    [order] = feed().create_order(DRAFT, PREVIEW)
    assert (order.said, file.exists()) == ("handed_over", False)


def test_an_order_is_called_off_by_a_second_file(feed: Callable[..., Feed], place: Path) -> None:
    feed().create_order(DRAFT, PREVIEW)
    for _ in range(2):
        feed().cancel_order("YW-1024-1", "改主意了")
    assert sorted(file.name for file in (place / "outbox").glob("*.xlsx")) == [
        "YW-1024-1-cancelled.xlsx", "YW-1024-1.xlsx",
    ]  # fmt: skip
    [order] = feed().look_up("YW-1024-1")
    assert (order.state, order.said) == (RemoteState.CANCELLED, "called_off")


@pytest.mark.parametrize("reference", ["../../x", "", ".hidden", "a/b", "x" * 65, "a\x00b"])
def test_a_reference_that_names_no_file_is_refused(feed: Callable[..., Feed], reference: str) -> None:
    with pytest.raises(ConnectorError) as refused:
        feed().create_order(replace(DRAFT, reference=reference), PREVIEW)
    assert (refused.value.code, refused.value.permanent) == ("bad_call", True)
    with pytest.raises(ConnectorError, match="bad_call"):
        feed().look_up(reference)


def test_a_feed_pushes_no_messages(feed: Callable[..., Feed]) -> None:
    assert feed().read_message({"message": "x"}) is None
