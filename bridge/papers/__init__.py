"""What is told to people about their data, drafts for lawyers, and the card that is handed out, made from the
rules. Floor 1, pure.
"""

from bridge.papers.handout import SHEET, cards
from bridge.papers.pages import impact, page, register

__all__ = ["SHEET", "cards", "impact", "page", "register"]
"""`page`, `register` and `impact` give a page of HTML that asks nothing of the network; `cards` what `SHEET`
sets in type."""
