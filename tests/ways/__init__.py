"""Ways: by which channel replies leave."""
