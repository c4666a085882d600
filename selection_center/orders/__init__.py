"""Orders: one supplier and one site each, with their states, payments and notes."""
