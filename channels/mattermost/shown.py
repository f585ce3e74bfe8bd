"""Draws what one person is shown: texts, groups of people, what was found, and sentences of ours. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import count

from bridge.card import Bundle, Button, Discovery, Sample
from bridge.heart.acts import VERBS
from bridge.model import SECOND
from bridge.moderation.targets import is_handle, read_group
from bridge.wording import Words
from channels.mattermost.drawing import LONGEST_MESSAGE, Attachment, Carry, actions, plain, quoted, safe
from channels.rooms.legible import cut

_MOST_SAMPLES = 24
"""Texts, or groups of people, at a time."""


def said(lines: Iterable[str]) -> str:
    """Sentences of ours, one a line."""
    return cut("\n".join(safe(line, LONGEST_MESSAGE) for line in lines if line), LONGEST_MESSAGE)


def samples_text(samples: Sequence[Sample], words: Words) -> str:
    """Texts that somebody asked to see, and what to type about those who wrote them."""
    if not samples:
        return said([words("samples_none")])
    shown = [_sample(one, words) for one in samples[:_MOST_SAMPLES]]
    return _joined([said([words("samples_note")]), *shown])


def bundles_text(bundles: Sequence[Bundle], words: Words) -> str:
    """Groups of people, each with one text, and what to type."""
    if not bundles:
        return said([words("doubtful_none")])
    drawn = [
        "\n".join(
            [
                f"**{safe(one.told)}**",
                *([_sample(one.sample, words)] if one.sample else []),
                *_typed(one.buttons, words),
            ]
        )
        for one in bundles[:_MOST_SAMPLES]
    ]
    return _joined([said([words("doubtful_note")]), *drawn])


def discovery_text(found: Discovery, words: Words) -> str:
    """What was found, in sentences, with the texts that were asked for."""
    texts = [_sample(one, words) for one in found.samples[:_MOST_SAMPLES]]
    note = [said([words("find_note")])] if texts else []
    return _joined([said(found.lines), *note, *texts])


def discovery_attachments(found: Discovery, url: str, carry: Carry) -> list[Attachment]:
    """What can be done about it; and what was done lately, with its way back."""
    ids = count()
    acting = actions(found.buttons, url, carry, ids)
    done = [
        {
            "fallback": plain(one.told),
            "text": safe(one.told),
            "actions": actions(one.buttons, url, carry, ids),
        }
        for one in found.bundles
    ]
    return [*([{"fallback": "-", "actions": acting}] if acting else []), *done]


def _sample(sample: Sample, words: Words) -> str:
    at = datetime.fromtimestamp(sample.at // SECOND, UTC)
    text = quoted(sample.text) if sample.text.strip() else said([words("no_text")])
    whose = f"**{safe(sample.handle)}** {at:%Y-%m-%d %H:%M:%S} UTC"
    return "\n".join(
        [whose, text, *([said([sample.why])] if sample.why else []), *_typed(sample.buttons, words)]
    )


def _typed(buttons: Sequence[Button], words: Words) -> list[str]:
    """The commands that do what a button would: an answer that only one person sees has no buttons."""
    commands = [f"`{one}`" for button in buttons if (one := _command(button))]
    return [f"{words('typed')} {' · '.join(commands)}"] if commands else []


def _command(button: Button) -> str:
    named = is_handle(button.target) or read_group(button.target) is not None
    if not named or button.verb not in VERBS:
        return ""
    typed = VERBS[button.verb].typed
    word = typed.word if typed else button.verb.removesuffix("_one")
    return f"/rempart {word} {button.target}"


def _joined(parts: Iterable[str]) -> str:
    """As many whole parts as a message holds."""
    kept, size = list[str](), 0
    for one in parts:
        size += len(one) + 2
        if size > LONGEST_MESSAGE:
            break
        kept.append(one)
    return "\n\n".join(kept)
