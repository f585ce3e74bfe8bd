"""Draws up cards: from counts and money to what the team should see, in English or French. Floor 1, pure."""

from bridge.cards.day import day_card
from bridge.cards.home import home_page
from bridge.cards.incident import incident_card
from bridge.cards.views import Day, IncidentView, Standing, StandingMute

__all__ = ["Day", "IncidentView", "Standing", "StandingMute", "day_card", "home_page", "incident_card"]
