"""Moving: a whole database copied into another, page by page, and held against it."""
