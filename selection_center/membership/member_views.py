"""Members as the desk sees them: the list, joining, one member, and what they are asked in between."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.accounts import phones
from selection_center.core import audit, codes
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import start_of_day
from selection_center.membership import issuing, joining, member_exports, points, queries, reminding
from selection_center.membership import member_forms as forms
from selection_center.membership.household import household_cards
from selection_center.membership.member_reaching import back_to, card_links, found_by_scan, me, member_or_404
from selection_center.membership.members import Member
from selection_center.membership.renewals import Renewal, open_periods, plans_for
from selection_center.membership.standing import standing
from selection_center.samples.loans import ReminderWay
from selection_center.sites import audit_words
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("members", __name__)


@bp.get("/sites/<string:slug>/members")
@allow(Permission.HANDLE_MEMBERS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_MEMBERS)
    filters = queries.Filters.read(request.args)
    scanned = found_by_scan(filters.words, site)
    if scanned is not None:
        return redirect(scanned)
    page = queries.search(site, filters)
    return render_template(
        "members/index.html",
        site=site,
        filters=filters,
        page=page,
        standings=queries.standings(page.items),
        counts=queries.counts(site),
        waiting=queries.waiting(site),
        reminded=reminding.last_reminded([member.id for member in page.items]) if filters.where == "soon" else {},
        since=start_of_day(),
        join_url=join_url(site),
        join_qr=codes.qr_svg_path(join_url(site)),
        export_url=url_for(".export", slug=site.slug, where=filters.where, q=filters.words or None),
    )


def join_url(site: Site) -> str:
    """What customers scan to join by phone."""
    return f"{current_app.config['PUBLIC_URL'].rstrip('/')}{url_for('join.show', slug=site.slug)}"


@bp.get("/sites/<string:slug>/members.xlsx")
@allow(Permission.HANDLE_MEMBERS)
def export(slug: str) -> Response:
    """The members of this search as a table; phones masked as on the page."""
    site = site_or_404(slug, Permission.HANDLE_MEMBERS)
    query = queries.narrowed(site, queries.Filters.read(request.args)).limit(member_exports.MOST_MEMBERS)
    members = list(db.session.scalars(query))
    audit.record_beside("members_exported", site, site_id=site.id, count=len(members))
    return download(member_exports.member_table(members), _("Members"), "xlsx", XLSX)


@bp.get("/sites/<string:slug>/members/new")
@allow(Permission.HANDLE_MEMBERS)
def new(slug: str) -> Any:
    return joining.show(site_or_404(slug, Permission.HANDLE_MEMBERS), forms.JoinForm(formdata=None))


@bp.post("/sites/<string:slug>/members")
@allow(Permission.HANDLE_MEMBERS)
def join(slug: str) -> Any:
    return joining.make_member(site_or_404(slug, Permission.HANDLE_MEMBERS))


@bp.get("/members/<int:member_id>")
@allow(Permission.HANDLE_MEMBERS)
def show(member_id: int) -> Any:
    return show_member(member_or_404(member_id))


def show_member(member: Member, status: int = 200, **filled: Any) -> Any:
    """The member's page; a form that came back wrong is passed by its name."""
    renew_form = forms.FeeForm(formdata=None)
    renew_form.plan.offer(plans_for(member, joining.plans_on_sale()))
    empty = {
        "renew_form": renew_form,
        "card_form": forms.CardForm(formdata=None),
        "reminder_form": forms.ReminderForm(formdata=None),
        "points_form": forms.PointsForm(formdata=None),
        "block_form": forms.BlockForm(formdata=None),
        "card_links": card_links,
    }
    return render_template(
        "members/show.html",
        member=member,
        standing=standing(member, member.site),
        phone_open=phones.is_open(member),
        runs=open_periods(member.id),
        next_start=Renewal.next_start(member.id),
        household=household_cards(member.id),
        crowd=issuing.crowd_of(member),
        household_limit=issuing.household_limit(member),
        can_be_found=issuing.is_found_again_possible,
        points=points.balance(member.id),
        ledger=queries.points_of(member),
        reminders=reminding.reminders_of(member),
        ends_soon=reminding.is_soon(member),
        methods=forms.METHOD_WORDS,
        history=queries.history(member),
        audit_verb=audit_words.verb,
        audit_details=audit_words.details,
        **(empty | filled),
    ), status


@bp.get("/members/<int:member_id>/edit")
@allow(Permission.HANDLE_MEMBERS)
def edit(member_id: int) -> Any:
    member = member_or_404(member_id)
    return render_template("members/edit.html", member=member, form=forms.MemberForm(formdata=None, obj=member))


@bp.post("/members/<int:member_id>")
@allow(Permission.HANDLE_MEMBERS)
def save(member_id: int) -> Any:
    member, form = member_or_404(member_id), forms.MemberForm()
    if not form.validate():
        return render_template("members/edit.html", member=member, form=form), 422
    try:
        member.change(form.name.data, form.phone.data, form.language.data, form.note.data or "")
    except Refused as refused:
        form.phone.errors = [refused.sentence]
        return render_template("members/edit.html", member=member, form=form), 422
    audit.record("member_changed", member, number=member.number)
    return back_to(member, _("Saved."))


@bp.post("/members/<int:member_id>/phone")
@allow(Permission.OPEN_PHONES)
def open_phone(member_id: int) -> Any:
    member = member_or_404(member_id, Permission.OPEN_PHONES)
    if not member.phone:
        raise Refused("no_phone", _("No phone number is kept for this member."))
    audit.record("phone_opened", member, number=member.number)
    return done(url_for(".show", member_id=member.id, phone="open"))


@bp.post("/members/<int:member_id>/reminders")
@allow(Permission.HANDLE_MEMBERS)
def remind(member_id: int) -> Any:
    member, form = member_or_404(member_id), forms.ReminderForm()
    if not form.validate():
        return show_member(member, 422, reminder_form=form)
    reminding.remind(member, ReminderWay(form.way.data), me())
    audit.record("member_reminded", member, number=member.number, way=form.way.data)
    return back_to(member, _("Noted that the member was told."))


@bp.post("/members/<int:member_id>/points")
@allow(Permission.BLOCK_MEMBERS)
def adjust_points(member_id: int) -> Any:
    member, form = member_or_404(member_id, Permission.BLOCK_MEMBERS), forms.PointsForm()
    if not form.validate():
        return show_member(member, 422, points_form=form)
    entry_id = audit.record(
        "points_adjusted", member, number=member.number, points=form.points.data, reason=form.note.data
    )
    try:
        points.adjust(member.id, form.points.data, form.note.data, f"audit {entry_id}", current_user.id)
    except Refused as refused:
        form.points.errors = [refused.sentence]
        return show_member(member, 422, points_form=form)
    return back_to(member, _("Written into the points ledger."))
