"""Labels, sheets and documents on paper, and what was printed."""
