"""Parcels of an order, and the steps of their ways. Steps come oldest first, in China's time without an offset."""

from dataclasses import replace
from typing import Any

from selection_center.marketplace.connectors.alibaba_1688.reading import (
    Record,
    Unreadable,
    identity,
    moment,
    parts,
    record,
    text,
    truth,
)
from selection_center.marketplace.connectors.alibaba_1688.refusals import check
from selection_center.marketplace.connectors.orders import Parcel, Step

Numbers = tuple[str, ...]
"""What names a parcel: the platform's number and the carrier's."""


def parcels_of(answer: Any) -> list[tuple[Numbers, Parcel]]:
    """ "No logistics yet" is an error message beside a success: no parcels."""
    said = record(answer)
    if "result" not in said:
        check(said)
        return []
    return [(_numbers(one), _parcel(one)) for one in parts(said, "result")]


def _parcel(one: Record) -> Parcel:
    number = text(one, "logisticsBillNo", "logisticsId")
    return Parcel(text(one, "logisticsCompanyName", "logisticsCompanyNo"), number, text(one, "status"))


def _numbers(one: Record) -> Numbers:
    return tuple(filter(None, (identity(one, "logisticsId"), text(one, "logisticsBillNo"))))


def traces_of(answer: Any) -> list[tuple[Numbers, tuple[Step, ...]]]:
    said = record(answer)
    if "logisticsTrace" not in said:
        check(said)
        if truth(said, "success") is None:
            raise Unreadable("a trace without its steps")
        return []
    return [(_numbers(one), tuple(map(_step, parts(one, "logisticsSteps")))) for one in parts(said, "logisticsTrace")]


def _step(one: Record) -> Step:
    """A step whose time is not readable is still one."""
    try:
        at = moment(one, "acceptTime")
    except Unreadable:
        at = None
    return Step(at, text(one, "remark"))


def joined(parcels: list[tuple[Numbers, Parcel]], traces: list[tuple[Numbers, tuple[Step, ...]]]) -> tuple[Parcel, ...]:
    """Each parcel with its own steps; a trace that names no parcel of these is a parcel itself."""
    found = []
    left = list(traces)
    for numbers, parcel in parcels:
        own = next((trace for trace in left if set(trace[0]) & set(numbers)), None)
        if own is None and len(parcels) == len(traces) == 1 and not left[0][0]:
            own = left[0]
        if own:
            left.remove(own)
        found.append(replace(parcel, steps=own[1]) if own else parcel)
    return (*found, *(Parcel("", numbers[-1], steps=steps) for numbers, steps in left if numbers))
