"""Input of the account pages."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from selection_center.core.forms import Form


class SignInForm(Form):
    login = StringField(_l("Account"), [InputRequired(_l("Write your account name.")), Length(max=120)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Write your password.")), Length(max=200)])
