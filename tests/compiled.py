"""Templates compiled once for all applications of a test run, in whichever process: compiling them takes seconds."""

import os
import tempfile

from flask import Flask
from jinja2 import FileSystemBytecodeCache

FOLDER = "TEST_TEMPLATES"
"""The environment variable that tells the run's processes where they lie."""


def begin() -> tempfile.TemporaryDirectory[str]:
    """Makes the folder, to be cleaned up at the end of the run."""
    folder = tempfile.TemporaryDirectory(prefix="test-templates-")
    os.environ[FOLDER] = folder.name
    return folder


def share() -> None:
    """From here on, in this process."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ[FOLDER])}
