"""Cities, belts, the centers and stores in them, and the stands that have an address."""
