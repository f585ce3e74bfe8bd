# ruff: noqa: E501 - a phrase stands on a line of its own, however long
"""Threats to life, told by a short list of phrases in French and English. Pure; decides nothing.

What is found is shown to the team, and that is all: nobody is answered differently because of it. It reads
the folded words of a text, so that capitals, accents and signs make no difference, in time in proportion to
its length (google-re2). It will miss what is put in other words; docs/threats.md says how much.
"""

from functools import cache
from itertools import chain
from typing import Any, Literal

import re2

from bridge.text.reading import read

Sign = Literal["violence", "death", "find", "self_harm"]
"""What it was told by: harm that is announced; a death that is wished or called for; somebody who says that
they know where one lives; somebody who is told to take their own life."""

_HARM_FR = (
    "tuer|buter|crever|egorger|bruler|cramer|fumer|planter|poignarder|violer|massacrer|flinguer|eventrer|"
    "decapiter|defoncer|tabasser|saigner|etrangler|pendre|abattre|exterminer|gazer|frapper|torturer|"
    "eclater|demolir|lyncher|exploser|assassiner|noyer|castrer|liquider|supprimer|eliminer|trucider|"
    "faire souffrir|briser le cou|casser la gueule|tirer dessus|tirer une balle"
)
_KILL_FR = (
    "tuer|buter|crever|egorger|bruler|cramer|planter|poignarder|violer|massacrer|flinguer|eventrer|decapiter|"
    "defoncer|saigner|etrangler|abattre|exterminer|lyncher|assassiner|trucider"
)
"""What can hardly be meant otherwise when somebody says that they will do it to somebody."""

_WILL_FR = "|".join(f"{verb.removesuffix('e')}(?:ai|a|ons|ont)" for verb in _KILL_FR.split("|"))
"""The same, in the future of whoever says it: tuerai, tuera, tuerons, tueront."""

_SAYS_FR = "j|je|on|nous|ils|elles|jvais|jvai|jva|jveux|vont|mec|mecs|potes|gars|hommes"
_HARM_EN = (
    "kill|shoot|stab|rape|burn|murder|hang|strangle|slaughter|behead|gut|beat|hurt|smash|lynch|torture|"
    "exterminate|destroy|bomb|attack|drown|punch|strike|execute|assassinate|slay|end the life of|put a bullet"
)
_DEAD_FR = f"tue|tues|tuee|tuees|brule|brulee|brulees|brules|pendu|pendus|gaze|gazes|gazees|abattu|abattus|abattues|extermine|extermines|exterminees|lynche|lynches|execute|executes|executees|tous morts|{_HARM_FR}"
_DEAD_EN = "killed|shot|hanged|hung|burned|burnt|exterminated|lynched|murdered|raped|stabbed|beheaded|gassed|beaten|executed|wiped|eradicated|destroyed|attacked|hurt|punished violently"
_WHO_FR = "te|t|vous|la|les|l|le|toi|tous|toutes|ce|cet|ces|cette"
_ANY = "(?: [^ ]+){0,%d}"

_PHRASES: dict[Sign, tuple[str, ...]] = {
    "violence": (
        # je vais te tuer, on va vous retrouver et vous brûler, j'vais les massacrer
        rf"(?:j|je|on|nous)(?: vais| va| allons| viens| veux| voudrais| veut| aimerais| pourrais)(?: tous| toutes| venir| vraiment)?(?: (?:{_WHO_FR}))? (?:{_HARM_FR})(?: (?:{_WHO_FR}|un|une|chaque|ton|ta|tes|votre|vos)|$)",
        rf"(?:j|je|on|nous)(?: vais| va| allons| veux| voudrais| veut| aimerais| pourrais)(?: (?:{_WHO_FR}))(?: tous| toutes)? (?:{_HARM_FR})",
        r"(?:j|je|on) (?:te|vous|les|la) (?:tue|bute|creve|egorge|brule|massacre|flingue|saigne|tuerai|tuerais|buterai|creverai|egorgerai|brulerai|massacrerai|violerai|saignerai)",
        # je vais te retrouver et te tuer, mes potes vont venir vous violer, on te tuera, jte bute
        rf"(?:{_SAYS_FR}){_ANY % 5} (?:te|t|vous)(?: tous| toutes)? (?:{_KILL_FR})",
        rf"(?:te|t|vous|jte|jvous|jt)(?: tous| toutes)? (?:{_WILL_FR})",
        "(?:jte|jvous|jt) (?:tue|bute|creve|egorge|brule|massacre|flingue|saigne|plante)",
        "(?:mettre|mettrai|mettra|mettrons) fin a (?:ta|tes|votre|vos|la) (?:vie|jours)|(?:vais|va|allons) en finir avec (?:toi|vous|tous|toutes|elle|elles|ces|cette)",
        "(?:briser|casser|tordre|peter) (?:ton|ta|tes|votre|vos) (?:cou|nuque|gueule|machoire|jambes|dents|genoux)",
        rf"(?:pense|envie)(?: [^ ]+)? (?:a|de) (?:te |vous |t |la |les )?(?:{_KILL_FR})(?: (?:{_WHO_FR}|un|une)|$)",
        "(?:te|vous) descendre(?: connard| connasse| salope|$)",
        "(?:mettre|tirer|coller|foutre|prendre) (?:une|deux) balles?|une balle pour (?:toi|vous)",
        "(?:mettre|foutre|mettra|foutra) le feu (?:chez|a ton|a ta|a tes|a votre|a vos) [^ ]+|(?:cramer|bruler) (?:ton|ta|tes|votre|vos|chez)",
        r"(?:vais|va|allons|viens) (?:vous|te|les|la) (?:faire )?(?:la peau|crever|souffrir|payer de (?:ta|votre|leur) vie)",
        rf"(?:i|we|ill|well|im|were|imma|gonna)(?: ll| will| am| m| are| re| d| would| want| wanna| could| might)?(?: just| really| love| like)?(?: going| gonna)?(?: to)? (?:{_HARM_EN})(?: (?:the|all|every|any|those|these|that|this|some|a|your|you|u|ya|them|her|him|in|people)|$)",
        rf"(?:someone|somebody|we|they|people) (?:should|must|ought to|will|is going to)(?: just)? (?:{_HARM_EN}) (?:you|u|them|her|him|all|these|those|the)",
        rf"quelqu un (?:devrait|doit|pouvait|pourrait|va) (?:{_HARM_FR}) (?:{_WHO_FR})",
        "(?:une|deux) balles? dans (?:la|ta|votre|le) (?:tete|nuque|crane|dos)",
        "(?:a )?bullet (?:in|through) (?:your|ya|ur|their|her|his) (?:head|skull|brain)",
        "(?:slit|cut|snap|break)(?: [^ ]+){1,3} (?:throats?|necks?)",
        "(?:te|vous|lui|leur) (?:trancher|couper|ouvrir|tranche|coupe) (?:la gorge|la tete)",
    ),
    "death": (
        r"(?:tu|vous|t) (?:vas|allez|va) (?:tous |toutes |bientot )?(?:crever|mourir|bruler|y passer|y rester|finir dans un (?:cercueil|coffre))",
        rf"(?:merite|meritent|merites|meritez){_ANY % 3} (?:mourir|crever|la mort|la peine de mort|une balle|(?:etre|se faire) (?:{_DEAD_FR}))",
        rf"(?:faut|faudrait|devrait|devraient|doit|doivent|devons){_ANY % 5} (?:{_HARM_FR})(?: (?:{_WHO_FR})|$)",
        rf"(?:devrait|devraient|doit|doivent){_ANY % 2} (?:mourir|crever|etre (?:{_DEAD_FR}))",
        rf"(?:faut|faudrait) (?:{_WHO_FR})(?: tous| toutes)? (?:{_HARM_FR})",
        "(?:a )?mort (?:aux|a tous|a toutes|a toi|a vous)",
        "^(?:alors |donc |et )?va (?:donc )?mourir|^creve(?: [^ ]+)?$",
        "(?:t|tu|vous|tes)(?: es| etes)?(?: deja| une?| un homme| une femme)* morte?s?(?: connard| connasse| salope| sale| pute| bientot|$)",
        "(?:tes|vos) jours sont comptes|(?:compte|comptez) (?:tes|vos) jours|prepar(?:e|ez) (?:ton|votre|vos) (?:cercueil|tombe|obseques)s?",
        "your days are numbered|^(?:just )?go (?:and )?die|drop dead",
        "(?:esperes?|souhaites?|voudrais|veux) (?:que )?(?:tu|vous|te|t|ta|votre)(?: [^ ]+){0,3} (?:creves?|creviez|crever|meures|mourriez|mouriez|mort)",
        "creves? (?:sale|salope|pute|connard|charogne|ordure|grosse|espece)|va (?:donc )?crever",
        rf"(?:deserves?|deserved|deserving|ought|needs?|need) (?:to )?(?:die|be (?:{_DEAD_EN})|death|hang|burn|rot in hell)",
        rf"(?:should|must|shall|gotta|ought to)(?: all| just| really)? (?:be|get) (?:all )?(?:{_DEAD_EN})",
        "(?:hope|wish|pray)(?: that)? (?:you|u|they|she|he|all)(?: [^ ]+){0,3} (?:die|dies|dead|burn|get killed|get raped|get shot)",
        "(?:you|u|ur|they)(?: ll| will| are going to| re going to| re gonna| gonna| must| should)(?: all| soon| just)? (?:die|burn|hang|bleed|be dead)",
        "(?:you|u|ya|youre|ur)(?: re| are)?(?: a| so| all)? dead(?: man| woman| meat| bitch| now|$)",
        "death to|kill (?:all|every|them all|the|those|these|em all)|someone (?:please )?kill",
    ),
    "find": (
        "(?:je|on) (?:sais|sait|connais|connait|a trouve|ai trouve)(?: exactement| tres bien)? (?:ou|l adresse ou) (?:tu|t|vous|elle|ta famille|tes enfants|ton fils|ta fille) (?:habites?|habitez|vis|vivez|vit|dors|dormez|travailles?|travaillez|bosses?|crechez?)",
        "(?:je|on) (?:vais|va|viens|sera|serai|t attend|vous attend|te retrouve|vous retrouve|te retrouvera|vous retrouvera|te retrouverai|vous retrouverai)(?: [^ ]+){0,3} (?:chez toi|chez vous|devant chez|en bas de chez|a ta porte|a votre porte)",
        "(?:je|on) (?:te|t|vous) (?:retrouverai|retrouvera|retrouverons|aura|aurai)(?: [^ ]+){0,2}$",
        "(?:we|i) know where (?:you|u|your|ur)(?: [^ ]+){0,2} (?:live|lives|work|works|sleep|sleeps)",
        "(?:i|we)(?: ll| will| m going to| re going to| am going to| are going to) (?:find|get|hunt|track) (?:you|u|ya)",
        "(?:i|we|im|were)(?: ll| will| re| are| m| am)? (?:coming|come) (?:for|after) (?:you|u|ya)(?: all)?$",
        "(?:je|j|on|nous)(?: ai| a| avons| connais| connait| connaissons)(?: trouve| deja| tous| aussi)? (?:ton|votre|vos) adresses?(?: on arrive| on vient| fais gaffe| fais attention| faites gaffe| connasse| salope| connard|$)",
        "(?:i|we)(?: ve| have| got| know)(?: got| found)? (?:your|ur) (?:home )?address(?: now| bitch|$)",
        "watch your back|sleep with one eye",
    ),
    "self_harm": (
        "(?:kill|hang|shoot|drown) (?:yourself|urself|yourselves|ur self)|(?:go )?kys",
        "(?:suicide|suicidez|pend|pends|pendez|tue|tuez|flingue|flinguez|bute) (?:toi|vous)(?: |$)",
        "va (?:donc )?(?:te|t) (?:suicider|pendre|jeter|foutre en l air|flinguer|tuer)|allez vous (?:pendre|suicider)|jette toi (?:sous|d un|du)",
    ),
}

_SIGNS = [sign for sign, phrases in _PHRASES.items() for _ in phrases]
"""What each of them tells, one after the other."""


def threat_in(text: str) -> Sign | None:
    """What threatens somebody's life in a text, by the first sign that is found; `None` where none is.

    The text is read as it stands first, and then with its disguises undone: `je v@is te tu3r`.
    """
    seen = read(text)
    said = " ".join(seen.words)
    return _sign_of(said) or (None if seen.unmasked == said else _sign_of(seen.unmasked))


def _sign_of(said: str) -> Sign | None:
    """Where several signs are found, the first in the order above."""
    found = _phrases().Match(said)
    return _SIGNS[min(found)] if found else None


@cache
def _phrases() -> Any:
    """All phrases, of which those alone are tried whose rarer words a text holds: nearly always none."""
    options = re2.Options()
    options.never_capture = True
    phrases = re2.Filter()
    for phrase in chain.from_iterable(_PHRASES.values()):
        phrases.Add(rf"(?:^| )(?:{phrase})(?: |$)", options)  # whole words, with one space between them
    phrases.Compile()
    return phrases
