"""Whatever a scanner, a keyboard or a photo gave: which thing of this site is it?"""

import sqlalchemy as sa
from flask import current_app

from selection_center.core import codes
from selection_center.core.db import db
from selection_center.floor.things import (
    BlankThing,
    ElsewhereThing,
    ListThing,
    RevokedThing,
    SampleThing,
    StandThing,
    Thing,
    UnknownThing,
)
from selection_center.samples.models import Tag, TagState
from selection_center.selections.models import SelectionList
from selection_center.sites.models import Site, Stand


def resolve(text: str, site: Site) -> Thing:
    """What the text names at this site. Never raises."""
    code = codes.code_from_scan(text, current_app.config["SETTINGS"].public_hosts)
    if code is None:
        return UnknownThing(text, codes.CodeProblem.NOT_A_CODE)
    tag = Tag.named(code)
    if tag is not None:
        return of_tag(tag) if tag.site_id == site.id else ElsewhereThing("other_site", text=text)
    stand = db.session.scalar(sa.select(Stand).filter_by(code=code))
    if stand is not None:
        return StandThing(stand) if stand.site_id == site.id else ElsewhereThing("other_site", text=text)
    selection = db.session.scalar(sa.select(SelectionList).filter_by(code=code, site_id=site.id, closed_at=None))
    return ListThing(selection) if selection is not None else UnknownThing(text)


def of_tag(tag: Tag) -> Thing:
    if tag.state is TagState.REVOKED:
        return RevokedThing(tag, tag.sample)
    return SampleThing(tag.sample, tag) if tag.sample is not None else BlankThing(tag)
