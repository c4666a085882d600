"""Who comes in: walk-ins at the reception, and who cares for them."""
