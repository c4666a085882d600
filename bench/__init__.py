"""Figures that the README quotes, each measured beside its rival in the same run: `bin/bench`."""
