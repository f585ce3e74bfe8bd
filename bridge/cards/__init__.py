"""Draws up cards: from counts and money to what the team should see, in English or French. Floor 1, pure."""

from bridge.cards.day import day_card
from bridge.cards.home import home_page
from bridge.cards.raid import raid_card
from bridge.views import Day, RaidView, Standing, StandingMute

__all__ = ["Day", "RaidView", "Standing", "StandingMute", "day_card", "home_page", "raid_card"]
