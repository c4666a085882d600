"""Samples on their stands, the tags that name them, and who scanned them."""
