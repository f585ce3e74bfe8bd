"""Refuses blocks that Slack would refuse: https://docs.slack.dev/reference/block-kit. Pure.

Stricter than the SDK's own `validate_json`, which lets through what is too many, too long or unknown.
Lengths are counted in UTF-16 units, the strictest way of counting.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Block = Mapping[str, Any]

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
LARGEST_VIEW = 250_000
LONGEST_TEXT = 40_000
LONGEST_INPUT = 3000


class Refused(Exception):
    """Names the first thing that is wrong."""


def check_message(blocks: object) -> None:
    """Raises `Refused` for blocks that cannot stand in a message."""
    _check(blocks, MOST_IN_MESSAGE)


def check_view(view: object) -> None:
    """Raises `Refused` for a view that cannot be shown."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        raise Refused("the view is neither modal nor home")
    if len(json.dumps(view)) > LARGEST_VIEW:
        raise Refused("view_too_large")
    if view["type"] == "modal":
        _plain(view.get("title"), 24, "title")
        _optional(view, "close", lambda text: _plain(text, 24, "close"))
        _optional(view, "submit", lambda text: _plain(text, 24, "submit"))
        if "submit" not in view and any(_kind(block) == "input" for block in view.get("blocks", ())):
            raise Refused("a window with an input needs a submit button")
    _optional(view, "private_metadata", lambda text: _string(text, 3000, "private_metadata"))
    _only(view, {"type", "title", "close", "submit", "blocks", "callback_id", "private_metadata"})
    _check(view.get("blocks"), MOST_IN_VIEW)


def _kind(block: Any) -> object:
    return block.get("type") if isinstance(block, dict) else None


def fields(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every field that is written in, with the `block_id` of its block."""
    for block in blocks:
        if block["type"] == "input":
            yield {**block["element"], "block_id": block["block_id"]}


def buttons(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every button, with the `block_id` of its block."""
    for block in blocks:
        found = [*block.get("elements", ()), block.get("accessory") or {}]
        for element in found:
            if element.get("type") == "button":
                yield {**element, "block_id": block["block_id"]}


def _check(blocks: object, most: int) -> None:
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= most:
        raise Refused(f"there must be 1 to {most} blocks")
    for block in blocks:
        if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
            raise Refused("a block of an unknown type")
        _optional(block, "block_id", lambda name: _string(name, 255, "block_id"))
        _BLOCKS[block["type"]](block)
    _unique([block["block_id"] for block in blocks if "block_id" in block], "block_id")
    named = [button["action_id"] for button in _all_buttons(blocks) if "action_id" in button]
    _unique(named, "action_id")


def _all_buttons(blocks: list[Block]) -> Iterator[Block]:
    return buttons([{"block_id": "", **block} for block in blocks])


def _header(block: Block) -> None:
    _only(block, {"type", "block_id", "text"})
    _plain(block.get("text"), 150, "header")


def _section(block: Block) -> None:
    _only(block, {"type", "block_id", "text", "fields", "accessory", "expand"})
    if "text" not in block and "fields" not in block:
        raise Refused("a section without text")
    _optional(block, "text", lambda text: _text(text, 3000, "section"))
    _optional(block, "fields", lambda fields: _each(fields, 10, lambda text: _text(text, 2000, "field")))
    _optional(block, "accessory", _button)


def _actions(block: Block) -> None:
    _only(block, {"type", "block_id", "elements"})
    _each(block.get("elements"), 25, _button)


def _input(block: Block) -> None:
    """https://docs.slack.dev/reference/block-kit/blocks/input-block, with a field for plain text."""
    _only(block, {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"})
    _plain(block.get("label"), 2000, "label")
    _optional(block, "hint", lambda text: _plain(text, 2000, "hint"))
    element = block.get("element")
    if not isinstance(element, dict) or element.get("type") != "plain_text_input":
        raise Refused("an input of an unknown type")
    _only(
        element,
        {"type", "action_id", "initial_value", "max_length", "placeholder", "dispatch_action_config"},
    )
    _string(element.get("action_id"), 255, "action_id")
    _optional(element, "initial_value", lambda text: _string(text, LONGEST_INPUT, "initial_value"))
    if not 1 <= element.get("max_length", 1) <= LONGEST_INPUT:
        raise Refused("max_length must be 1 to 3000")


def _context(block: Block) -> None:
    _only(block, {"type", "block_id", "elements"})
    _each(block.get("elements"), 10, lambda text: _text(text, 2000, "context"))


def _divider(block: Block) -> None:
    _only(block, {"type", "block_id"})


def _rich_text(block: Block) -> None:
    _only(block, {"type", "block_id", "elements"})
    _each(block.get("elements"), 1000, _rich_container)


def _rich_container(element: Any) -> None:
    kind = element.get("type")
    if kind == "rich_text_list":
        _only(element, {"type", "style", "elements", "indent", "offset", "border"})
        if element.get("style") not in {"bullet", "ordered"}:
            raise Refused("a list of no style")
        _each(element.get("elements"), 1000, _rich_container)
    elif kind in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
        _only(element, {"type", "elements", "border"})
        _each(element.get("elements"), 1000, _rich_element)
    else:
        raise Refused("a rich text of an unknown type")


def _rich_element(element: Any) -> None:
    required = _RICH.get(element.get("type"))
    if required is None:
        raise Refused("a rich text element of an unknown type")
    for name, kind in required.items():
        if not isinstance(element.get(name), kind) or element[name] == "":
            raise Refused(f"a rich text element without {name}")


def _button(element: Any) -> None:
    if element.get("type") != "button":
        raise Refused("an element that is no button")
    _only(element, {"type", "text", "action_id", "value", "style", "confirm", "accessibility_label", "url"})
    _optional(element, "url", lambda url: _string(url, 3000, "url"))
    _plain(element.get("text"), 75, "button")
    _optional(element, "action_id", lambda name: _string(name, 255, "action_id"))
    _optional(element, "value", lambda value: _string(value, 2000, "value"))
    if element.get("style", "primary") not in {"primary", "danger"}:
        raise Refused("a button of an unknown style")
    _optional(element, "confirm", _confirm)


def _confirm(confirm: Any) -> None:
    _only(confirm, {"title", "text", "confirm", "deny", "style"})
    _plain(confirm.get("title"), 100, "confirm title")
    _text(confirm.get("text"), 300, "confirm text")
    _plain(confirm.get("confirm"), 30, "confirm")
    _plain(confirm.get("deny"), 30, "deny")


def _plain(text: Any, longest: int, what: str) -> None:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        raise Refused(f"{what} must be plain_text")
    _text(text, longest, what)


def _text(text: Any, longest: int, what: str) -> None:
    if not isinstance(text, dict) or text.get("type") not in {"plain_text", "mrkdwn"}:
        raise Refused(f"{what} must be a text object")
    _only(text, {"type", "text", "emoji"} if text["type"] == "plain_text" else {"type", "text", "verbatim"})
    _string(text.get("text"), longest, what)


def _string(value: Any, longest: int, what: str) -> None:
    if not isinstance(value, str) or not 1 <= units(value) <= longest:
        raise Refused(f"{what} must have 1 to {longest} characters")


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _each(items: Any, most: int, check: Callable[[Any], None]) -> None:
    if not isinstance(items, list) or not 1 <= len(items) <= most:
        raise Refused(f"there must be 1 to {most} elements")
    for item in items:
        if not isinstance(item, dict):
            raise Refused("an element that is no object")
        check(item)


def _optional(block: Block, name: str, check: Callable[[Any], None]) -> None:
    if name in block:
        check(block[name])


def _only(block: Block, names: set[str]) -> None:
    if unknown := block.keys() - names:
        raise Refused(f"unknown properties: {', '.join(sorted(unknown))}")


def _unique(names: list[str], what: str) -> None:
    if len(set(names)) != len(names):
        raise Refused(f"{what} occurs twice")


_BLOCKS: Mapping[str, Callable[[Block], None]] = {
    "actions": _actions,
    "context": _context,
    "divider": _divider,
    "header": _header,
    "input": _input,
    "rich_text": _rich_text,
    "section": _section,
}

_RICH: Mapping[Any, Mapping[str, type]] = {
    "broadcast": {"range": str},
    "channel": {"channel_id": str},
    "date": {"timestamp": int, "format": str},
    "emoji": {"name": str},
    "link": {"url": str},
    "text": {"text": str},
    "user": {"user_id": str},
    "usergroup": {"usergroup_id": str},
}
