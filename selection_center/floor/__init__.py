"""The floor: whatever staff scan, what it is, and what each task does with it."""
