"""The repository: it works on anybody's machine, and its documents speak of what is there."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from bridge.settings import Settings

ROOT = Path(__file__).parents[2]


def tracked() -> frozenset[Path]:
    """The files in git, as they stand in the folder."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    paths = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return frozenset(path for path in paths if path.is_file())


FILES = tracked()
TEXTS = {path: path.read_bytes().decode("utf-8", "replace") for path in FILES if path.suffix != ".png"}


def where(pattern: str) -> list[str]:
    """The lines of tracked files in which something is found."""
    found = re.compile(pattern, re.IGNORECASE)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), 1)
        if found.search(line)
    ]


def test_there_is_something_to_look_through() -> None:
    assert len(TEXTS) > 200


# Patterns are written in two parts, so that they do not find themselves.
REGISTRIES = ["py" + r"pi\.org", "python" + r"hosted\.org", "np" + r"mjs\.(org|com)", "ana" + r"conda\.org"]
INDEXES = ["--(extra-)?index" + "-url", "--find" + "-links", r"^[a-z0-9_.-]+ @ " + "(https?|file):"]


@pytest.mark.parametrize("pattern", REGISTRIES)
def test_no_file_names_the_host_of_a_registry(pattern: str) -> None:
    """It must install behind any mirror, and behind none."""
    assert where(pattern) == []


def test_the_lock_pins_by_hash_and_names_no_source() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not [line for line in lock.splitlines() if any(re.search(one, line) for one in INDEXES)]
    requirements = re.split(r"\n(?=\S)", lock.strip())
    assert len(requirements) > 50
    for requirement in requirements:
        assert re.match(r"[a-z0-9_.\[\],-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


HOMES = ["/hom" + r"e/[a-z]", "/Use" + r"rs/[a-z]", "/ro" + "ot/", r"[a-z]:\\Use" + r"rs\\"]


HERE = [rf"(?<![\w.]){re.escape(str(path))}(?!\w)" for path in (Path.home(), ROOT) if len(path.parts) > 2]
"""This very machine's places; names such as `/app` could be anything."""


@pytest.mark.parametrize("pattern", HOMES + HERE)
def test_no_file_names_a_place_on_somebodys_machine(pattern: str) -> None:
    assert where(pattern) == []


DOCUMENTS = sorted(path for path in FILES if path.suffix == ".md")


def in_documents(pattern: str) -> list[tuple[str, Path, str]]:
    """Everything that a pattern finds in the documents, with where it was found."""
    return [
        (str(path.relative_to(ROOT)), path, found)
        for path in DOCUMENTS
        for found in re.findall(pattern, TEXTS[path])
    ]


def test_every_link_in_the_documents_leads_somewhere() -> None:
    links = [link for link in in_documents(r"\]\(([^)\s]+)\)") if "://" not in link[2]]
    assert len(links) > 200
    assert [(document, link) for document, path, link in links if not leads_somewhere(path, link)] == []


def leads_somewhere(document: Path, link: str) -> bool:
    """To a file that is there, and to a heading in it where it names one."""
    target, _, anchor = link.partition("#")
    file = (document.parent / target).resolve() if target else document
    return file in FILES and (not anchor or anchor in anchors(TEXTS[file]))


@cache
def anchors(text: str) -> frozenset[str]:
    """The anchors of a document's headings, as hosts of repositories make them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings)


def test_every_file_that_a_document_names_is_there() -> None:
    named = in_documents(r"`((?:bridge|channels|tests|docs)/[\w./-]+)`")
    assert len(named) > 50
    assert [(document, file) for document, _, file in named if not (ROOT / file).exists()] == []


VARIABLE = r"(?:REMPART|TWILIO|TELEGRAM|SLACK)_[A-Z]+(?:_[A-Z]+)*"


def variables_in_code() -> set[str]:
    """Every environment variable that is read: named as such in the code, or a field of the settings."""
    constants = {
        node.value
        for path, text in TEXTS.items()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ("bridge", "channels")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    fields = {f"REMPART_{name.upper()}" for name in Settings.model_fields}
    return fields | {constant for constant in constants if re.fullmatch(VARIABLE, constant)}


def test_every_variable_that_is_read_is_documented_and_every_documented_one_read() -> None:
    documented = set(re.findall(VARIABLE, (ROOT / "docs/operating.md").read_text(encoding="utf-8")))
    assert documented == variables_in_code()


ADAPTERS = (
    "gateway.py",
    "sms.py",
    "telegram.py",
    "telnyx.py",
    "whatsapp.py",
    "slack/slack.py",
    "mattermost/mattermost.py",
)


@pytest.mark.parametrize("file", ADAPTERS)
def test_an_adapter_is_read_in_one_look(file: str) -> None:
    """What it takes from its folder is the vendor's; how it is a channel stands in one file of 150 lines."""
    assert len((ROOT / "channels" / file).read_text(encoding="utf-8").splitlines()) <= 150


LONGER = {
    "dialling.py": "each way in which a call can fail stands beside what it means",
    "mattermost/desk.py": "one conversation: pressed, asked, answered in time or later",
    "slack/desk.py": "the same in the other room",
    "slack/payloads.py": "each payload is read by the same few rules",
    "slack/people.py": "who somebody is, asked page by page",
    "slack/room.py": "one message a card: posted, edited, noted, left for later",
    "slack/socket_mode.py": "one connection from its first dial to its goodbye",
    "telegram_bot/bot.py": "one call of each kind, with what it means where it fails",
    "telegram_bot/translation.py": "one table of kinds of updates",
    "twilio/examination.py": "one order of questions, of which each hangs on the last",
    "twilio/log.py": "one list, read in four ways",
    "twilio/translation.py": "three forms with the same fields",
    "twilio/webhooks.py": "three doors with one lock",
}
"""What belongs to a channel and takes more than 150 lines, each with why it is not read in two."""


def test_what_belongs_to_a_channel_is_read_in_one_look_but_for_those_that_say_why_not() -> None:
    theirs = [one for one in (ROOT / "channels").rglob("*.py") if "standins" not in one.parts]
    lines = {
        one.relative_to(ROOT / "channels").as_posix(): len(one.read_text(encoding="utf-8").splitlines())
        for one in theirs
    }
    assert {file for file, length in lines.items() if length > 150} == LONGER.keys()
    assert max(lines.values()) <= 200
