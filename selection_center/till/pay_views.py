"""The money: taken by hand or by the customer's own code, whole or in parts, and what to do when nobody answers."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("payments", __name__)
