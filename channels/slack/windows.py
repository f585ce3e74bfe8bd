"""Draws the windows that open for one person: texts, groups of people, what was found, a field. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import count

from bridge.card import Bundle, Discovery, Sample
from bridge.model import SECOND
from bridge.wording import Words
from channels.slack.blocks import (
    LONGEST_LABEL,
    LONGEST_LINE,
    SPACE,
    Blocks,
    actions,
    context,
    lines_block,
    rich_text,
    said,
    section,
    surplus,
)
from channels.slack.payloads import ASKING, TYPED
from channels.slack.texts import Element, plain, rich

LONGEST_PHRASE = 200
_LONGEST_VIEW_TITLE = 24

_MOST_SAMPLES, _LONGEST_SAMPLE = 24, 1000
"""A window holds a hundred blocks and 250 KB at most; a sample takes four, and a character may take six."""

_MOST_BUNDLES, _LONGEST_GLANCE = 14, 160
"""And a bundle takes seven."""


def asking_view(words: Words) -> Element:
    """The window in which somebody writes what to look for."""
    field = {
        "type": "input",
        "block_id": ASKING,
        "label": plain(words("find_label"), LONGEST_LABEL),
        "hint": plain(words("find_hint"), LONGEST_LINE),
        "element": {"type": "plain_text_input", "action_id": TYPED, "max_length": LONGEST_PHRASE},
    }
    view = _window([field], words, "find_title")
    return {**view, "callback_id": ASKING, "submit": plain(words("find_submit"), _LONGEST_VIEW_TITLE)}


def discovery_view(found: Discovery, words: Words, told: str = "") -> Element:
    """The window of what was found; `told` is what came of the reader's last touch."""
    ids = count()
    texts = [block for sample in found.samples for block in _sample(sample, words, ids)]
    done = [block for one in found.bundles[:_MOST_BUNDLES] for block in _bundle(one, words, ids)]
    blocks = [
        *lines_block([told] if told else []),
        *lines_block(found.lines),
        *actions(found.buttons, ids),
        *context(words("find_note") if found.samples else ""),
        *texts,
        *done,
    ]
    return _window(blocks, words, "find_title")


def samples_view(samples: Sequence[Sample], words: Words, told: str = "") -> Element:
    """The window with the texts that somebody asked to see; `told`: what came of the last touch."""
    if not samples:
        return window(filter(None, [told, words("samples_none")]), words)
    ids = count()
    texts = [block for sample in samples[:_MOST_SAMPLES] for block in _sample(sample, words, ids)]
    more = context(surplus(len(samples) - _MOST_SAMPLES, words))
    said_first = lines_block([told] if told else [])
    return _window([*said_first, *context(words("samples_note")), *texts, *more], words)


def bundles_view(bundles: Sequence[Bundle], words: Words, told: str = "") -> Element:
    """The window with people who can be dealt with by one touch; `told` is what came of the reader's last."""
    ids = count()
    drawn = [block for one in bundles[:_MOST_BUNDLES] for block in _bundle(one, words, ids)]
    nobody = [] if bundles else lines_block([words("doubtful_none")])
    note = context(words("doubtful_note") if bundles else "")
    more = context(surplus(len(bundles) - _MOST_BUNDLES, words))
    return _window(
        [*lines_block([told] if told else []), *note, *drawn, *more, *nobody], words, "doubtful_title"
    )


def window(lines: Iterable[str], words: Words) -> Element:
    """A window that says a few words of ours."""
    return _window(said(lines), words)


def _window(blocks: Blocks, words: Words, title: str = "samples_title") -> Element:
    return {
        "type": "modal",
        "title": plain(words(title), _LONGEST_VIEW_TITLE),
        "close": plain(words("close"), _LONGEST_VIEW_TITLE),
        "blocks": blocks,
    }


def _bundle(one: Bundle, words: Words, ids: "count[int]") -> Blocks:
    """The text comes last, apart from ours, and only its beginning."""
    sample = _sample(one.sample, words, ids, _LONGEST_GLANCE) if one.sample else []
    return [{"type": "divider"}, *lines_block([one.told]), *sample, *actions(one.buttons, ids)]


def _sample(sample: Sample, words: Words, ids: "count[int]", longest: int = _LONGEST_SAMPLE) -> Blocks:
    """Whose and when, in the reader's own time zone; then the text alone; then why it is judged so, and what
    can be done about it: at most four blocks."""
    at = datetime.fromtimestamp(sample.at // SECOND, UTC)
    date = {
        "type": "date",
        "timestamp": sample.at // SECOND,
        "format": "{date_short_pretty} {time_secs}",
        "fallback": f"{at:%Y-%m-%d %H:%M:%S} UTC",
    }
    whose = section([rich(sample.handle, LONGEST_LABEL, "bold"), SPACE, date])
    text = plain(sample.text if sample.text.strip() else words("no_text"), longest)
    judged, buttons = context(sample.why), actions(sample.buttons, ids)
    return [rich_text([whose]), {"type": "section", "text": text}, *judged, *buttons]
