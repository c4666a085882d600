"""Input of the account pages."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.forms import Form
from selection_center.core.permissions import Role

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

ROLE_WORDS = {
    Role.HEAD_OFFICE: _l("Head office"),
    Role.MANAGER: _l("Manager"),
    Role.FLOOR_STAFF: _l("Floor staff"),
    Role.CASHIER: _l("Cashier"),
    Role.SUPPLIER: _l("Supplier"),
}
SITE_ROLES = (Role.MANAGER, Role.FLOOR_STAFF, Role.CASHIER)

# Head office gives roles at places that later areas own: their tables are named here, and known there.
SITES = sa.table("sites", *map(sa.column, ("id", "name", "closed_at")))
SUPPLIERS = sa.table("suppliers", *map(sa.column, ("id", "name")))


def role_choices(roles: Any) -> list[tuple[str, Any]]:
    return [(role.value, ROLE_WORDS[role]) for role in roles]


class SignInForm(Form):
    login = StringField(_l("Account"), [DataRequired(_l("Write your account name.")), Length(max=120)])
    password = PasswordField(_l("Password"), [DataRequired(_l("Write your password.")), Length(max=200)])


class NameForm(Form):
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Write a name.")), Length(max=80, message=_l("%(max)d characters at most."))],
    )


class SiteRoleForm(Form):
    role = RadioField(_l("Role"), [InputRequired(_l("Choose a role."))], choices=role_choices(SITE_ROLES))

    @property
    def chosen(self) -> Role:
        return Role(self.role.data)


class NewColleagueForm(SiteRoleForm, NameForm):
    """Somebody new at a site."""

    login = StringField(
        _l("Account name"),
        [
            DataRequired(_l("Write an account name.")),
            Length(max=120, message=_l("%(max)d characters at most.")),
            Regexp(r"[a-z0-9][a-z0-9._@-]+\Z", message=_l("Letters, digits and . _ @ - only, such as li.na.")),
        ],
        filters=[lambda text: text.lower() if text else text],
    )

    def validate_login(self, field: StringField) -> None:
        if db.session.scalar(sa.select(User.id).filter_by(login=field.data)):
            raise ValidationError(_("This account name is taken. Choose another one."))


class GrantForm(Form):
    """Any role: over everything, at a site, or for a supplier."""

    role = RadioField(_l("Role"), [InputRequired(_l("Choose a role."))], choices=role_choices(Role))
    site_id = SelectField(_l("Site"), coerce=int, default=0)
    supplier = StringField(_l("Factory"), [Length(max=120, message=_l("%(max)d characters at most."))])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        sites = db.session.execute(sa.select(SITES.c.id, SITES.c.name).where(SITES.c.closed_at.is_(None)))
        self.site_id.choices = [
            (0, _("No site")),
            *sorted(((site.id, site.name) for site in sites), key=lambda choice: choice[1]),
        ]
        self.supplier_id: int | None = None

    @property
    def chosen(self) -> Role:
        return Role(self.role.data)

    @property
    def where(self) -> dict[str, int | None]:
        return {
            "site_id": self.site_id.data if self.chosen in SITE_ROLES else None,
            "supplier_id": self.supplier_id if self.chosen is Role.SUPPLIER else None,
        }

    def validate_site_id(self, field: SelectField) -> None:
        if self.role.data in SITE_ROLES and not field.data:
            raise ValidationError(_("Choose a site for this role."))

    def validate_supplier(self, field: StringField) -> None:
        if self.role.data != Role.SUPPLIER:
            return
        found = db.session.scalars(sa.select(SUPPLIERS.c.id).where(SUPPLIERS.c.name == field.data).limit(2)).all()
        if len(found) != 1:
            raise ValidationError(_("Write the factory's whole name, as its page shows it."))
        self.supplier_id = found[0]


class NewPersonForm(GrantForm, NewColleagueForm):
    """Somebody new anywhere."""


class PasswordForm(Form):
    current = PasswordField(_l("Password now"), [DataRequired(_l("Write your password.")), Length(max=200)])
    new = PasswordField(
        _l("New password"),
        [
            DataRequired(_l("Write a new password.")),
            Length(
                min=SHORTEST_PASSWORD,
                max=LONGEST_PASSWORD,
                message=_l("From %(min)d to %(max)d characters: four words do well."),
            ),
        ],
    )
    again = PasswordField(_l("New password again"), [EqualTo("new", _l("Both new passwords must be the same."))])
