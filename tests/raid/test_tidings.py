"""What one team tells another of a raid: one way to write it, signed, and nothing else is taken for it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bridge.evidence.canonical import canonical
from bridge.evidence.signing import Signer
from bridge.model import DAY
from bridge.noun import replace
from bridge.raid.tidings import (
    LARGEST,
    MOST_PASTES,
    NotTidings,
    Tidings,
    fit_name,
    is_name,
    most,
    told_of,
)
from tests.support.clock import NOON

SIGNER, STRANGER = Signer(b"1" * 32), Signer(b"2" * 32)
TOLD = Tidings("Les Colibris", "0612abcd", NOON, NOON + DAY, NOON + 30 * DAY, b"s" * 16, (5, 2**256 - 1))
FILE = TOLD.signed(SIGNER).note


def changed(**values: Any) -> str:
    """The file of whoever signs something else."""
    plain = {**json.loads(FILE.split("\n")[1]), **values}
    text = f"rempart-campaign/1\n{canonical(plain).decode()}\n"
    return SIGNER.text(text, "rempart/campaign")


def test_what_is_written_is_read_again_and_known_by_key_and_raid() -> None:
    read = Tidings.read(FILE)
    assert read == replace(TOLD, key=SIGNER.key, note=FILE)
    assert read.name == f"{SIGNER.key.hex()[:8]}:0612abcd"
    assert is_name(read.name)
    assert told_of(FILE) == read.campaign
    assert read.campaign.told is not None
    assert read.campaign.told.teller == "Les Colibris"
    assert (read.campaign.pastes, read.campaign.senders) == ((), ())


FORGED: list[Callable[[str], str]] = [
    lambda file: file.replace("Colibris", "Corbeaux"),
    lambda file: file.replace("0612abcd", "0612abce"),
    lambda file: file.replace(SIGNER.key.hex(), STRANGER.key.hex()),
    lambda file: file.replace('{"key"', '{ "key"'),
    lambda file: file.replace('"raid":', '"raid":"0612abce","raid":'),
    lambda file: file.replace("rempart/campaign ", "rempart/other "),
    lambda file: file.rstrip("\n"),
    lambda file: f"{file}\n",
    lambda file: file.replace("\n\n", "\nmore\n\n"),
    lambda file: file[:-5] + "AAA=\n",
    lambda file: "\n".join(file.split("\n")[:2]) + "\n\n",
]


@pytest.mark.parametrize("alter", FORGED)
def test_each_byte_counts(alter: Callable[[str], str]) -> None:
    with pytest.raises(NotTidings) as none:
        Tidings.read(alter(FILE))
    assert none.value.code == "forged_tidings"
    assert told_of(alter(FILE)) is None


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "{}",
        "\n" * 100,
        "PK\x03\x04",
        "rempart-campaign/1",
        "rempart-campaign/1\n\n\n",
        "rempart-campaign/1\n[]\n\n",
        "rempart-campaign/1\n" + "[" * 50_000 + "\n\n",
        "rempart-campaign/1\n" + "x" * LARGEST + "\n\n",
        changed(raid="../../etc"),
        changed(teller="<!channel> now"),
        changed(teller="call 06 12 34 56 78"),
        changed(teller="x" * 41),
        changed(salt="00"),
        changed(salt=None),
        changed(pastes=[]),
        changed(pastes=["AA"]),
        changed(pastes=7),
        changed(pastes=[[]]),
        changed(pastes=["A" * 43] * 2),
        changed(pastes=["A" * 43 for _ in range(MOST_PASTES + 1)]),
        changed(until="2999-01-01T00:00:00Z"),
        changed(until="never"),
        changed(made_at="0001-01-01T00:00:00Z"),
        changed(made_at=10**400),
        changed(key="00"),
    ],
)
def test_what_nobody_could_have_meant_is_no_tidings_whoever_signed_it(odd: str) -> None:
    with pytest.raises(NotTidings) as none:
        Tidings.read(odd)
    assert none.value.code == "no_tidings"


def test_a_newer_kind_is_told_from_nonsense() -> None:
    with pytest.raises(NotTidings) as none:
        Tidings.read(FILE.replace("campaign/1", "campaign/2"))
    assert none.value.code == "newer_tidings"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Les Colibris", "Les Colibris"),
        ("  Solidarité   féministe (Lyon) ", "Solidarité féministe (Lyon)"),
        ("<@U0123> *bold* `code` https://evil.example", "U0123 bold code https evil.example"),
        ("\u202eevil\n\x1b[2J", "evil 2J"),
        ("06 12 34 56 78", ""),
        ("x" * 99, "x" * 40),
        ("", ""),
    ],
)
def test_a_name_is_letters_that_mean_nothing_to_a_program(written: str, name: str) -> None:
    assert fit_name(written) == name
    assert fit_name(name) == name


def test_a_team_without_a_name_is_known_by_its_key() -> None:
    assert replace(TOLD, teller="").signed(SIGNER).called == SIGNER.key.hex()[:8]


def test_each_paste_is_told_once_and_so_many_in_a_file() -> None:
    assert most([3, None, 3, 1]) == (3, 1)
    assert len(most(range(1, MOST_PASTES + 9))) == MOST_PASTES
    longest = replace(TOLD, teller="x" * 40, pastes=tuple(2**255 + one for one in range(MOST_PASTES)))
    assert len(longest.signed(SIGNER).note) < LARGEST / 4


def test_the_salt_is_the_same_for_the_same_raid_and_tells_nothing_of_the_key() -> None:
    salts = {one.salt(about, 16) for one in (SIGNER, STRANGER) for about in ("campaign:1", "campaign:2")}
    assert len(salts) == 4
    assert SIGNER.salt("campaign:1", 16) == Signer(b"1" * 32).salt("campaign:1", 16)
