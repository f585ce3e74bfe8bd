"""Texts that a reader must see first: somebody seems to threaten a life or a body. A help, and no judgement.

Words, not meaning: what it finds is marked for a person, and what it misses is in the dossier all the same.
"""

import re

from bridge.text.reading import read

_HARM = "tuer|buter|crever|egorger|violer|bruler|frapper|defoncer|massacrer|planter|retrouver|demolir|saigner"
_WILL = r"(?:ll|will|m\W+gonna|am\W+going\W+to|re\W+going\W+to)"
_WORDS = (
    rf"\b(?:je|on|j)\W{{0,2}}(?:vais|va|vas)\W+(?:te|vous|la|les?|t)\W*(?:{_HARM})",
    r"\b(?:on|je)\W+(?:te|vous)\W+(?:tuera|retrouvera|trouvera|tuerai|retrouverai|butera|crevera|violera)\b",
    r"\btu\W+vas\W+(?:mourir|crever|souffrir|payer|regretter)\b",
    r"\b(?:je|on)\W+sai[st]\W+ou\W+(?:tu|vous)\W+(?:habites?|habitez|vis|vivez|bosses?|travailles?)\b",
    r"\b(?:va\W+)?(?:creve|suicide\W+toi|pends\W+toi)\b",
    r"\b(?:menace|appel)s?\W+(?:de|au)\W+(?:mort|meurtre)\b",
    rf"\b(?:i|we)\W*{_WILL}\W+(?:kill|rape|stab|shoot|burn|find|hurt|beat)\b",
    r"\byou\W*(?:re|are|ll|will)?\W+(?:going\W+to|gonna|will)?\W*(?:die|be\W+dead|dead)\b",
    r"\bkill\W+(?:yourself|urself)\b|\bkys\b",
    r"\b(?:i|we)\W+know\W+where\W+you\W+(?:live|work|are)\b",
)
_ANY = re.compile("|".join(_WORDS))


def is_threat(text: str) -> bool:
    """Whether a text reads like a threat to life or body."""
    return _ANY.search(read(text).unmasked) is not None
