"""How everything is said, in English and in French: floor 1.

What stands in `locale/en.po` and `locale/fr.po` is worded there and nowhere else. `Words` says it to one
reader: a name, in its room, with its values. Pure, but that it reads the two catalogues.
"""

from bridge.wording.words import ENGLISH, LANGUAGES, Language, Words, for_json

__all__ = ["ENGLISH", "LANGUAGES", "Language", "Words", "for_json"]
