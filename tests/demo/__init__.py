"""The demo: its API on the running whole, its page in a real browser, its words."""
