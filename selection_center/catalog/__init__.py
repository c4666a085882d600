"""Suppliers, their listings, and what they cost."""
