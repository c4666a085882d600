"""The tables of this area, known together: they name each other."""

from selection_center.membership.applications import Application
from selection_center.membership.cards import Card, CardKind, CardPhoto, RevokeReason
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan, PlanKind
from selection_center.membership.points import PointsEntry, PointsKind
from selection_center.membership.renewals import FeeMethod, Renewal, RenewalReminder

__all__ = [
    "Application",
    "Card",
    "CardKind",
    "CardPhoto",
    "Entry",
    "EntryWay",
    "FeeMethod",
    "Member",
    "Plan",
    "PlanKind",
    "PointsEntry",
    "PointsKind",
    "Renewal",
    "RenewalReminder",
    "RevokeReason",
]
