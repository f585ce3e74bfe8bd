"""The raid room: what tells a raid from a rush. Pure; floor 1."""
