"""How people are forgotten."""
