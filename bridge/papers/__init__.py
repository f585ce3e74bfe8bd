"""What is told to people about their data, and drafts for lawyers, made from the rules. Floor 1, pure."""

from bridge.papers.pages import impact, page, register

__all__ = ["impact", "page", "register"]
"""Each gives a page of HTML that asks nothing of the network."""
