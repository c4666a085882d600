"""What a member store has to take away: a ledger of movements, and the stock as its sum."""
