"""Prices at a quantity: named examples from the floor, then what must hold for any offer, list and buyer."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selection_center.catalog.pricing import (
    LARGEST_QUANTITY,
    Advice,
    AdviceCode,
    Carton,
    LinePrice,
    MixRule,
    Nearest,
    NextTier,
    OfferTerms,
    Packing,
    Problem,
    Quote,
    Rung,
    SampleProblem,
    SkuTerms,
    Tier,
    Wanted,
    ladder,
    nearest_valid,
    price_offer,
    price_samples,
    price_supplier,
)

CUPS = OfferTerms(
    id=1,
    skus=(SkuTerms(11, sample_fen=2500), SkuTerms(12, member_fen=1190)),
    moq=3,
    tiers=(Tier(3, 1280), Tier(48, 1150), Tier(480, 990)),
    carton=Carton(pieces=48, length_mm=600, width_mm=400, height_mm=350, gross_g=12_500),
)
SOCKS = OfferTerms(
    id=2,
    skus=(SkuTerms(21, price_fen=300), SkuTerms(22, price_fen=450)),
    quote=Quote.PER_SKU,
    moq=10,
    lot_size=6,
)


def line_of(offer: OfferTerms, *wanted: tuple[int, int], member: bool = False) -> LinePrice:
    """The first of these (sku, quantity) lines, priced."""
    return price_offer(offer, [Wanted(*line) for line in wanted], member=member).lines[0]


# --- the tier in force ------------------------------------------------------------------------------------------


def test_by_offer_the_total_of_all_skus_reaches_the_tier() -> None:
    priced = price_offer(CUPS, [Wanted(11, 40), Wanted(12, 8)])
    assert [line.unit_fen for line in priced.lines] == [1150, 1150]
    assert [line.total_fen for line in priced.lines] == [46_000, 9_200]
    assert (priced.pieces, priced.total_fen, priced.is_orderable) == (48, 55_200, True)
    assert priced.lines[0].tier == Tier(48, 1150)


def test_per_sku_each_has_its_price_and_no_tier_of_the_offer() -> None:
    priced = price_offer(replace(SOCKS, tiers=(Tier(1, 200), Tier(12, 100))), [Wanted(21, 12), Wanted(22, 600)])
    assert [line.unit_fen for line in priced.lines] == [300, 450]
    assert [line.next_tier for line in priced.lines] == [None, None]


def test_tier_per_sku_each_reaches_its_own() -> None:
    offer = OfferTerms(
        id=3,
        quote=Quote.TIER_PER_SKU,
        skus=(SkuTerms(31, tiers=(Tier(2, 900), Tier(20, 700))), SkuTerms(32), SkuTerms(33, price_fen=500)),
        tiers=(Tier(5, 1000), Tier(50, 800)),
    )
    priced = price_offer(offer, [Wanted(31, 20), Wanted(32, 20), Wanted(33, 1)])
    assert [line.unit_fen for line in priced.lines] == [700, 1000, 1000]
    assert [line.moq for line in priced.lines] == [2, 5, 5]
    assert Problem.BELOW_MOQ in priced.lines[2].problems


def test_by_offer_tiers_beat_a_skus_own_price_which_holds_without_them() -> None:
    offer = replace(CUPS, skus=(SkuTerms(11, price_fen=2000), SkuTerms(12, price_fen=100)))
    assert line_of(offer, (11, 10)).unit_fen == 1280
    assert line_of(replace(offer, tiers=()), (11, 10)).unit_fen == 2000


def test_below_the_first_tier_its_price_is_shown() -> None:
    line = line_of(CUPS, (11, 1))
    assert line.unit_fen == 1280
    assert line.problems == {Problem.BELOW_MOQ}


def test_the_greater_of_moq_and_first_tier_is_the_moq() -> None:
    assert line_of(replace(CUPS, moq=1), (11, 1)).moq == 3
    later = replace(CUPS, moq=60)
    assert line_of(later, (11, 1)).moq == 60
    assert line_of(later, (11, 60)).unit_fen == 1150


def test_one_sku_seen_at_two_stands_counts_as_one() -> None:
    first, second = price_offer(SOCKS, [Wanted(21, 6), Wanted(21, 6)]).lines
    assert first.counted == second.counted == 12
    assert first.is_orderable
    assert second.is_orderable


@pytest.mark.parametrize("nothing", [None, 0])
def test_without_a_price_a_line_is_told_and_adds_nothing(nothing: int | None) -> None:
    priced = price_offer(replace(SOCKS, skus=(SkuTerms(21, price_fen=nothing),)), [Wanted(21, 12)])
    assert priced.lines[0].unit_fen is None
    assert priced.lines[0].total_fen is None
    assert priced.problems == {Problem.NO_PRICE}
    assert priced.total_fen == 0


def test_a_member_pays_the_lower_of_the_two() -> None:
    assert line_of(CUPS, (12, 3)).unit_fen == 1280
    assert line_of(CUPS, (12, 3)).member_fen == 1190
    assert line_of(CUPS, (12, 3), member=True).unit_fen == 1190
    assert line_of(CUPS, (12, 48), member=True).unit_fen == 1150
    assert line_of(CUPS, (12, 48)).member_fen is None
    assert line_of(CUPS, (12, 3), member=True).marked_fen == 1280


def test_a_member_price_of_zero_is_none() -> None:
    assert line_of(replace(CUPS, skus=(SkuTerms(11, member_fen=0),)), (11, 3), member=True).unit_fen == 1280


def test_stock_is_told_and_never_refused() -> None:
    offer = replace(CUPS, skus=(SkuTerms(11, stock=40),))
    assert line_of(offer, (11, 36)).over_stock == 0
    assert line_of(offer, (11, 45), (11, 5)).over_stock == 10
    assert line_of(offer, (11, 45)).is_orderable


def test_a_foreign_sku_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        price_offer(CUPS, [Wanted(21, 3)])
    with pytest.raises(KeyError):
        price_supplier([CUPS], [Wanted(21, 3)])


@pytest.mark.parametrize("quantity", [0, -1, LARGEST_QUANTITY + 1])
def test_a_quantity_is_one_or_more_and_has_an_end(quantity: int) -> None:
    with pytest.raises(ValueError, match="a quantity is"):
        Wanted(11, quantity)


@pytest.mark.parametrize("tiers", [(Tier(5, 10), Tier(1, 20)), (Tier(1, 10), Tier(1, 9)), (Tier(0, 9),), (Tier(1, 0),)])
def test_tiers_out_of_order_are_refused(tiers: tuple[Tier, ...]) -> None:
    with pytest.raises(ValueError, match="tier"):
        replace(CUPS, tiers=tiers)


# --- the ladder -------------------------------------------------------------------------------------------------


def test_the_ladder_begins_at_the_moq() -> None:
    assert ladder(CUPS, 12) == (
        Rung(3, 47, 1280, 1190, 3),
        Rung(48, 479, 1150, None, 48),
        Rung(480, None, 990, None, 480),
    )
    assert ladder(replace(CUPS, moq=60, lot_size=50), 11) == (
        Rung(60, 479, 1150, None, 100),
        Rung(480, None, 990, None, 500),
    )
    assert ladder(SOCKS, 22) == (Rung(10, None, 450, None, 12),)
    assert ladder(replace(CUPS, tiers=()), 11) == ()


def test_the_next_tier_says_what_it_saves() -> None:
    assert line_of(CUPS, (11, 36)).next_tier == NextTier(48, 1150, more=12, quantity=48, saves_each_fen=130)
    assert line_of(CUPS, (11, 20), (12, 16)).next_tier == NextTier(48, 1150, 12, 32, 130)
    assert line_of(CUPS, (12, 36), member=True).next_tier == NextTier(48, 1150, 12, 48, 40)
    assert line_of(CUPS, (11, 480)).next_tier is None


def test_a_large_lot_may_jump_over_a_tier() -> None:
    assert line_of(replace(CUPS, lot_size=500), (11, 20)).next_tier == NextTier(480, 990, 480, 500, 290)


def test_a_tier_that_is_not_cheaper_is_passed_over() -> None:
    odd = replace(CUPS, tiers=(Tier(1, 100), Tier(10, 100), Tier(20, 90)))
    assert line_of(odd, (11, 5)).next_tier == NextTier(20, 90, 15, 20, 10)
    flat = replace(CUPS, skus=(SkuTerms(11, member_fen=80),), tiers=odd.tiers)
    assert line_of(flat, (11, 5), member=True).next_tier is None


# --- one piece of advice ----------------------------------------------------------------------------------------


def test_advice_below_the_moq_comes_first() -> None:
    assert line_of(CUPS, (11, 2)).advice == Advice(AdviceCode.BELOW_MOQ, needs=3, below=None, above=3, more=1)
    assert line_of(SOCKS, (21, 7)).advice == Advice(AdviceCode.BELOW_MOQ, needs=10, below=None, above=12, more=5)
    assert line_of(replace(CUPS, moq=10), (11, 2), (12, 5)).advice == Advice(AdviceCode.BELOW_MOQ, 10, None, 5, 3)


def test_advice_on_a_lot_names_both_neighbours() -> None:
    assert line_of(SOCKS, (21, 20)).advice == Advice(AdviceCode.NOT_A_LOT, needs=6, below=18, above=24, more=4)
    assert line_of(SOCKS, (21, 10)).advice == Advice(AdviceCode.NOT_A_LOT, needs=6, below=None, above=12, more=2)


def test_advice_on_the_next_tier_when_it_is_near() -> None:
    near = Advice(AdviceCode.NEXT_TIER, needs=48, below=None, above=48, more=16, price_fen=1150)
    assert line_of(CUPS, (11, 32)).advice == near
    assert line_of(CUPS, (11, 31)).advice is None
    assert line_of(CUPS, (11, 48)).advice is None


def test_no_advice_to_buy_what_is_not_there() -> None:
    assert line_of(replace(CUPS, skus=(SkuTerms(11, stock=40),)), (11, 36)).advice is None


# --- mixed batches ----------------------------------------------------------------------------------------------

MIX = MixRule(pieces=12, fen=30_000)


def test_short_of_the_mixed_batch_both_ways_are_named() -> None:
    priced = price_supplier([CUPS, SOCKS], [Wanted(21, 6), Wanted(11, 2), Wanted(22, 2)], MIX)
    assert priced.mix is not None
    assert (priced.mix.pieces_short, priced.mix.fen_short) == (2, 30_000 - 1800 - 2560 - 900)
    assert not priced.is_orderable
    assert [line.sku_id for line in priced.lines] == [21, 11, 22]
    assert priced.problems == {Problem.BELOW_MOQ, Problem.NOT_A_LOT}


@pytest.mark.parametrize(("pieces", "fen"), [(8, None), (None, 4360), (8, 99_999), (0, 4360)])
def test_a_met_mixed_batch_waives_the_moq_by_either_way(pieces: int | None, fen: int | None) -> None:
    priced = price_supplier([CUPS, SOCKS], [Wanted(11, 2), Wanted(21, 6)], MixRule(pieces, fen))
    assert priced.is_orderable
    assert priced.total_fen == 4360
    assert priced.lines[0].unit_fen == 1280  # the first tier's, though not reached


def test_a_mixed_batch_keeps_lots() -> None:
    priced = price_supplier([CUPS, SOCKS], [Wanted(11, 2), Wanted(21, 8)], MixRule(pieces=10))
    assert priced.problems == {Problem.NOT_A_LOT}
    assert priced.lines[1].advice == Advice(AdviceCode.NOT_A_LOT, 6, None, 12, 4)  # 6 would break the batch
    larger = price_supplier([CUPS, SOCKS], [Wanted(11, 4), Wanted(21, 8)], MixRule(pieces=10))
    assert larger.lines[1].advice == Advice(AdviceCode.NOT_A_LOT, 6, 6, 12, 4)


@pytest.mark.parametrize("rule", [None, MixRule(), MixRule(0, 0)])
def test_a_supplier_without_a_rule_mixes_nothing(rule: MixRule | None) -> None:
    priced = price_supplier([CUPS, SOCKS], [Wanted(11, 2), Wanted(21, 600)], rule)
    assert priced.mix is None
    assert not priced.is_orderable


def test_every_moq_met_needs_no_batch() -> None:
    assert price_supplier([CUPS], [Wanted(11, 3)], MIX).is_orderable
    assert not price_supplier([CUPS], [], MIX).is_orderable


def test_a_members_lower_price_never_breaks_the_batch() -> None:
    wanted, rule = [Wanted(12, 2)], MixRule(fen=2560)
    assert price_supplier([CUPS], wanted, rule).is_orderable
    member = price_supplier([CUPS], wanted, rule, member=True)
    assert (member.is_orderable, member.total_fen) == (True, 2380)


# --- packing ----------------------------------------------------------------------------------------------------


def test_cartons_volume_and_weight() -> None:
    packing = line_of(CUPS, (11, 60)).packing
    assert (packing.cartons, packing.loose) == (1, 12)
    assert (packing.cbm, packing.kg) == (Decimal("0.105"), Decimal("15.625"))
    assert packing.unpacked == packing.unmeasured == packing.unweighed == 0


def test_what_is_not_known_is_counted() -> None:
    weighed = replace(CUPS, carton=Carton(pieces=48, gross_g=12_500))
    packing = price_supplier([weighed, SOCKS], [Wanted(11, 50), Wanted(21, 12)]).packing
    assert packing == Packing(1, 2, 0, 13_021, unpacked=12, unmeasured=62, unweighed=12)


def test_a_stated_volume_beats_the_sides() -> None:
    carton = Carton(pieces=10, length_mm=1, width_mm=1, height_mm=1, volume_cm3=500)
    assert Packing.of(15, carton).volume_cm3 == 750


# --- samples ----------------------------------------------------------------------------------------------------


def test_a_sample_has_its_own_price_and_no_lot() -> None:
    offer = replace(CUPS, sample_fen=1990, lot_size=6)
    own, offers = price_samples(offer, [Wanted(11, 1), Wanted(12, 2)])
    assert (own.unit_fen, own.total_fen, own.is_orderable) == (2500, 2500, True)
    assert (offers.unit_fen, offers.total_fen, offers.is_orderable) == (1990, 3980, True)


@pytest.mark.parametrize("nothing", [None, 0])
def test_without_a_sample_price_there_is_no_sample_order(nothing: int | None) -> None:
    (line,) = price_samples(replace(CUPS, sample_fen=nothing), [Wanted(12, 1)])
    assert (line.problem, line.unit_fen, line.total_fen) == (SampleProblem.NO_SAMPLE_PRICE, None, None)


def test_three_samples_to_a_buyer_and_sku_unless_set() -> None:
    assert price_samples(CUPS, [Wanted(11, 3)])[0].is_orderable
    assert price_samples(CUPS, [Wanted(11, 4)])[0].problem is SampleProblem.ABOVE_SAMPLE_LIMIT
    assert price_samples(replace(CUPS, sample_limit=5), [Wanted(11, 4)])[0].is_orderable
    (again,) = price_samples(CUPS, [Wanted(11, 2)], already={11: 2})
    assert (again.problem, again.limit, again.left) == (SampleProblem.ABOVE_SAMPLE_LIMIT, 3, 1)
    assert not any(line.is_orderable for line in price_samples(CUPS, [Wanted(11, 2), Wanted(11, 2)]))


# --- what holds for all -----------------------------------------------------------------------------------------

SKU_COUNT = 3
prices = st.integers(1, 2_000)
maybe_price = st.none() | prices


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Tier, ...]:
    """Tiers as factories write them: the more, the cheaper."""
    quantities = sorted(draw(st.sets(st.integers(1, 60), max_size=4)))
    falling = sorted(draw(st.lists(prices, min_size=len(quantities), max_size=len(quantities))), reverse=True)
    return tuple(map(Tier, quantities, falling))


@st.composite
def offers(draw: st.DrawFn, number: int = 1) -> OfferTerms:
    skus = st.builds(
        SkuTerms,
        id=st.just(0),
        price_fen=maybe_price,
        member_fen=maybe_price,
        stock=st.none() | st.integers(0, 60),
        tiers=ladders(),
    )
    drawn = draw(st.lists(skus, min_size=SKU_COUNT, max_size=SKU_COUNT))
    return OfferTerms(
        id=number,
        skus=tuple(replace(sku, id=number * 10 + place) for place, sku in enumerate(drawn)),
        quote=draw(st.sampled_from(Quote)),
        moq=draw(st.integers(1, 40)),
        lot_size=draw(st.sampled_from([1, 1, 2, 6, 7])),
        tiers=draw(ladders()),
        carton=draw(st.sampled_from([Carton(), CUPS.carton, Carton(pieces=7, volume_cm3=1001)])),
    )


def lines_for(*numbers: int) -> st.SearchStrategy[list[Wanted]]:
    skus = [number * 10 + place for number in numbers for place in range(SKU_COUNT)]
    return st.lists(st.builds(Wanted, st.sampled_from(skus), st.integers(1, 60)), min_size=1, max_size=6)


def with_quantity(wanted: list[Wanted], place: int, quantity: int) -> list[Wanted]:
    return [*wanted[:place], Wanted(wanted[place].sku_id, quantity), *wanted[place + 1 :]]


def unit_by_the_table(offer: OfferTerms, sku: SkuTerms, wanted: list[Wanted]) -> int | None:
    """The rules' table, written down a second time without cleverness."""
    all_pieces = sum(line.quantity for line in wanted)
    sku_pieces = sum(line.quantity for line in wanted if line.sku_id == sku.id)
    if offer.quote is Quote.PER_SKU:
        return sku.price_fen
    tiers = offer.tiers if offer.quote is Quote.BY_OFFER else (sku.tiers or offer.tiers)
    if not tiers:
        return sku.price_fen
    pieces = all_pieces if offer.quote is Quote.BY_OFFER else sku_pieces
    price = tiers[0].price_fen
    for tier in tiers:
        if pieces >= tier.min_quantity:
            price = tier.price_fen
    return price


@given(offers(), lines_for(1), st.booleans())
def test_prices_follow_the_table_and_nothing_is_rounded(offer: OfferTerms, wanted: list[Wanted], member: bool) -> None:
    priced = price_offer(offer, wanted, member=member)
    for line, asked in zip(priced.lines, wanted, strict=True):
        sku = offer.sku(asked.sku_id)
        marked = unit_by_the_table(offer, sku, wanted)
        lower = min(marked, sku.member_fen) if marked and sku.member_fen and member else marked
        assert (line.sku_id, line.quantity, line.marked_fen, line.unit_fen) == (sku.id, asked.quantity, marked, lower)
        assert line.total_fen is None or (type(line.total_fen) is int and line.total_fen > 0)
    assert priced.total_fen == sum(line.total_fen or 0 for line in priced.lines)


@given(offers(), lines_for(1), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(offer: OfferTerms, wanted: list[Wanted], random: Random) -> None:
    places = random.sample(range(len(wanted)), len(wanted))
    straight = price_offer(offer, wanted).lines
    assert price_offer(offer, [wanted[place] for place in places]).lines == tuple(straight[place] for place in places)


@given(st.integers(-3, 120), st.integers(-5, 60), st.integers(1, 13))
def test_nearest_valid_is_the_nearest_there_is(quantity: int, minimum: int, lot: int) -> None:
    valid = [n for n in range(1, 250) if n >= minimum and n % lot == 0]
    below = max((n for n in valid if n < quantity), default=None)
    assert nearest_valid(quantity, minimum, lot) == Nearest(below, min(n for n in valid if n > quantity))


@given(offers(), lines_for(1), st.data())
def test_advice_that_is_taken_helps(offer: OfferTerms, wanted: list[Wanted], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(wanted) - 1))
    before = price_offer(offer, wanted).lines[place]
    mended = {Problem.BELOW_MOQ, Problem.NOT_A_LOT}
    assert (before.advice is None or before.advice.code is AdviceCode.NEXT_TIER) or before.problems & mended
    if before.advice is None:
        assert not before.problems & mended
        return
    for quantity in filter(None, (before.advice.below, before.advice.above)):
        after = price_offer(offer, with_quantity(wanted, place, quantity)).lines[place]
        assert not after.problems & mended
        assert before.advice.price_fen in (None, after.unit_fen)
    if before.advice.price_fen and before.unit_fen:
        assert before.advice.price_fen < before.unit_fen


@given(offers(), lines_for(1), st.booleans(), st.data())
def test_the_next_tier_is_the_first_cheaper_valid_quantity(
    offer: OfferTerms, wanted: list[Wanted], member: bool, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(wanted) - 1))
    line = price_offer(offer, wanted, member=member).lines[place]
    for quantity in range(line.quantity + 1, line.quantity + 80):
        other = price_offer(offer, with_quantity(wanted, place, quantity), member=member).lines[place]
        if not other.problems and other.unit_fen and line.unit_fen and other.unit_fen < line.unit_fen:
            expected = (quantity, quantity - line.quantity, other.unit_fen, line.unit_fen - other.unit_fen)
            found = line.next_tier
            assert found is not None
            assert (found.quantity, found.more, found.price_fen, found.saves_each_fen) == expected
            return
    assert line.next_tier is None


@given(offers(1), offers(2), lines_for(1, 2), st.none() | st.integers(0, 90), st.none() | st.integers(0, 50_000))
def test_a_supplier_is_orderable_by_moq_or_by_mix(
    first: OfferTerms, second: OfferTerms, wanted: list[Wanted], pieces: int | None, fen: int | None
) -> None:
    priced = price_supplier([first, second], wanted, MixRule(pieces, fen))
    alone = [
        line
        for offer in (first, second)
        for line in price_offer(offer, [line for line in wanted if line.sku_id // 10 == offer.id]).lines
    ]
    reaches = bool(
        (pieces and sum(line.quantity for line in alone) >= pieces)
        or (fen and sum(line.total_fen or 0 for line in alone) >= fen)
    )
    waived = {Problem.BELOW_MOQ} if reaches else set()
    assert priced.is_orderable is all(line.problems <= waived for line in alone)
    assert priced.total_fen == sum(line.total_fen or 0 for line in alone)
    assert priced.packing == sum((line.packing for line in alone), Packing())
    assert (priced.mix.is_met if priced.mix else False) is reaches


@given(offers(1), offers(2), lines_for(1, 2), st.integers(1, 90), st.data())
def test_pieces_short_are_the_pieces_that_complete_the_batch(
    first: OfferTerms, second: OfferTerms, wanted: list[Wanted], pieces: int, data: st.DataObject
) -> None:
    mix = price_supplier([first, second], wanted, MixRule(pieces)).mix
    assert mix is not None
    place = data.draw(st.integers(0, len(wanted) - 1))
    enough = with_quantity(wanted, place, wanted[place].quantity + (mix.pieces_short or 0))
    completed = price_supplier([first, second], enough, MixRule(pieces))
    assert completed.mix is not None
    assert completed.mix.is_met
    assert Problem.BELOW_MOQ not in completed.problems


@given(offers(1), offers(2), lines_for(1, 2), st.integers(1, 90), st.data())
def test_advice_in_a_batch_never_breaks_it(
    first: OfferTerms, second: OfferTerms, wanted: list[Wanted], pieces: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(wanted) - 1))
    advice = price_supplier([first, second], wanted, MixRule(pieces)).lines[place].advice
    for quantity in filter(None, (advice.below, advice.above) if advice else ()):
        after = price_supplier([first, second], with_quantity(wanted, place, quantity), MixRule(pieces))
        assert not after.lines[place].problems - {Problem.NO_PRICE}


@given(offers(1), offers(2), lines_for(1, 2), st.integers(1, 50_000))
def test_a_member_is_never_worse_off(first: OfferTerms, second: OfferTerms, wanted: list[Wanted], fen: int) -> None:
    stranger = price_supplier([first, second], wanted, MixRule(fen=fen))
    member = price_supplier([first, second], wanted, MixRule(fen=fen), member=True)
    assert member.is_orderable is stranger.is_orderable
    for paid, marked in zip(member.lines, stranger.lines, strict=True):
        assert (paid.unit_fen or 0) <= (marked.unit_fen or 0)


@given(st.integers(1, 10_000), st.integers(1, 500), st.integers(0, 10**6), st.integers(0, 10**6))
def test_cartons_and_loose_pieces_are_all_pieces(quantity: int, pieces: int, volume: int, gross: int) -> None:
    packing = Packing.of(quantity, Carton(pieces=pieces, volume_cm3=volume, gross_g=gross))
    assert packing.cartons * pieces + packing.loose == quantity
    assert 0 <= packing.loose < pieces
    assert 0 <= packing.volume_cm3 * pieces - volume * quantity < pieces
    assert 0 <= packing.gross_g * pieces - gross * quantity < pieces
