"""Tags: blank ones drawn ahead, bound to a sample at the first scan, revoked, and taken back."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.core import audit, codes
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples import queries
from selection_center.samples.forms import BindForm, BlankTagsForm
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("tags", __name__)
MOST_SAMPLES = 30


def tag_or_404(code: str, permission: Permission) -> Tag:
    try:
        tag = Tag.named(codes.parse(code))
    except codes.CodeError:
        abort(404)
    if tag is None or not current_user.can(Permission.SEE_SITE, site_id=tag.site_id):
        abort(404)
    if not current_user.can(permission, site_id=tag.site_id):
        abort(403)
    return tag


@bp.get("/sites/<string:slug>/tags")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    return show_index(site_or_404(slug, Permission.HANDLE_SAMPLES), BlankTagsForm(formdata=None))


def show_index(site: Site, form: BlankTagsForm, status: int = 200) -> Any:
    query = sa.select(Tag).filter_by(site_id=site.id, state=TagState.BLANK).order_by(Tag.id.desc()).limit(500)
    return render_template("samples/tags.html", site=site, form=form, tags=db.session.scalars(query).all()), status


@bp.post("/sites/<string:slug>/tags")
@allow(Permission.HANDLE_SAMPLES)
def create(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    form = BlankTagsForm()
    if not form.validate():
        return show_index(site, form, 422)
    db.session.add_all(Tag.new(site) for _number in range(form.count.data or 0))
    audit.record("blank_tags_drawn", site, site_id=site.id, count=form.count.data)
    message = ngettext("%(num)s blank tag drawn.", "%(num)s blank tags drawn.", form.count.data or 0)
    return done(url_for("tags.index", slug=site.slug), message)


@bp.get("/tags/<string:code>")
@allow(Permission.SEE_SITE)
def show(code: str) -> Any:
    """A blank tag just scanned: which sample does it hang on?"""
    return show_tag(tag_or_404(code, Permission.SEE_SITE))


def show_tag(tag: Tag, status: int = 200, form: BindForm | None = None) -> Any:
    filters = queries.Filters(words=queries.Filters.read(request.args).words, sort="newest")
    found = db.session.scalars(queries.narrowed(tag.site, filters).limit(MOST_SAMPLES + 1)).unique().all()
    return render_template(
        "samples/tag.html",
        tag=tag,
        filters=filters,
        samples=found[:MOST_SAMPLES],
        has_more=len(found) > MOST_SAMPLES,
        form=form or BindForm(formdata=None),
    ), status


@bp.post("/tags/<string:code>/binding")
@allow(Permission.HANDLE_SAMPLES)
def bind(code: str) -> Any:
    tag = tag_or_404(code, Permission.HANDLE_SAMPLES)
    form = BindForm()
    if not form.validate():
        return show_tag(tag, 422, form)
    reachable = Sample.reachable_by(current_user, Permission.HANDLE_SAMPLES)
    sample = db.session.scalar(reachable.filter_by(id=form.sample.data, site_id=tag.site_id))
    if sample is None:
        form.sample.errors = [_("No such sample at this site.")]
        return show_tag(tag, 422, form)
    tag.bind(sample)
    audit.record("tag_bound", sample, code=tag.shown)
    return done(url_for("samples.show", sample_id=sample.id), _("Tag %(code)s hangs on this sample.", code=tag.shown))


@bp.post("/tags/<string:code>/revocation")
@allow(Permission.RETIRE_SAMPLES)
def revoke(code: str) -> Any:
    tag = tag_or_404(code, Permission.RETIRE_SAMPLES)
    tag.revoke()
    audit.record("tag_revoked", tag.sample or tag, site_id=tag.site_id, code=tag.shown)
    return done(url_for("tags.show", code=tag.code), _("Tag %(code)s is revoked.", code=tag.shown))


@bp.post("/tags/<string:code>/revocation/reversal")
@allow(Permission.RETIRE_SAMPLES)
def take_revocation_back(code: str) -> Any:
    tag = tag_or_404(code, Permission.RETIRE_SAMPLES)
    tag.take_revocation_back()
    audit.record("tag_revocation_taken_back", tag.sample or tag, site_id=tag.site_id, code=tag.shown)
    return done(url_for("tags.show", code=tag.code), _("Tag %(code)s holds again.", code=tag.shown))
