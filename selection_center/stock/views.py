"""The blueprints of this area."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
