"""The demo network: content as data, offers generated from it the same way at every run, and its writing."""
