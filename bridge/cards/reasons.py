"""The heart's reasons in the words of a reader: one table for Slack, the command line and the demo. Pure.

The heart gives its reasons as short English phrases, and so they are stored; a phrase that is not in the
table stays as it is. A test looks up every phrase that there is in the heart's source.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

_FRENCH: Mapping[str, str] = {
    # What keeps a message from being answered.
    r"the sender has asked us to stop": "cette personne nous a demandé d'arrêter",
    r"the sender asks us to stop": "cette personne nous demande d'arrêter",
    r"told the provider to stop": "a demandé au prestataire d'arrêter",
    r"the sender lets us write again": "cette personne nous laisse écrire de nouveau",
    r"muted by the team": "mise en sourdine par l'équipe",
    r"(.+) is paused by the team": "l'équipe a suspendu ce canal : {0}",
    r"an edit of an earlier text": "modification d'un texte antérieur",
    r"found more than 24 hours late": "trouvé avec plus de 24 heures de retard",
    r"not a telephone number that can be answered": "pas un numéro auquel on puisse répondre",
    r"a number of no country, such as a satellite telephone": (
        "un numéro d'aucun pays, comme un téléphone satellite"
    ),
    r"not a mobile number": "pas un numéro mobile",
    r"no price is set for (.+) on (.+)": "aucun prix n'est fixé pour {0} ({1})",
    r"no reply has conditions that this message meets": (
        "aucune réponse n'a de conditions que ce message remplit"
    ),
    r"no rule fits": "aucune règle ne convient",
    r"was answered within `reply_once_per`": "cette personne a eu une réponse il y a peu",
    r"has had (\d+) replies in 24 hours": "a eu {0} réponses en 24 heures",
    r"every wording of `(.+)` has been said to this sender": (
        "toutes les formulations de « {0} » ont été dites à cette personne"
    ),
    r"answered before the restore": "avait eu sa réponse avant la restauration",
    r"a handle that costs money explains nothing": "une adresse payante n'explique rien",
    r"the stored event cannot be opened": "l'événement enregistré ne s'ouvre pas",
    r"an error of ours kept this from being decided": "une erreur de notre part a empêché de décider",
    # What the money does not allow.
    r"the pot is spent": "la cagnotte est vide",
    r"this hour's share of the pot is spent": "la part de cette heure est dépensée",
    r"this day's share of the pot is spent": "la part de cette journée est dépensée",
    r"this sender's share of the pot is spent": "la part de cette personne est dépensée",
    r"while a raid is on, the money is kept for new people who look ordinary": (
        "pendant un raid, l'argent est gardé pour les nouveaux d'apparence ordinaire"
    ),
    # Which reply fits.
    r"asks what this is": "demande ce que c'est",
    r"this reply answers every message": "cette réponse vaut pour tout message",
    r"first message": "premier message",
    r"has written before": "a déjà écrit",
    r"came over (.+)": "arrivé par {0}",
    r"language (.+)": "langue {0}",
    r"came between (.+) and (.+)": "arrivé entre {0} et {1}",
    r'has "(.+)", which the reply asks for': "contient « {0} », que la réponse demande",
    r"matches the regular expression of the reply": "correspond à l'expression régulière de la réponse",
    # What raids are seen by.
    r"takes part in the raid that is on": "participe au raid en cours",
    r"near copies of one text from (\d+) senders": "presque le même texte, de {0} expéditeurs",
    r"(\d+) messages of one sender within 10 minutes": "{0} messages d'un même expéditeur en 10 minutes",
    r"(\d+) messages within 10 minutes": "{0} messages en 10 minutes",
    r"(\d+) fresh numbers from one range of 10,000 within an hour": (
        "{0} numéros neufs d'une même tranche de 10 000 en une heure"
    ),
    r"(\d+) of the last (\d+) new senders write abusively, far more than usual": (
        "{0} des {1} derniers nouveaux expéditeurs écrivent des injures, bien plus que d'habitude"
    ),
    r"more abusive than (\d+) in 100 ordinary texts, while a raid is on": (
        "plus injurieux que {0} textes ordinaires sur 100, pendant un raid"
    ),
    r"more abusive than (\d+) in 100 ordinary texts": "plus injurieux que {0} textes ordinaires sur 100",
    # Why the posture is what it is.
    r"a raid is on": "un raid est en cours",
    r"one sender floods": "un expéditeur inonde le numéro",
    r"a raid has just ended": "un raid vient de finir",
    r"more new senders than usual write abusively": (
        "plus de nouveaux expéditeurs que d'habitude écrivent des injures"
    ),
    r"nothing unusual for half an hour": "rien d'inhabituel depuis une demi-heure",
    r"put up by the team": "levé par l'équipe",
    r"the team took the shield down": "l'équipe a baissé le bouclier",
    r"the team called it a false alarm": "l'équipe a déclaré une fausse alerte",
    r"the team took a false alarm back": "l'équipe est revenue sur une fausse alerte",
}

_ENGLISH: Mapping[str, str] = {
    r"was answered within `reply_once_per`": "this sender was answered not long ago",
    r"every wording of `(.+)` has been said to this sender": (
        "every wording of “{0}” has been said to this sender"
    ),
}
"""Where the phrase itself names what stands in the rules file."""

REASONS: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "fr": _FRENCH}
"""By language: patterns of whole phrases, and what a reader is told; `{0}` is what the first group holds."""

_COMPILED = {
    language: [(re.compile(pattern), told) for pattern, told in table.items()]
    for language, table in REASONS.items()
}


def reason(given: str, language: str) -> str:
    """A phrase of the heart's as the reader is told it."""
    for pattern, told in _COMPILED[language]:
        if found := pattern.fullmatch(given):
            return told.format(*found.groups())
    return given


def joined(given: Iterable[str], language: str) -> str:
    """Several phrases as one."""
    return (" ; " if language == "fr" else "; ").join(reason(one, language) for one in given)


def for_browsers() -> Mapping[str, Sequence[tuple[str, str]]]:
    """The same table as JavaScript reads it, with the marks of a printed page."""
    return {language: [_for_browser(*row) for row in table.items()] for language, table in REASONS.items()}


def _for_browser(pattern: str, told: str) -> tuple[str, str]:
    printed = (
        told.replace("'", "’").replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    )
    return f"^{pattern}$", re.sub(r"\{(\d)\}", lambda found: f"${int(found[1]) + 1}", printed)
