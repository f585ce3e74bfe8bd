"""Chaos: the real service as a process, killed at random moments and at named points."""
