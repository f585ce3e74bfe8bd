"""Three pages in French and English: what people are told, and two drafts for lawyers.

What they say of lengths and names comes from the rules, what they say of companies from the channels that are
on; how it is said stands in the catalogues.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from bridge.model import Micros
from bridge.responses import Responses
from bridge.responses.saying import length_in
from bridge.wording import Language, Words

_BOTH: Sequence[Language] = ("fr", "en")

_TOLD = (
    "told_what",
    "told_why",
    "told_long",
    "told_with",
    "told_automatic",
    "told_rights",
    "told_stays",
    "told_complain",
)
_REGISTER = (
    "register_purpose",
    "register_basis",
    "register_persons",
    "register_data",
    "register_recipients",
    "register_transfers",
    "register_erasure",
    "register_measures",
    "register_processors",
)
_IMPACT = (
    "impact_needed",
    "impact_described",
    "impact_necessary",
    "impact_risk_read",
    "impact_risk_linked",
    "impact_risk_lost",
    "impact_risk_wrong",
    "impact_left",
)

_STYLE = (
    "body{font:17px/1.5 Georgia,'Times New Roman',serif;max-width:44em;margin:2.5em auto;padding:0 1.2em;"
    "color:#1d1d1b;background:#fff}h1{font-size:1.9em;line-height:1.2;margin:1.4em 0 .4em}"
    "h2{font-size:1.1em;margin:1.5em 0 .2em}p{margin:.2em 0 .8em}.who{border-left:5px solid #7a3b2e;"
    "padding-left:.9em;font-size:1.1em}.draft{background:#7a3b2e;color:#fff;padding:.6em .9em;"
    "font-family:sans-serif;font-size:.9em}.empty{background:#ffe9a8}footer{color:#666;font-size:.85em;"
    "border-top:1px solid #ccc;margin-top:2em;padding-top:.6em}hr{border:0;border-top:3px solid #7a3b2e;"
    "margin:3em 0}@media print{body{margin:0;font-size:12pt}hr{break-after:page;visibility:hidden}}"
)


def page(rules: Responses, channels: Sequence[str] = ()) -> str:
    """What people are told, to be hung out: the languages of the rules first."""
    return _document(rules, channels, "told", _TOLD, draft=False)


def register(rules: Responses, channels: Sequence[str] = ()) -> str:
    """An entry for the register of processing (article 30), marked as a draft for a lawyer."""
    return _document(rules, channels, "register", _REGISTER, draft=True)


def impact(rules: Responses, channels: Sequence[str] = ()) -> str:
    """The draft of an impact assessment (article 35), likewise."""
    return _document(rules, channels, "impact", _IMPACT, draft=True)


def _document(
    rules: Responses, channels: Sequence[str], kind: str, parts: Sequence[str], *, draft: bool
) -> str:
    spoken = spoken_first(rules)
    bodies = "<hr>".join("".join(_body(rules, channels, one, kind, parts, draft=draft)) for one in spoken)
    title = escape(Words(spoken[0]).within("paper")(f"{kind}_title"))
    return (
        f'<!doctype html>\n<html lang="{spoken[0]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{bodies}</body></html>\n"
    )


def _body(
    rules: Responses,
    channels: Sequence[str],
    language: Language,
    kind: str,
    parts: Iterable[str],
    *,
    draft: bool,
) -> Iterator[str]:
    words, told = Words(language).within("paper"), _told(rules, language)
    yield f'<section lang="{language}">'
    if draft:
        yield f'<p class="draft">{escape(words("draft"))}</p>'
    yield f"<h1>{escape(words(f'{kind}_title'))}</h1>"
    if rules.controller is None:
        yield f'<p class="who empty">{escape(words("nobody"))}</p>'
    else:
        yield f'<p class="who">{escape(words("who", **told))}</p>'
    for part in parts:
        yield f"<h2>{escape(words(f'{part}_head'))}</h2>"
        yield f"<p>{escape(words(part, **told, channels=_of_channels(part, channels, words)))}</p>"
    yield f"<footer>{escape(words('made'))}</footer></section>"


def _told(rules: Responses, language: Language) -> dict[str, str]:
    """What the rules say, as it is written."""
    blank = Words(language).within("paper")("blank")
    controller, retention = rules.controller, rules.retention
    return {
        "name": controller.name if controller else blank,
        "contact": controller.contact if controller else blank,
        "copies": length_in(_copies(rules), language),
        "ordinary": length_in(retention.ordinary, language),
        "raid": length_in(retention.raid, language),
        "once": length_in(rules.reply_once_per, language),
    }


def _of_channels(part: str, channels: Sequence[str], words: Words) -> str:
    """What a part says of the channels that are on; of all that there may be, where none is."""
    match part:
        case "told_with":
            known = [_said(words, f"{one}_sees") or words("any_sees", channel=one) for one in channels]
            return " ".join(known) or words("all_see")
        case "register_processors":
            known = [_said(words, f"{one}_processor") or one for one in channels]
            return ", ".join(known) or words("all_processors")
        case "told_rights":
            known = [_said(words, f"{one}_rights") for one in channels]
        case "register_transfers":
            known = [_said(words, f"{one}_seat") for one in channels]
        case _:
            known = []
    return "".join(f"{one} " for one in known if one)


def _said(words: Words, name: str) -> str:
    """What a channel says of itself; nothing, where it says nothing."""
    try:
        return words(name)
    except KeyError:
        return ""


def _copies(rules: Responses) -> Micros:
    """How long a copy of the database is kept: none for longer than ordinary people are."""
    backup, longest = rules.backup, rules.retention.ordinary
    return longest if backup is None else min(backup.keep * backup.every, longest)


def spoken_first(rules: Responses) -> Sequence[Language]:
    """French and English, whichever the rules name first."""
    first = next((one for one in rules.languages if one in _BOTH), "fr")
    return sorted(_BOTH, key=lambda one: one != first)
