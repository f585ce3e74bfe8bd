"""Settings: what counts when something is set twice, blank, in a file, or not usable at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.environment import Environment, read_environment
from bridge.errors import Misconfigured
from bridge.responses import shipped
from bridge.settings import read_settings

SECRET = "a secret of more than thirty-two characters"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a command is started, with none of its settings in the process."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("REMPART_", "TWILIO_"))]:
        monkeypatch.delenv(name)
    return tmp_path


PRECEDENCE = [
    ({"NAME": "process"}, {"NAME": "file"}, "process"),
    ({}, {"NAME": "file"}, "file"),
    ({"NAME": "process"}, {}, "process"),
    ({"NAME": ""}, {"NAME": "file"}, ""),
    ({"NAME": "process"}, {"NAME": None}, "process"),
    ({}, {"NAME": None}, None),
    ({}, {}, None),
]


@pytest.mark.parametrize(("process", "dotenv", "counts"), PRECEDENCE)
def test_the_process_counts_before_dotenv(
    process: dict[str, str], dotenv: dict[str, str | None], counts: str | None
) -> None:
    assert Environment(process, dotenv).get("NAME") == counts


@given(st.dictionaries(st.text(min_size=1), st.text()), st.dictionaries(st.text(min_size=1), st.text()))
def test_it_is_a_mapping_like_any_other(process: dict[str, str], dotenv: dict[str, str]) -> None:
    together = {name: value for name, value in (dotenv | process).items() if not name.endswith("_FILE")}
    environment = Environment(
        {name: value for name, value in process.items() if name in together},
        {name: value for name, value in dotenv.items() if name in together},
    )
    assert dict(environment) == together
    assert len(environment) == len(together)
    assert all(name in environment for name in together)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
def test_a_secret_may_come_from_a_file_without_what_stands_around_it(tmp_path: Path, mark: str) -> None:
    (tmp_path / "secret").write_text(f"{mark}  {SECRET}\r\n\n", encoding="utf-8")
    environment = Environment({"NAME_FILE": f" {tmp_path / 'secret'} "})
    assert environment["NAME"] == SECRET
    assert "NAME" in environment


def test_a_file_is_read_when_it_is_asked_for_and_not_before(tmp_path: Path) -> None:
    environment = Environment({"NAME_FILE": str(tmp_path / "later")})
    (tmp_path / "later").write_text("now", encoding="utf-8")
    assert environment["NAME"] == "now"


@pytest.mark.parametrize("blank", ["", None])
def test_a_blank_value_beside_a_file_does_not_count(tmp_path: Path, blank: str | None) -> None:
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    assert Environment({"NAME_FILE": str(tmp_path / "secret")}, {"NAME": blank})["NAME"] == SECRET


def test_a_blank_file_name_is_no_file_name() -> None:
    assert Environment({"NAME": "value", "NAME_FILE": "  "})["NAME"] == "value"


@pytest.mark.parametrize("where", ["process", "dotenv", "both"])
def test_a_value_and_a_file_at_once_are_refused_and_neither_is_repeated(tmp_path: Path, where: str) -> None:
    value, file = {"NAME": SECRET}, {"NAME_FILE": str(tmp_path / "secret")}
    process = {"process": value | file, "dotenv": {}, "both": value}[where]
    dotenv = {"process": {}, "dotenv": value | file, "both": file}[where]
    with pytest.raises(Misconfigured, match="NAME and NAME_FILE") as refused:
        Environment(process, dotenv)["NAME"]
    assert SECRET not in str(refused.value)


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "absent": lambda path: path.parent.mkdir(exist_ok=True),
    "a folder": lambda path: path.mkdir(),
    "not text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a circle": lambda path: path.symlink_to(path),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_by_its_variable(tmp_path: Path, kind: str) -> None:
    UNREADABLE[kind](tmp_path / "secret")
    with pytest.raises(Misconfigured, match="NAME_FILE"):
        Environment({"NAME_FILE": str(tmp_path / "secret")})["NAME"]


@pytest.mark.parametrize("path", ["a\0b", "x" * 10_000])
def test_a_file_name_that_no_file_can_have_is_told_by_its_variable(path: str) -> None:
    with pytest.raises(Misconfigured, match="NAME_FILE"):
        Environment({}, {"NAME_FILE": path})["NAME"]


DOTENV = [
    ("REMPART_HOST=10.0.0.1", "10.0.0.1"),
    ("export REMPART_HOST=10.0.0.1\n", "10.0.0.1"),
    ("REMPART_HOST='10.0.0.1'  # where\n", "10.0.0.1"),
    ("\ufeffREMPART_HOST=10.0.0.1\n", "10.0.0.1"),
    ("REMPART_HOST=1\r\nREMPART_HOST=10.0.0.1\r\n", "10.0.0.1"),
    ("REMPART_HOST=\n", "127.0.0.1"),
    ("REMPART_HOST\n", "127.0.0.1"),
    ("# nothing\n", "127.0.0.1"),
    ("if this is no setting\nREMPART_HOST=10.0.0.1\n", "10.0.0.1"),
    ("TODO: tidy up\nNOTE that REMPART_PORT is usual\nREMPART_HOST=10.0.0.1\n", "10.0.0.1"),
    ("REMPART_HOST = 10.0.0.1 # where\n", "10.0.0.1"),
    ("", "127.0.0.1"),
]


@pytest.mark.parametrize(("written", "host"), DOTENV)
def test_dotenv_is_read_as_people_write_it(folder: Path, written: str, host: str) -> None:
    (folder / ".env").write_bytes(written.encode())
    assert read_settings(read_environment()).host == host


@pytest.mark.parametrize("secret", ["${HOME}" + SECRET, "$HOME" + SECRET, SECRET + "#x", "a\\n" + SECRET])
def test_a_secret_in_dotenv_is_taken_as_it_is_written(folder: Path, secret: str) -> None:
    (folder / ".env").write_text(f"REMPART_SECRET={secret}\n", encoding="utf-8")
    assert read_settings(read_environment()).secret_value() == secret


def test_the_process_counts_before_the_file_dotenv(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("REMPART_HOST=10.0.0.1\nREMPART_PORT=9000\n", encoding="utf-8")
    monkeypatch.setenv("REMPART_HOST", "10.0.0.2")
    settings = read_settings(read_environment())
    assert (settings.host, settings.port) == ("10.0.0.2", 9000)


def test_no_dotenv_is_no_trouble_and_a_folder_of_that_name_neither(folder: Path) -> None:
    assert read_settings(read_environment()).port == 8000
    (folder / ".env").mkdir()
    assert read_settings(read_environment()).port == 8000


@pytest.mark.parametrize("written", [b"REMPART_HOST=\xff\xfe\n", "REMPART_PORT=9000\n".encode("utf-16")])
def test_a_dotenv_that_is_no_text_is_told(folder: Path, written: bytes) -> None:
    (folder / ".env").write_bytes(written)
    with pytest.raises(Misconfigured, match=r"\.env is not text in UTF-8"):
        read_environment()


UNREAD = [
    f"REMPART_SECRET='{SECRET}",
    f"export NAME = '{SECRET}' x",
    f"N='{SECRET}''",
    f"REMPART_SECRET: {SECRET}",
    f"REMPART_SECRET:{SECRET}",
    f"REMPART_SECRET := {SECRET}",
    f"export TWILIO_AUTH_TOKEN  {SECRET}",
    f"- TWILIO_AUTH_TOKEN={SECRET}",
    f"set TWILIO_AUTH_TOKEN={SECRET}",
    f"TWILIO TOKEN={SECRET}",
]


@pytest.mark.parametrize("line", UNREAD)
def test_a_variable_that_cannot_be_read_is_not_passed_over(folder: Path, line: str) -> None:
    (folder / ".env").write_text(f"# ours\n\n \n{line}\nREMPART_PORT=9000\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"Line 4 of \.env") as refused:
        read_environment()
    assert SECRET not in str(refused.value)


TWICE = {
    "once": ("A=1\nB=2\n", {}),
    "with the same value": ("A=1\n# again\nA='1'\n", {}),
    "with another": ("A=1\n\n\nA=2\nB=3\n", {"A": (1, 4)}),
    "blank the second time, as below a template": ("A=1\nB=2\nA=\n", {"A": (1, 3)}),
    "over several lines": ('A="1\n2"\nexport A=3\nA=4\n', {"A": (1, 3, 4)}),
}


@pytest.mark.parametrize("case", TWICE)
def test_what_stands_in_dotenv_more_than_once_is_known_with_its_lines(folder: Path, case: str) -> None:
    written, lines = TWICE[case]
    (folder / ".env").write_text(written, encoding="utf-8")
    assert read_environment().repeated == lines


def test_what_the_process_says_makes_no_odds_of_what_stands_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("A=1\nA=2\n", encoding="utf-8")
    monkeypatch.setenv("A", "3")
    assert read_environment().repeated == {}


GOOD = [
    ({}, {"database_url": "sqlite:///rempart.db", "host": "127.0.0.1", "port": 8000, "public_url": None}),
    ({"REMPART_PORT": " 65535 "}, {"port": 65535}),
    ({"REMPART_HOST": "::"}, {"host": "::"}),
    ({"REMPART_PORT": ""}, {"port": 8000}),
    ({"REMPART_PUBLIC_URL": "https://bridge.example.org/"}, {"public_url": "https://bridge.example.org"}),
    ({"REMPART_PUBLIC_URL": "http://10.0.0.1:8000/sms//"}, {"public_url": "http://10.0.0.1:8000/sms"}),
    (
        {"REMPART_PUBLIC_URL": "https://a@été.example:8443/é"},
        {"public_url": "https://a@xn--t-9fab.example:8443/é"},
    ),
    ({"REMPART_RESPONSES": "elsewhere.yaml"}, {"responses": Path("elsewhere.yaml")}),
    ({"REMPART_UNKNOWN": "x", "OTHER": "y"}, {"port": 8000}),
]


@pytest.mark.parametrize(("environment", "expected"), GOOD)
def test_settings_are_read_from_the_environment(
    environment: dict[str, str], expected: dict[str, object]
) -> None:
    settings = read_settings(Environment(environment))
    assert {name: getattr(settings, name) for name in expected} == expected


BAD = [
    ("REMPART_PORT", "eighty"),
    ("REMPART_PORT", "0"),
    ("REMPART_PORT", "65536"),
    ("REMPART_PORT", "80.5"),
    ("REMPART_PORT", "-1"),
    ("REMPART_PUBLIC_URL", "my-bridge.example"),
    ("REMPART_PUBLIC_URL", "ftp://bridge.example.org"),
    ("REMPART_PUBLIC_URL", "https:///sms"),
    ("REMPART_PUBLIC_URL", "https://bridge.example.org/?x=1"),
    ("REMPART_PUBLIC_URL", "https://bridge.example.org/#x"),
    ("REMPART_PUBLIC_URL", "https://[::1"),
    ("REMPART_PUBLIC_URL", f"https://{'é' * 70}.example"),
    ("REMPART_PUBLIC_URL", "https://bridge.example.org:99999"),
    ("REMPART_PUBLIC_URL", "https://bridge example.org"),
    ("REMPART_HOST", "b\udcffcke.example.org"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_is_not_usable_is_refused_by_name_and_never_repeated(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name) as refused:
        read_settings(Environment({name: value}))
    assert value not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_without_a_secret_the_sentence_says_how_to_make_one() -> None:
    with pytest.raises(Misconfigured, match=r"REMPART_SECRET is not set.*python3 -c"):
        read_settings(Environment({"REMPART_SECRET": "  "})).secret_value()


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = read_settings(Environment({"REMPART_SECRET": SECRET}))
    assert settings.secret_value() == SECRET
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
    assert SECRET not in settings.model_dump_json()


def test_the_rules_that_come_with_the_product_serve_where_there_are_none(folder: Path) -> None:
    assert read_settings(Environment({})).responses == shipped()
    (folder / "responses.yaml").write_text("", encoding="utf-8")
    assert read_settings(Environment({})).responses == Path("responses.yaml")
    named = Environment({"REMPART_RESPONSES": "nowhere.yaml"})
    assert read_settings(named).responses == Path("nowhere.yaml")
