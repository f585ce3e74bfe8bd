"""The engine under the store: two databases, their tables, and how they are brought up to date."""
