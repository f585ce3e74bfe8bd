"""One file of rules, one word about it: from the service and from every command that reads it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge import cli
from bridge.checkup import State
from bridge.doctor.rules import rules as looked_at
from bridge.responses import shipped
from bridge.service.last_good import Kept, keep, owner_at_rest, place_of
from bridge.settings import Settings
from tests.support.events import SECRET

RULES = """languages: [fr]
replies:
  - id: first
    when: {first: true}
    say: {fr: "Un mot."}
"""

NOT_FOR_A_SERVICE = {
    "somebody by a name that changes hands": ('exempt: ["telegram:@marie"]\n', "names nobody"),
    "a member by their name": ("organisers: {moderators: [marie]}\n", "must be an id, not a name"),
    "a way without prices": ("ways: [telnyx]\n", '"telnyx" has no prices'),
    "a way that is none": ("ways: [sms, telegram]\n", "cannot stand in for another channel"),
    "a line that is nowhere": ("lines: {paris: {channels: {sms: LeNon}}}\n", "no telephone number"),
}

READ_BY = {
    "check": ["check"],
    "try": ["try", "Salut"],
    "replay": ["replay", "trace.jsonl"],
    "replay of other rules": ["replay", "trace.jsonl", "--responses", "responses.yaml"],
    "replay of the journal": ["replay", "--journal"],
    "card": ["card", "--out", "card.pdf", "--address", "+33639980000"],
    "privacy": ["privacy"],
}

Called = Callable[..., tuple[int, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Called:
    """A command in a folder with rules: its exit status, and what it complained of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REMPART_SECRET", SECRET)
    message = {"id": "a", "at": "2026-11-30T12:00:00Z", "channel": "sms", "from": "+33612345678", "text": ""}
    (tmp_path / "trace.jsonl").write_text(json.dumps(message) + "\n")

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["rempart", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(str(ended.value.code)), capsys.readouterr().err

    return run


@pytest.mark.parametrize("command", READ_BY)
@pytest.mark.parametrize("case", NOT_FOR_A_SERVICE)
def test_what_the_service_refuses_every_command_refuses_in_the_same_words(
    call: Called, tmp_path: Path, case: str, command: str
) -> None:
    written, told = NOT_FOR_A_SERVICE[case]
    (tmp_path / "responses.yaml").write_text(RULES + written)
    status, complained = call(*READ_BY[command])
    assert status == (1 if command == "check" else 2)
    assert complained.startswith("responses.yaml:6:")
    assert told.casefold() in complained.casefold()
    assert complained == call("check")[1]


def _settings(tmp_path: Path) -> Settings:
    return Settings(responses=tmp_path / "responses.yaml", database_url=f"sqlite:///{tmp_path}/rempart.db")


OF_THE_ENVIRONMENT = [name for name in READ_BY if "--responses" not in READ_BY[name]]


@pytest.mark.parametrize("command", OF_THE_ENVIRONMENT)
@pytest.mark.parametrize("own", [True, False])
def test_where_the_teams_own_rules_are_gone_no_command_goes_by_the_shipped_ones(
    call: Called, tmp_path: Path, command: str, *, own: bool
) -> None:
    call("resume")  # makes a database
    url = f"sqlite:///{tmp_path / 'rempart.db'}"
    kept = Kept(RULES.encode(), own=own)
    keep(place_of(url, shipped()), kept, owner_at_rest(url) or "")
    status, complained = call(*READ_BY[command])
    assert ("responses.yaml is gone: put it back" in complained) is own
    assert status == 2 or not own


NEVER = {
    "nothing": ("", []),
    "a reply below one that answers all": (
        "  - {id: again, when: {first: true}, say: {fr: x}}\n",
        [":6:5"],
    ),
    "a channel that nobody installed": ("prices: {sms: {out: {FR: 0.08}}, pigeon: {in: 0}}\n", [":6:34"]),
    "both, on one line of two": (
        "  - {id: again, when: {channel: pigeon, first: true}, say: {fr: x}}\nlines: {paris: {}, lyon: {}}\n",
        [":6:33", ":6:5"],
    ),
}


@pytest.mark.parametrize("case", NEVER)
def test_what_never_counts_is_no_fault_of_an_installation_and_is_told_as_check_tells_it(
    call: Called, tmp_path: Path, case: str
) -> None:
    written, places = NEVER[case]
    (tmp_path / "responses.yaml").write_text(RULES + written)
    found = list(looked_at(_settings(tmp_path), {}))
    told = [str(dict(one.told.data)["why"]) for one in found if one.told.code == "rules_unused"]
    status, complained = call("check", str(tmp_path / "responses.yaml"))
    assert status == bool(places)
    assert sorted(complained.splitlines()) == sorted(told)
    assert sorted(one.removeprefix(str(tmp_path / "responses.yaml")).split(": ")[0] for one in told) == places
    assert ("rules_in_order" in {one.told.code for one in found}) is not bool(places)
    assert all(one.state is not State.WRONG for one in found)


@pytest.mark.parametrize("case", NOT_FOR_A_SERVICE)
def test_the_service_and_the_doctor_refuse_it(tmp_path: Path, case: str) -> None:
    (tmp_path / "responses.yaml").write_text(RULES + NOT_FOR_A_SERVICE[case][0])
    states = {one.state for one in looked_at(_settings(tmp_path), {})}
    assert states == {State.WRONG}
