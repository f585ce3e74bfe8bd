"""Courtesy: the words that people put before and behind what they say, of the four languages that we speak.

A crowd asks one question with and without them. Pure.
"""

from bridge.remembered import remembered

BEFORE = """
    bonjour bonsoir salut coucou allo bjr bsr slt cc euh
    goodmorning goodevening hello hiya hey hi yo um
    buenosdias buenastardes buenasnoches buenas hola
    السلامعليكم مرحبا اهلا سلام
"""
BEHIND = """
    mercibeaucoup mercidavance merci bonnesoiree bonnejournee svp stp
    thankyou thanks please thx pls plz
    porfavor muchasgracias gracias porfa
    شكرا
"""

_BEFORE, _BEHIND = tuple(BEFORE.split()), tuple(BEHIND.split())

_SHORTEST = 8
"""Letters that must be left."""


@remembered(4096)  # the same texts are compared again and again
def core(letters: str) -> str:
    """What is said, without courtesy. `letters`: of the unmasked text, without spaces."""
    while letters.startswith(_BEFORE):
        rest = next(letters.removeprefix(one) for one in _BEFORE if letters.startswith(one))
        if len(rest) < _SHORTEST:
            return letters
        letters = rest
    while letters.endswith(_BEHIND):
        rest = next(letters.removesuffix(one) for one in _BEHIND if letters.endswith(one))
        if len(rest) < _SHORTEST:
            return letters
        letters = rest
    return letters
