"""Lists of products that a buyer collects."""
