"""The pure heart: `fold(books, event, now)`, the same for service, replay and tests.

Floor 1: no I/O, no clock of its own, no randomness but a seeded one.
"""
