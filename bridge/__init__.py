"""Rempart's core: journal, fold, outbox. It knows no vendor and never imports `channels`."""
