"""Tests of the pot."""
