"""What a cell of the plan says of its stand: what stands there, how often it was scanned, or what is wrong."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.catalog.models import Listing, ListingState
from selection_center.core.db import db, utcnow
from selection_center.core.i18n import in_language
from selection_center.core.shop_time import today
from selection_center.pages.heat import Heat
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.loans import Loan
from selection_center.samples.models import Placement, Sample
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Site, Stand

TITLES_SAID = 3


class View(enum.StrEnum):
    STANDS = "stands"
    SCANS = "scans"
    PROBLEMS = "problems"


class Mark(enum.StrEnum):
    """A small shape in a cell's corner."""

    OVERDUE = "overdue"
    OFF_SHELF = "off-shelf"
    NO_TAG = "no-tag"
    LENT = "lent"

    @property
    def is_problem(self) -> bool:
        return self is not Mark.LENT

    @property
    def words(self) -> str:
        words = {
            Mark.OVERDUE: _("Loan overdue"),
            Mark.OFF_SHELF: _("Offer off the shelf"),
            Mark.NO_TAG: _("No tag"),
            Mark.LENT: _("Lent out"),
        }
        return str(words[self])


class Standing(NamedTuple):
    """A sample that belongs to a stand, and what is to be said of it."""

    stand_id: int
    sample_id: int
    title: str
    title_en: str
    marks: tuple[Mark, ...]

    @property
    def label(self) -> str:
        return in_language(self.title, self.title_en)


class Cell(NamedTuple):
    """css: its look. text: the number in it, or nothing. words: the same for those who do not see it."""

    css: str
    text: str
    words: str
    marks: tuple[Mark, ...]


class Problem(NamedTuple):
    stand: Stand
    what: Standing
    mark: Mark


@dataclass(frozen=True)
class Look:
    """The plan of a site as it is looked at now."""

    site: Site
    view: View
    at: datetime

    @classmethod
    def of(cls, site: Site, view: str | None) -> Look:
        return cls(site, View(view) if view in set(View) else View.STANDS, utcnow())

    @cached_property
    def heat(self) -> Heat:
        return Heat.at(self.site)

    @cached_property
    def standing(self) -> dict[int, list[Standing]]:
        """By stand, what belongs there, in the order in which it was placed."""
        found: dict[int, list[Standing]] = defaultdict(list)
        for one in standing_at(self.site):
            found[one.stand_id].append(one)
        return found

    @property
    def shown_marks(self) -> list[Mark]:
        """What this view draws in the corners."""
        if self.view is View.SCANS:
            return [Mark.LENT]
        return [mark for mark in Mark if mark.is_problem or self.view is View.STANDS]

    def on(self, stand: Stand) -> list[Standing]:
        return self.standing.get(stand.id, [])

    def cell(self, stand: Stand) -> Cell:
        here = self.on(stand)
        marks = tuple(dict.fromkeys(mark for one in here for mark in one.marks))
        if self.view is View.SCANS:
            scans = self.heat.count(stand)
            counted = ngettext("%(num)s scan", "%(num)s scans", scans)
            css = f"h{self.heat.level(stand)}" if here else "vacant"
            return Cell(
                css, str(scans) if here else "", self.said(here, counted), tuple(m for m in marks if m is Mark.LENT)
            )
        if self.view is View.PROBLEMS:
            wrong = tuple(mark for mark in marks if mark.is_problem)
            count = sum(any(mark.is_problem for mark in one.marks) for one in here)
            css = worst(wrong) if wrong else "quiet" if here else "vacant"
            told = [ngettext("%(num)s with a problem", "%(num)s with a problem", count)] if count else []
            said = self.said(here, *told, *(mark.words for mark in wrong))
            return Cell(css, str(count) if count else "", said, wrong)
        told = [ngettext("%(num)s sample", "%(num)s samples", len(here)), *(mark.words for mark in marks)]
        return Cell("taken" if here else "vacant", str(len(here)) if here else "", self.said(here, *told), marks)

    @staticmethod
    def said(here: list[Standing], *more: str) -> str:
        """What stands there by name, then the rest."""
        if not here:
            return str(_("vacant"))
        titles = ", ".join(one.label for one in here[:TITLES_SAID])
        left = len(here) - TITLES_SAID
        if left > 0:
            titles += " " + ngettext("and %(num)s more", "and %(num)s more", left)
        return " · ".join([titles, *more])

    def problems(self, stands: list[Stand]) -> list[Problem]:
        """Of these stands, the worst first, then in the order of their addresses."""
        found = [
            Problem(stand, one, mark)
            for stand in stands
            for one in self.on(stand)
            for mark in one.marks
            if mark.is_problem
        ]
        order = list(Mark)
        return sorted(found, key=lambda one: (order.index(one.mark), one.stand.address))


def worst(marks: tuple[Mark, ...]) -> str:
    return "bad" if Mark.OVERDUE in marks else "warn"


def standing_at(site: Site) -> list[Standing]:
    """One row for each sample that has a stand here, in one statement."""
    has_tag = sa.exists().where(Tag.sample_id == Sample.id, Tag.state == TagState.BOUND)
    query = (
        sa.select(Placement.stand_id, Sample.id, Listing.title, Listing.title_en, Listing.state, has_tag, Loan.due_on)
        .join(Sample, Sample.id == Placement.sample_id)
        .join(Listing, Listing.id == Sample.listing_id)
        .outerjoin(LoanItem, sa.and_(LoanItem.sample_id == Sample.id, LoanItem.ended_at.is_(None)))
        .outerjoin(Loan, Loan.id == LoanItem.loan_id)
        .where(Sample.site_id == site.id, Placement.ended_at.is_(None), Placement.stand_id.is_not(None))
        .order_by(Placement.stand_id, Placement.id)
    )
    return [
        Standing(stand or 0, sample, title, title_en, marks_of(state, tagged, due))
        for stand, sample, title, title_en, state, tagged, due in db.session.execute(query)
    ]


def marks_of(state: ListingState, tagged: bool, due: date | None) -> tuple[Mark, ...]:
    marks = []
    if due is not None:
        marks.append(Mark.OVERDUE if due < today() else Mark.LENT)
    if state is ListingState.OFF_SHELF:
        marks.append(Mark.OFF_SHELF)
    if not tagged:
        marks.append(Mark.NO_TAG)
    return tuple(marks)
