"""Tests of the channels and of their stand-ins."""
