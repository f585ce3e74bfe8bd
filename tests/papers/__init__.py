"""What is told to people about their data."""
