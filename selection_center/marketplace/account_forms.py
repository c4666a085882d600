"""Input of the pages of marketplace accounts: one form for each connector, of its own fields."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, ValidationError

from selection_center.catalog.forms import NamesSupplier
from selection_center.core.db import db
from selection_center.core.forms import CountField
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import Connector, Field
from selection_center.marketplace.connectors.registry import CONNECTORS

LONGEST = 500
PACES = [
    (1, _l("every hour")),
    (4, _l("every four hours")),
    (12, _l("twice a day")),
    (24, _l("once a day")),
    (168, _l("once a week")),
    (0, _l("only when asked for")),
]


class AccountForm(NamesSupplier):
    name = StringField(
        _l("Name of the account"),
        validators=[DataRequired(_l("Give it a name that people know it by.")), Length(max=80)],
    )
    calls_per_minute = CountField(
        _l("Calls per minute, at most"),
        default=120,
        validators=[NumberRange(min=1, max=6000, message=_l("From 1 to 6000."))],
    )
    fetch_every_hours = SelectField(_l("Fetch all offers"), coerce=int, default=24, choices=PACES)


class Alone:
    """No other account of the connector has this."""

    def __init__(self, connector: type[Connector], account: Account | None) -> None:
        self.connector, self.account = connector, account

    def __call__(self, _form: Any, field: StringField) -> None:
        query = sa.select(Account).filter_by(connector=self.connector.name, alone_as=field.data)
        other = db.session.scalars(query).first()
        if other is not None and other is not self.account:
            name = other.name
            raise ValidationError(_("“%(name)s” has this short name, and the folder of it: choose another.", name=name))


def account_form(connector: type[Connector], account: Account | None = None) -> Any:
    """The form for this connector's accounts: its fields named as the connector names them. Secrets stay unseen."""
    own = {f"of_{field.name}": _input(field, connector, account) for field in connector.fields}
    made = type("OwnAccountForm", (AccountForm,), own)
    if account is None:
        return made()
    shown = {f"of_{field.name}": account.given.get(field.name, "") for field in connector.fields if not field.secret}
    usual = {name: getattr(account, name) for name in ("name", "calls_per_minute", "fetch_every_hours")}
    factory = account.supplier.name if account.supplier else ""
    return made(data=usual | shown | {"supplier_name": factory})


def _input(field: Field, connector: type[Connector], account: Account | None) -> Any:
    """A secret that is there may stay empty: it is kept."""
    kept = field.secret and account is not None and field.name in account.secret_names
    checks: list[Any] = [Length(max=LONGEST, message=_l("500 characters at most."))]
    if field.alone:
        checks.append(Alone(connector, account))
    if field.required and not kept:
        checks.insert(0, DataRequired(_l("This is needed.")))
    kind = PasswordField if field.secret else StringField
    return kind(field.label, default=field.default, validators=checks)


def own_fields(form: Any, connector: type[Connector]) -> list[Any]:
    return [form[f"of_{field.name}"] for field in connector.fields]


def write(form: Any, account: Account) -> None:
    """What the form says, into the account; empty secrets leave what is there."""
    fields = CONNECTORS[account.connector].fields
    made = {field.name: (form[f"of_{field.name}"].data or "", field.secret) for field in fields}
    account.name, account.calls_per_minute = form.name.data, form.calls_per_minute.data
    account.fetch_every_hours = form.fetch_every_hours.data
    account.alone_as = next((made[field.name][0] for field in fields if field.alone), None)
    account.supplier_id = form.chosen.id if form.chosen else None
    account.given = {name: value for name, (value, secret) in made.items() if not secret}
    account.write_secrets({name: value for name, (value, secret) in made.items() if secret})
