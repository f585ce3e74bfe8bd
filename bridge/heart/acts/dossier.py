"""Somebody exports a dossier: texts and numbers in full, for police and lawyers."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ADMINISTER, About, Right, Verb
from bridge.heart.effects import Effect
from bridge.moderation.roles import OPERATOR

FOLDER = "dossiers"
"""Where those lie that are asked for in the room: beside the database, on the server alone."""


def dossier(case: ActCase) -> tuple[Effect, ...]:
    """Exporting changes nothing, and is recorded all the same: the export begins behind this record."""
    if case.act.channel == OPERATOR:
        return (case.told("done", "dossier_exported"),)
    return (case.told("done", "dossier_begun", where=FOLDER),)


VERB = Verb("dossier", About.NOTHING, dossier, Right(ADMINISTER.may, "refused_dossier"))
