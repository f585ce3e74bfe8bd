"""Sets an installation up by questions, each answer checked at once. Floor 4."""
