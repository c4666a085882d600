"""The till: shifts, sales, payments and refunds."""
