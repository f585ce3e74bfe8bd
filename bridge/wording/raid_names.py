"""What people call a raid: two words made from its id, in each language, for those who speak of it. Pure.

Weather and colours: no word of them is an insult, none is an animal as in the handles of senders, and a name
says nothing of who took part. Order and number of the words are fixed for ever: a change would rename raids.
"""

import unicodedata
from hashlib import blake2b
from typing import Literal

_COLOURS = (
    ("Amber", "ambré", "ambrée"),
    ("Copper", "cuivré", "cuivrée"),
    ("Silver", "argenté", "argentée"),
    ("Golden", "doré", "dorée"),
    ("Scarlet", "écarlate", "écarlate"),
    ("Violet", "violet", "violette"),
    ("Indigo", "indigo", "indigo"),
    ("Azure", "azuré", "azurée"),
    ("Emerald", "émeraude", "émeraude"),
    ("Ivory", "ivoire", "ivoire"),
    ("Crimson", "cramoisi", "cramoisie"),
    ("Pearly", "nacré", "nacrée"),
    ("Turquoise", "turquoise", "turquoise"),
    ("Purple", "pourpre", "pourpre"),
    ("Pale", "pâle", "pâle"),
    ("Grey", "gris", "grise"),
    ("Northern", "boréal", "boréale"),
    ("Southern", "austral", "australe"),
    ("Distant", "lointain", "lointaine"),
    ("Silent", "silencieux", "silencieuse"),
    ("Nocturnal", "nocturne", "nocturne"),
    ("Early", "matinal", "matinale"),
    ("Autumn", "automnal", "automnale"),
    ("Winter", "hivernal", "hivernale"),
    ("Spring", "printanier", "printanière"),
    ("Summer", "estival", "estivale"),
    ("Lunar", "lunaire", "lunaire"),
    ("Solar", "solaire", "solaire"),
    ("Stellar", "stellaire", "stellaire"),
    ("Sudden", "soudain", "soudaine"),
    ("Late", "tardif", "tardive"),
    ("Fleeting", "fugace", "fugace"),
)
"""In English, and in French beside a masculine and a feminine word."""

_WEATHERS = (
    ("Squall", "Bourrasque", "f"),
    ("Tide", "Marée", "f"),
    ("Frost", "Givre", "m"),
    ("Fog", "Brume", "f"),
    ("Hail", "Grêle", "f"),
    ("Thunder", "Tonnerre", "m"),
    ("Breeze", "Brise", "f"),
    ("Drizzle", "Bruine", "f"),
    ("Monsoon", "Mousson", "f"),
    ("Cloud", "Nuage", "m"),
    ("Snow", "Neige", "f"),
    ("Dew", "Rosée", "f"),
    ("Storm", "Tempête", "f"),
    ("Lightning", "Éclair", "m"),
    ("Ice", "Glace", "f"),
    ("Wave", "Vague", "f"),
    ("Current", "Courant", "m"),
    ("Eddy", "Remous", "m"),
    ("Swell", "Houle", "f"),
    ("Cascade", "Cascade", "f"),
    ("Torrent", "Torrent", "m"),
    ("Glacier", "Glacier", "m"),
    ("Comet", "Comète", "f"),
    ("Eclipse", "Éclipse", "f"),
    ("Meteor", "Météore", "m"),
    ("Aurora", "Aurore", "f"),
    ("Dune", "Dune", "f"),
    ("Canyon", "Canyon", "m"),
    ("Volcano", "Volcan", "m"),
    ("Geyser", "Geyser", "m"),
    ("Whirlwind", "Tourbillon", "m"),
    ("Downpour", "Averse", "f"),
)

SPACE = len(_COLOURS) * len(_WEATHERS)
"""How many names there are: two raids may bear the same one, and then the id tells them apart."""


def raid_name(raid: str, language: Literal["en", "fr"]) -> str:
    """The name of the raid with this id: the same for ever, and on every machine."""
    digest = blake2b(raid.encode("utf-8", "surrogatepass"), digest_size=4, person=b"raid name").digest()
    colour, weather = divmod(int.from_bytes(digest, "big") % SPACE, len(_WEATHERS))
    english, masculine, feminine = _COLOURS[colour]
    noun, nom, gender = _WEATHERS[weather]
    return f"{english} {noun}" if language == "en" else f"{nom} {masculine if gender == 'm' else feminine}"


def is_called(raid: str, written: str) -> bool:
    """Whether somebody who writes this may mean the raid: by its id, or by its name in either language."""
    wanted = _bare(written)
    return wanted in {_bare(raid), _bare(raid_name(raid, "en")), _bare(raid_name(raid, "fr"))}


def _bare(written: str) -> str:
    """Without case, accents, and whatever stands between words."""
    letters = unicodedata.normalize("NFKD", written).casefold()
    return "".join(one for one in letters if one.isalnum())
