"""Pages that join several areas: the scan page, the list, homes, search."""
