"""What rooms have in common, whoever makes them. Touches floors 0-1 of the bridge."""
