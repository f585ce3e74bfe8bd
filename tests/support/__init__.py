"""What several tests stand on: databases, clocks, messages."""
