"""Writes plans, members, their periods and their cards."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from selection_center.core.shop_time import today
from selection_center.demo.audit_rows import entry
from selection_center.demo.joining import DemoMember, DemoPlan, members, plans
from selection_center.demo.story import Story
from selection_center.demo.visit_rows import Written
from selection_center.demo.writing import Row, days_before, insert, phone
from selection_center.membership.cards import Card, CardKind, RevokeReason
from selection_center.membership.members import CONSENT_VERSION, Member
from selection_center.membership.plans import Plan, PlanKind
from selection_center.membership.renewals import FeeMethod, Renewal

FIRST_PHONE = 6000


@dataclass
class Joined:
    """Ids as written, by store in the order of `people`."""

    people: dict[str, list[DemoMember]] = field(default_factory=dict)
    members: dict[str, list[int]] = field(default_factory=dict)
    cards: dict[str, list[int]] = field(default_factory=dict)
    """The open main card of each."""
    since: dict[int, datetime] = field(default_factory=dict)
    """When each member joined."""
    points_per_yuan: dict[int, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """By store, the private address of one card that no phone has yet."""


def write(session: Session, story: Story, written: Written, codes: Iterator[str]) -> tuple[Joined, list[Row]]:
    joined, told = Joined(), []
    offered = plans()
    founded = days_before(story.now, 150)
    ids = insert(session, Plan, [plan_row(plan, place, founded) for place, plan in enumerate(offered)])
    plan_ids = {plan.key: number for plan, number in zip(offered, ids, strict=True)}
    terms = {plan.key: Plan(**plan.terms) for plan in offered}
    stores = [place.slug for place in story.places if place.kind == "store"]
    for order, site in enumerate(stores):
        people = joined.people[site] = members(site, order * 100)
        periods = [periods_of(person, terms, today(story.now)) for person in people]
        rows = [member_row(p, q, story, written) for p, q in zip(people, periods, strict=True)]
        numbers = joined.members[site] = insert(session, Member, rows)
        for person, number, row in zip(people, numbers, rows, strict=True):
            joined.since[number] = row["joined_at"]
            joined.points_per_yuan[number] = terms[person.plan].points_per_yuan if person.may_come_in else 0
            told.append(
                entry("member_joined", "members", number, row["joined_at"], row["joined_by_id"], row["site_id"],
                      number=row["number"], plan=terms[person.plan].name)
            )  # fmt: skip
        write_renewals(session, people, numbers, rows, periods, plan_ids, terms)
        write_cards(session, joined, site, rows, codes)
    return joined, told


def plan_row(plan: DemoPlan, place: int, at: datetime) -> Row:
    return plan.terms | {"kind": PlanKind(plan.terms["kind"]), "position": place, "created_at": at}


def periods_of(person: DemoMember, terms: dict[str, Plan], day: date) -> list[tuple[str, date, date]]:
    """Plan, first and last day: one, or one and the next that was paid early."""
    if person.ends_in_days is None:
        return []
    plan = terms[person.plan]
    last = day + timedelta(days=person.ends_in_days)
    first = first_day(plan, last)
    found = [(person.plan, first, last)]
    if person.standing == "renewed":
        after = last + timedelta(days=1)
        found.append((person.plan, after, plan.last_day(after)))
    return found


def first_day(plan: Plan, last: date) -> date:
    """Of a period of this plan that ends on this day."""
    first = last - timedelta(days=plan.days - 1 if plan.days else 31 * plan.months)
    while plan.last_day(first) < last:
        first += timedelta(days=1)
    return first


def member_row(person: DemoMember, periods: list[tuple[str, date, date]], story: Story, written: Written) -> Row:
    first = periods[0][1] if periods else today(story.now)
    at = days_before(story.now, (today(story.now) - first).days, 11, person.number % 50)
    by = written.team.somebody(person.site, "cashier")
    manager = written.team.somebody(person.site, "manager")
    is_blocked = person.standing == "blocked"
    letters = person.site[:2].upper()
    return {
        "site_id": written.floor.sites[person.site],
        "number": f"{letters}-{5100 + person.number:04d}-{(person.number * 37 + 11) % 100:02d}",
        "name": person.name,
        "phone": phone(FIRST_PHONE + person.number),
        "language": "zh",
        "consent_version": CONSENT_VERSION,
        "consent_at": at,
        "note": "",
        "joined_by_id": by,
        "joined_at": at,
        "blocked_at": days_before(story.now, 3, 17, 20) if is_blocked else None,
        "blocked_reason": "多次带外人倒卖" if is_blocked else "",
        "blocked_by_id": manager if is_blocked else None,
    }


def write_renewals(
    session: Session,
    people: list[DemoMember],
    numbers: list[int],
    rows: list[Row],
    periods: list[list[tuple[str, date, date]]],
    plan_ids: dict[str, int],
    terms: dict[str, Plan],
) -> None:
    """First periods, then the ones that follow on them."""
    first: dict[int, int] = {}
    for turn in (0, 1):
        wanted = [place for place, found in enumerate(periods) if len(found) > turn]
        made = []
        for place in wanted:
            key, begins, ends = periods[place][turn]
            fee = terms[key].fee_fen
            person, at = people[place], rows[place]["joined_at"]
            is_cancelled = person.standing == "cancelled"
            made.append(
                {
                    "member_id": numbers[place], "plan_id": plan_ids[key], "after_id": first.get(place),
                    "starts_on": begins, "ends_on": ends, "fee_fen": fee,
                    "method": FeeMethod.FREE if not fee else (FeeMethod.WECHAT, FeeMethod.ALIPAY)[place % 2],
                    "reference": f"demo-fee-{person.site}-{person.number}-{turn}", "by_id": rows[place]["joined_by_id"],
                    "at": at if turn == 0 else at + timedelta(days=max(0, (begins - periods[place][0][1]).days - 40)),
                    "cancelled_at": at + timedelta(days=2) if is_cancelled else None,
                    "cancelled_by_id": rows[place]["blocked_by_id"] or rows[place]["joined_by_id"] if is_cancelled else None,
                    "cancel_reason": "搬到外地" if is_cancelled else "", "refunded_fen": fee if is_cancelled else None,
                    "refund_method": FeeMethod.WECHAT if is_cancelled else None,
                    "refund_reference": f"demo-refund-{person.number}" if is_cancelled else "",
                }
            )  # fmt: skip
        ids = insert(session, Renewal, made)
        first |= dict(zip(wanted, ids, strict=True))


def write_cards(session: Session, joined: Joined, site: str, rows: list[Row], codes: Iterator[str]) -> None:
    people, numbers = joined.people[site], joined.members[site]
    main = [card_row(n, row, person.name, codes) for person, n, row in zip(people, numbers, rows, strict=True)]
    ids = joined.cards[site] = insert(session, Card, main)
    joined.links[site] = next(row["link"] for row, p in zip(main, people, strict=True) if p.standing == "valid")
    more = [
        card_row(n, row, person.household, codes) | {"kind": CardKind.HOUSEHOLD}
        for person, n, row in zip(people, numbers, rows, strict=True)
        if person.household
    ]
    lost = [
        card_row(n, row, person.name, codes)
        | {
            "revoked_at": row["joined_at"] + timedelta(days=9), "revoked_reason": RevokeReason.LOST,
            "revoked_by_id": row["joined_by_id"], "replaced_by_id": card,
        }
        for person, n, row, card in zip(people, numbers, rows, ids, strict=True)
        if person.lost_card
    ]  # fmt: skip
    insert(session, Card, more)
    insert(session, Card, lost)


def card_row(member: int, row: Row, holder: str, codes: Iterator[str]) -> Row:
    return {
        "member_id": member, "kind": CardKind.MAIN, "holder": holder, "phone": None, "code": next(codes),
        "secret": secrets.token_hex(32), "handle": next(codes), "link": secrets.token_urlsafe(18),
        "issued_by_id": row["joined_by_id"], "issued_at": row["joined_at"],
    }  # fmt: skip
