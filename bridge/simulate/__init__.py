"""Labelled traces to measure the raid detector on: a room of made-up people and made-up raids. Floor 4.

It shares no word list and no table of characters with the detector, and must not: a detector that knows
its generator measures nothing. Raiders who learn play against the replay, as anybody could: they see whom it
answered, and nothing else. Touches its own text files; `scenarios.make` is its front door.
"""
