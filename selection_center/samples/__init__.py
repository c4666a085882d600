"""Samples on their stands, the tags that name them, and who scanned them."""

# A sample names its loan and its delivery: known with it, whatever is imported first.
from selection_center.samples import deliveries as deliveries
from selection_center.samples import loans as loans
