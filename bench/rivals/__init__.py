"""What the product is measured against: the plain way to do the same."""
