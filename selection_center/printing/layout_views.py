"""The editor of layouts: a site's own ones, made from the built-in ones, with a picture of what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit, pictures
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.printing import choosing
from selection_center.printing.designs import (
    DISTANCE_TITLES,
    LEVEL_TITLES,
    LOGO_NAME,
    LONGEST_TEXT,
    SIDES,
    SIZE_TITLES,
    TITLES,
    WORDED,
    Design,
    Field,
    Piece,
)
from selection_center.printing.layout_forms import CODED, FIELDS, LayoutInput
from selection_center.printing.layout_looks import all_examples, example, example_words, looks, sight_of, thumb
from selection_center.printing.layouts import LAYOUTS, Layout
from selection_center.printing.overtaking import Overtaken, changed_words, gone_words, is_overtaken
from selection_center.printing.own_layouts import LONGEST_NAME, OwnLayout, own_at
from selection_center.printing.own_media import media_at
from selection_center.sites.models import Site, SiteKind
from selection_center.sites.reaching import one_or_404, site_or_404

bp = Blueprint("layouts", __name__)


@bp.get("/sites/<string:slug>/layouts")
@allow(Permission.EDIT_MEDIA)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_MEDIA)
    gone = OwnLayout.reachable_by(current_user).where(
        OwnLayout.id.in_(choosing.ids([request.args.get("removed", "")])),
        OwnLayout.site_id == site.id,
        OwnLayout.hidden_at.is_not(None),
        OwnLayout.replaced_by_id.is_(None),
    )
    return render_template(
        "printing/layouts.html",
        site=site,
        own=[(own, thumb(site, own.layout)) for own in own_at(site)],
        bases=[(base, thumb(site, base)) for base in bases(site)],
        LAYOUTS=LAYOUTS,
        removed=db.session.scalar(gone),
    )


def bases(site: Site) -> list[Layout]:
    """The built-in layouts that are data, so that another can be made of them."""
    is_store = site.kind is SiteKind.STORE
    return [
        layout
        for layout in LAYOUTS.values()
        if layout.designs and layout.key != "label" and (is_store or not layout.stores_only)
    ]


def base_at(site: Site, key: str) -> Layout:
    """The one of this name, or the first."""
    found = bases(site)
    return next((layout for layout in found if layout.key == key), found[0])


@bp.get("/sites/<string:slug>/layouts/new")
@allow(Permission.EDIT_MEDIA)
def new(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_MEDIA)
    base = base_at(site, request.args.get("base", ""))
    medium = sight_of(site, base, request.args).medium
    return show_editor(site, base, "", base.design_on(medium) or base.designs[0])


@bp.post("/sites/<string:slug>/layouts")
@allow(Permission.EDIT_MEDIA)
def create(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_MEDIA)
    base = base_at(site, request.form.get("base", ""))
    sent = read_input(site, base, None)
    if sent.errors:
        return show_editor(site, base, sent.name, sent.design, 422, sent.errors)
    return kept(OwnLayout.begin(site, base.kind, sent.name, sent.design))


@bp.get("/own-layouts/<int:layout_id>")
@allow(Permission.EDIT_MEDIA)
def edit(layout_id: int) -> Any:
    own = own_or_404(layout_id)
    return show_editor(own.site, own.layout, own.name, own.design, own=own)


@bp.post("/own-layouts/<int:layout_id>")
@allow(Permission.EDIT_MEDIA)
def change(layout_id: int) -> Any:
    """Prints that were made by it keep what they were printed by."""
    opened = own_or_404(layout_id, hidden=True, held=True)
    own, sent = opened.newest, read_input(opened.site, opened.layout, opened)
    overtaken = overtaken_by(opened, own)
    if sent.errors or overtaken:
        status, there = 422 if sent.errors else 409, own if own.hidden_at is None else None
        return show_editor(own.site, own.layout, sent.name, sent.design, status, sent.errors, there, overtaken)
    return kept(own.change(sent.name, sent.design))


def overtaken_by(opened: OwnLayout, own: OwnLayout) -> Overtaken | None:
    """What somebody made of the layout since it was opened; one that was deleted can be made anew from the form."""
    if own.hidden_at is not None:
        return Overtaken(gone_words(own), url_for(".index", slug=own.site.slug, removed=own.id), own.mark)
    if own is not opened or is_overtaken(own.mark):
        return Overtaken(changed_words(own), url_for(".edit", layout_id=own.id), own.mark)
    return None


@bp.post("/own-layouts/<int:layout_id>/copy")
@allow(Permission.EDIT_MEDIA)
def copy(layout_id: int) -> Any:
    own = own_or_404(layout_id)
    name = _("%(name)s copy", name=own.name[: LONGEST_NAME - 5])
    return kept(OwnLayout.begin(own.site, own.base, name, own.design))


def kept(own: OwnLayout) -> Any:
    audit.record("layout_kept", own, name=own.name)
    return done(url_for(".edit", layout_id=own.id), _("%(name)s is kept.", name=own.name))


@bp.post("/own-layouts/<int:layout_id>/removal")
@allow(Permission.EDIT_MEDIA)
def remove(layout_id: int) -> Any:
    own = own_or_404(layout_id)
    own.remove()
    audit.record("layout_removed", own, name=own.name)
    return done(url_for(".index", slug=own.site.slug, removed=own.id))


@bp.post("/own-layouts/<int:layout_id>/restoring")
@allow(Permission.EDIT_MEDIA)
def restore(layout_id: int) -> Any:
    own = own_or_404(layout_id, hidden=True)
    own.restore()
    audit.record("layout_restored", own, name=own.name)
    return done(url_for(".index", slug=own.site.slug), _("%(name)s is back.", name=own.name))


def own_or_404(layout_id: int, *, hidden: bool = False, held: bool = False) -> OwnLayout:
    """`held`: nobody else changes it until the commit."""
    query = OwnLayout.reachable_by(current_user).filter_by(id=layout_id)
    own: OwnLayout = one_or_404(query.with_for_update() if held else query, Permission.EDIT_MEDIA)
    return own if hidden or own.hidden_at is None else abort(404)


def read_input(site: Site, layout: Layout, own: OwnLayout | None) -> LayoutInput:
    """The form, with the logo that was sent along; refused where it does not fit the paper it was looked at on."""
    said = request.form.copy()
    file, wrong = request.files.get("logo_file"), None
    if file is not None and file.filename:
        try:
            said["logo"] = pictures.keep(file.read(pictures.LARGEST_BYTES + 1))
        except Refused as refused:
            wrong = refused.sentence
    sent = LayoutInput.read(said, layout.subject, logos(site, said))
    if wrong:
        sent.errors["logo"] = wrong
    medium = sight_of(site, layout, said).medium
    drawn = layout.made_of(sent.design, "own", sent.name or layout.title)
    if not sent.errors and not drawn.fits(medium):
        sent.errors["medium"] = drawn.refusal(medium)
    return sent


def logos(site: Site, said: Mapping[str, str]) -> set[str]:
    """Pictures that this site's layouts carry already, and the kept one of a form that comes in again."""
    sent = said.get("logo", "")
    kept = {sent} if LOGO_NAME.fullmatch(sent) and pictures.path(sent, "card").is_file() else set()
    return kept | {logo for own in own_at(site) if (logo := own.design.logo)}


# --- how it looks -----------------------------------------------------------------------------------------------


@bp.post("/sites/<string:slug>/layouts/preview")
@allow(Permission.EDIT_MEDIA, repeatable=True)
def preview(slug: str) -> Any:
    """A picture of what the form says now: nothing is kept."""
    site = site_or_404(slug, Permission.EDIT_MEDIA)
    said = request.form.get("base", "")
    base = LAYOUTS[said] if said in LAYOUTS and LAYOUTS[said].designs else base_at(site, said)
    sent = LayoutInput.read(request.form, base.subject, logos(site, request.form))
    return jsonify(looks(site, base, sent.design, sight_of(site, base, request.form)))


def show_editor(
    site: Site,
    layout: Layout,
    name: str,
    design: Design,
    status: int = 200,
    errors: dict[str, str] | None = None,
    own: OwnLayout | None = None,
    overtaken: Overtaken | None = None,
) -> Any:
    sight = sight_of(site, layout, request.form if status != 200 else request.args)
    rest = [Piece(one) for one in FIELDS[layout.subject] if not design.has(one)]
    shown = looks(site, layout, design, sight)
    said = example() if sight.subject is None else all_examples(layout, sight, site)
    page = render_template(
        "printing/layout.html",
        site=site,
        own=own,
        overtaken=overtaken,
        seen=request.form.get("seen", "") if status != 200 else own and own.mark,
        base=LAYOUTS[own.base] if own else layout,
        name=name,
        design=design,
        pieces=[(piece, True) for piece in design.pieces] + [(piece, False) for piece in rest],
        examples={one: example_words(said.get(one.value, "")) for one in FIELDS[layout.subject]},
        has_qr=layout.subject in CODED,
        sight=sight,
        media=media_at(site),
        looks=shown,
        errors=errors or {},
        TITLES=TITLES,
        SIZES=SIZE_TITLES,
        WORDED=WORDED,
        LEVELS=LEVEL_TITLES,
        SIDES=SIDES,
        DISTANCES=DISTANCE_TITLES,
        LONGEST_TEXT=LONGEST_TEXT,
        LONGEST_NAME=LONGEST_NAME,
        Field=Field,
    )
    return page, status
