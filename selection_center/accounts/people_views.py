"""People with an account: one person's page, and for head office the list of all."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from selection_center.accounts.forms import ROLE_WORDS, SITE_ROLES, GrantForm, NewPersonForm, SiteRoleForm
from selection_center.accounts.models import Grant, SignIn, User
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.forms import clean
from selection_center.core.once import done
from selection_center.core.paging import like, ordered, page_of
from selection_center.core.permissions import Permission, Role

bp = Blueprint("people", __name__)

SORTS = {"name": User.name, "login": User.login, "since": User.created_at}


@bp.get("/people")
@allow(Permission.EDIT_NETWORK)
def index() -> Any:
    query = sa.select(User)
    wanted = clean(request.args.get("q"))
    if wanted:
        query = query.where(sa.or_(*(c.ilike(like(wanted), escape="\\") for c in (User.name, User.login))))
    role = request.args.get("role", "")
    if role in set(Role):
        query = query.where(User.grants.any(Grant.role == Role(role)))
    page = page_of(ordered(query, SORTS, "name"))
    return render_template("accounts/people.html", page=page, roles=ROLE_WORDS)


@bp.get("/people/new")
@allow(Permission.EDIT_NETWORK)
def new() -> Any:
    return render_template("accounts/new_person.html", form=NewPersonForm())


@bp.post("/people")
@allow(Permission.EDIT_NETWORK)
def create() -> Any:
    form = NewPersonForm()
    if not form.validate():
        return render_template("accounts/new_person.html", form=form), 422
    return welcome(*User.join(form.login.data, form.name.data, form.chosen, **form.where))


def welcome(user: User, password: str) -> Any:
    """The end of adding somebody: records it, and shows the drawn password once."""
    grant = user.grants[0]
    audit.record("person_added", user, site_id=grant.site_id, name=user.name, role=grant.role)
    show_once(user, password)
    return done(url_for("people.show", user_id=user.id), _("%(name)s can sign in.", name=user.name))


def show_once(user: User, password: str) -> None:
    """Keeps a drawn password for the next page of whoever drew it: in their own cookie, not on the server."""
    db.session.flush()
    session["drawn_password"] = [user.id, password]


@bp.get("/people/<int:user_id>")
@allow(Permission.MANAGE_STAFF)
def show(user_id: int) -> Any:
    return person_page(reach(user_id))


def person_page(person: User, **forms: Any) -> str:
    drawn_for, password = session.get("drawn_password", (None, None))
    if drawn_for == person.id:
        del session["drawn_password"]
    open_ones = db.session.scalars(
        sa.select(SignIn).filter_by(user_id=person.id, ended_at=None).order_by(SignIn.last_seen_at.desc())
    )
    return render_template(
        "accounts/person.html",
        person=person,
        roles=ROLE_WORDS,
        grants=[(grant, role_form(grant)) for grant in person.grants],
        devices=[sign_in for sign_in in open_ones if sign_in.lasts],
        password=password if drawn_for == person.id else None,
        can_manage=person.can_be_managed_by(current_user),
        grant_form=forms.get("grant_form") or (GrantForm(formdata=None) if current_user.is_head_office else None),
    )


def role_form(grant: Grant) -> SiteRoleForm | None:
    """For roles at a site that this person may change."""
    may = grant.user_id != current_user.id and current_user.can(Permission.MANAGE_STAFF, site_id=grant.site_id)
    return SiteRoleForm(formdata=None, role=grant.role.value) if may and grant.role in SITE_ROLES else None


# --- roles ------------------------------------------------------------------------------------------------------


@bp.post("/people/<int:user_id>/roles")
@allow(Permission.EDIT_NETWORK)
def add_role(user_id: int) -> Any:
    person = reach(user_id)
    form = GrantForm()
    if not form.validate():
        return person_page(person, grant_form=form), 422
    refuse_myself(person)
    grant = person.add_grant(form.chosen, **form.where)
    audit.record("role_given", person, site_id=grant.site_id, name=person.name, role=grant.role)
    return done(url_for(".show", user_id=user_id), _("Saved."))


@bp.post("/people/<int:user_id>/roles/<int:grant_id>")
@allow(Permission.MANAGE_STAFF)
def change_role(user_id: int, grant_id: int) -> Any:
    grant = reach_grant(user_id, grant_id)
    form = SiteRoleForm()
    if not form.validate() or grant.role not in SITE_ROLES:
        return person_page(grant.user), 422
    refuse_myself(grant.user)
    before = grant.role
    grant.change_role(form.chosen)
    audit.record(
        "role_changed", grant.user, site_id=grant.site_id, name=grant.user.name, role=[before, grant.role]
    )  # fmt: skip
    return done(url_for(".show", user_id=user_id), _("Saved."))


@bp.post("/people/<int:user_id>/roles/<int:grant_id>/removal")
@allow(Permission.MANAGE_STAFF)
def remove_role(user_id: int, grant_id: int) -> Any:
    grant = reach_grant(user_id, grant_id)
    person, role, site = grant.user, grant.role, grant.site
    refuse_myself(person)
    person.remove_grant(grant)
    audit.record("role_taken", person, site_id=site.id if site else None, name=person.name, role=role)
    db.session.flush()
    still_mine = db.session.scalar(User.reachable_by(current_user).where(User.id == user_id))
    following = url_for(".show", user_id=user_id) if still_mine else url_for("team.index", slug=site.slug)
    return done(following, _("%(name)s no longer has this role.", name=person.name))


# --- the account ------------------------------------------------------------------------------------------------


@bp.post("/people/<int:user_id>/disabling")
@allow(Permission.MANAGE_STAFF)
def disable(user_id: int) -> Any:
    person = reach_to_manage(user_id)
    person.disable()
    audit.record("person_disabled", person, site_id=site_of(person), name=person.name)
    return done(url_for(".show", user_id=user_id), _("%(name)s is out on every device.", name=person.name))


@bp.post("/people/<int:user_id>/enabling")
@allow(Permission.MANAGE_STAFF)
def enable(user_id: int) -> Any:
    person = reach_to_manage(user_id)
    person.enable()
    audit.record("person_enabled", person, site_id=site_of(person), name=person.name)
    return done(url_for(".show", user_id=user_id), _("%(name)s can sign in again.", name=person.name))


@bp.post("/people/<int:user_id>/signing-out")
@allow(Permission.MANAGE_STAFF)
def end_sessions(user_id: int) -> Any:
    person = reach_to_manage(user_id)
    count = person.end_sessions()
    audit.record("devices_signed_out", person, site_id=site_of(person), name=person.name, count=count)
    return done(url_for(".show", user_id=user_id), _("%(name)s is out on every device.", name=person.name))


@bp.post("/people/<int:user_id>/password")
@allow(Permission.MANAGE_STAFF)
def draw_password(user_id: int) -> Any:
    person = reach_to_manage(user_id)
    show_once(person, person.draw_password())
    audit.record("password_drawn", person, site_id=site_of(person), name=person.name)
    return done(url_for(".show", user_id=user_id), _("New password drawn. The old one no longer works."))


# --- look-ups ---------------------------------------------------------------------------------------------------


def reach(user_id: int) -> User:
    person: User = db.first_or_404(User.reachable_by(current_user).where(User.id == user_id))
    return person


def reach_to_manage(user_id: int) -> User:
    """Somebody whose whole account this person looks after."""
    person = reach(user_id)
    refuse_myself(person)
    if not person.can_be_managed_by(current_user):
        raise Refused("works_elsewhere", _("%(name)s also works elsewhere: head office can do this.", name=person.name))
    return person


def reach_grant(user_id: int, grant_id: int) -> Grant:
    """A role that this person may change; at another site it is as good as missing."""
    grant: Grant = db.first_or_404(sa.select(Grant).filter_by(id=grant_id, user_id=reach(user_id).id))
    if not current_user.can(Permission.MANAGE_STAFF, site_id=grant.site_id or 0):
        raise Forbidden
    return grant


def refuse_myself(person: User) -> None:
    if person.id == current_user.id:
        raise Refused("yourself", _("Nobody changes their own rights. Ask another manager or head office."))


def site_of(person: User) -> int | None:
    """Where the audit files what happened to this account: the site of its first role."""
    return next((grant.site_id for grant in person.grants if grant.site_id), None)
