"""Members of the stores: plans, cards, how long they hold, who is inside, and points."""
