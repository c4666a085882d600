"""What every area needs. Imports no area."""
