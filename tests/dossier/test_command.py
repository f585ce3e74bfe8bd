"""The commands as people run them: beside the running service, and without one."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import select

from bridge.clock import iso, system_clock
from bridge.model import DAY
from bridge.service.dossiers import Dossiers
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, dossiers, events, raids
from tests.dossier.world import TOKEN, World, files, lines
from tests.support.events import SECRET
from tests.support.forks import forked
from tests.support.house import QUICK, House, opened, until
from tests.support.raiding import PASTE, number


async def rempart(environment: Mapping[str, str], *arguments: str, cwd: Path) -> tuple[int, str, str]:
    """Runs a command; the exit status, and what it said."""
    done = await asyncio.to_thread(forked, "evidence", *arguments, env=environment, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


def unless_slow(error: str) -> list[str]:
    """What was said beside the progress, which a machine that is busy tells of."""
    return [line for line in error.splitlines() if not line.endswith("entries written.")]


def environment_of(url: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {"REMPART_DATABASE_URL": url, "REMPART_SECRET": SECRET, **(more or {})}


async def test_without_a_service_a_dossier_is_exported_recorded_and_checked(
    sqlite_url: str, tmp_path: Path
) -> None:
    world = World(Store(sqlite_url))
    raid = await world.raid()
    await world.store.close()
    environment = environment_of(sqlite_url)
    status, said, error = await rempart(environment, "export", "--raid", raid, "--out", "r.zip", cwd=tmp_path)
    assert (status, unless_slow(error)) == (0, [])
    assert "23 messages of 14 senders" in said
    assert (tmp_path / "r.zip").stat().st_mode & 0o077 == 0
    status, said, _ = await rempart({}, "verify", "r.zip", cwd=tmp_path)
    assert (status, said.splitlines()[0]) == (0, "The dossier is as it was made.")
    store = Store(sqlite_url)
    (done,) = await store.read(lambda one: one.execute(select(acts)))
    await store.close()
    assert (done.verb, done.about, done.outcome) == ("dossier", raid, "done")
    again = await rempart(environment, "export", "--raid", raid, "--out", "r.zip", cwd=tmp_path)
    assert again[0] == 2
    assert "there already" in again[2]


@pytest.mark.parametrize(
    ("before", "behind"),
    [((), ()), (("--line", "paris"), ()), ((), ("--line", "paris"))],
    ids=["nobody said which", "said before", "said behind"],
)
async def test_of_several_lines_the_first_is_meant_with_all_that_the_rules_say_of_it(
    sqlite_url: str, tmp_path: Path, before: tuple[str, ...], behind: tuple[str, ...]
) -> None:
    """Its number stands in the rules: the account alone would be half of what a channel takes."""
    world = World(Store(sqlite_url))
    raid = await world.raid()
    await world.store.close()
    lines_ = b'lines: {paris: {channels: {sms: "+33939000001"}}, lyon: {channels: {sms: "+33939000002"}}}\n'
    (tmp_path / "rules.yaml").write_bytes(QUICK + lines_)
    account = {"TWILIO_ACCOUNT_SID": f"AC{'0' * 32}", "TWILIO_AUTH_TOKEN": TOKEN}
    environment = environment_of(sqlite_url, account | {"REMPART_RESPONSES": str(tmp_path / "rules.yaml")})
    asked = (*before, "export", "--raid", raid, "--out", "r.zip", "--no-compare", *behind)
    status, _, error = await rempart(environment, *asked, cwd=tmp_path)
    assert (status, unless_slow(error)) == (0, [])
    told = json.loads(files(tmp_path / "r.zip")["data/summary.json"])
    assert (told["requests_checked"], told["requests_genuine"]) == (23, 22)


WRONG = {
    "nothing": (["export", "--out", "x.zip"], "--raid"),
    "two subjects": (["export", "--raid", "7cd46b78", "--sender", "a-b-1", "--out", "x.zip"], "--raid"),
    "half a time": (["export", "--since", "2026-01-01", "--out", "x.zip"], "--until"),
    "a time that ends before it begins": (
        ["export", "--since", "2026-01-02", "--until", "2026-01-01", "--out", "x.zip"],
        "before",
    ),
    "no raid": (["export", "--raid", "ffffffff", "--out", "x.zip"], "raid"),
    "nobody": (["export", "--sender", "brave-heron-42", "--out", "x.zip"], "known"),
    "a folder that is not there": (["export", "--raid", "7cd46b78", "--out", "no/x.zip"], "folder"),
    "a recipient that is none": (
        ["export", "--raid", "7cd46b78", "--out", "x.zip", "--encrypt-to", "age1nonsense"],
        "age",
    ),
    "no dossier": (["verify", "responses.yaml"], "no dossier"),
    "no dossier, told to a program": (["verify", "responses.yaml", "--json"], "no dossier"),
    "no file": (["verify", "nowhere.zip"], "cannot be read"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_is_wrong_is_said_in_one_sentence(sqlite_url: str, tmp_path: Path, wrong: str) -> None:
    arguments, told = WRONG[wrong]
    (tmp_path / "responses.yaml").write_text("x", encoding="utf-8")
    rules = str(Path(__file__).parents[2] / "responses.yaml")
    environment = environment_of(sqlite_url, {"REMPART_RESPONSES": rules})
    status, _, error = await rempart(environment, *arguments, cwd=tmp_path)
    assert status == 2, error
    assert len(error.splitlines()) == 1
    assert told in error
    assert "Traceback" not in error


async def test_only_the_holder_of_the_key_opens_an_encrypted_dossier(sqlite_url: str, tmp_path: Path) -> None:
    world = World(Store(sqlite_url))
    raid = await world.raid()
    await world.store.close()
    identity = pyrage.x25519.Identity.generate()
    to = str(identity.to_public())
    asked = ("export", "--raid", raid, "--out", "r.zip", "--encrypt-to", to)
    told = await rempart(environment_of(sqlite_url), *asked, cwd=tmp_path)
    assert told[0] == 0, told
    assert not (tmp_path / "r.zip").exists()
    sealed = (tmp_path / "r.zip.age").read_bytes()
    status, _, error = await rempart({}, "verify", "r.zip.age", cwd=tmp_path)
    assert (status, "age" in error) == (2, True)
    (tmp_path / "open.zip").write_bytes(pyrage.decrypt(sealed, [identity]))
    for file in ("r.zip.age", "open.zip"):
        assert hashlib.sha256((tmp_path / file).read_bytes()).hexdigest() in told[1]
    assert "Decrypt it" in told[1]
    again = await rempart(environment_of(sqlite_url), *asked, cwd=tmp_path)
    assert (again[0], "r.zip.age is there already" in again[2]) == (2, True)
    assert (tmp_path / "r.zip.age").read_bytes() == sealed
    assert (await rempart({}, "verify", "open.zip", cwd=tmp_path))[0] == 0


async def answered(house: House) -> None:
    """One ordinary person writes, and has the reply."""
    await house.provider.text("+33611223344", "Salut, c'est Paul de samedi")
    await until(lambda: house.replies("delivered"), "the reply was delivered")


async def raided(house: House) -> str:
    """A paste from six numbers comes in at the door, as Twilio sends it."""
    for sender in range(6):
        await house.provider.text(number(sender), PASTE)
    await house.folded()
    return str(await house.service.store.read(lambda one: one.scalar(select(raids.c.id))))


async def test_beside_a_service_the_provider_confirms_what_is_exported(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with opened(sqlite_url, tmp_path) as house:
        await answered(house)
        await raided(house)
        environment = environment_of(sqlite_url, house.environment) | {
            "REMPART_RESPONSES": str(tmp_path / "responses.yaml"),
            "REMPART_PUBLIC_URL": house.url,
        }
        since, now = iso(system_clock() - DAY), iso(system_clock() + DAY)
        told = await rempart(
            environment, "export", "--since", since, "--until", now, "--out", "d.zip", "--json", cwd=tmp_path
        )
        assert told[0] == 0, told
        plain = json.loads(told[1])
        assert (plain["messages"], plain["requests"], plain["requests_genuine"]) == (
            7,
            plain["requests"],
            plain["requests"],
        )
        assert plain["requests"] >= 7
        found = files(tmp_path / "d.zip")
        compared = json.loads(found["data/comparison.json"])["sms"]
        assert (compared["asked"], compared["same"], compared["differences"]) == (True, 7, [])
        kinds = {json.loads(one["plain"]).get("what") for one in lines(found["data/entries.jsonl"])}
        assert "send" in kinds
        pinned = await rempart(environment, "pin", cwd=tmp_path)
        (tmp_path / "head.txt").write_text(pinned[1], encoding="utf-8")
        key = await rempart(environment, "key", cwd=tmp_path)
        assert key[1].strip() == plain.get("key", key[1].strip())
        await rempart(environment, "export", "--since", since, "--until", now, "--out", "e.zip", cwd=tmp_path)
    said = await rempart({}, "verify", "e.zip", "--against", "d.zip", "--head", "head.txt", cwd=tmp_path)
    assert said[0] == 0, said


async def test_what_is_asked_for_in_the_room_is_made_on_the_server(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dossiers, "nice", 0)  # a machine that is busy with tests would let it wait for ever
    from bridge.model import Act  # noqa: PLC0415
    from tests.support.house import QUICK  # noqa: PLC0415

    rules = QUICK + b"organisers: {moderators: [], admins: [U0ADMIN]}\n"
    async with opened(sqlite_url, tmp_path, rules) as house:
        raid = await raided(house)
        for actor, id_ in (("U0OTHER", "1"), ("U0ADMIN", "2")):
            act = Act("slack", id_, actor, "dossier", raid, system_clock(), member=True)
            await house.service.host.act(act)

        async def is_made() -> object:
            return (await house.service.store.read(lambda one: one.execute(select(dossiers)))).first()

        made = await until(is_made, "the dossier was made")
        assert made.error == ""
        (card, *_) = await house.service.board.cards()
        assert [one for one in card.buttons if one.verb == "dossier"]
        assert [one for one in card.notes if made.file in one.text]
    assert (await rempart({}, "verify", made.file, cwd=tmp_path))[0] == 0


PHOTO = b"\xff\xd8\xff\xe0 <script>no picture at all</script>"


async def test_photos_are_fetched_where_somebody_says_so_and_are_never_looked_at(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with opened(sqlite_url, tmp_path) as house:
        await house.provider.show(number(1), ("image/jpeg", PHOTO), ("image/png", b"gone"))
        await until(lambda: house.replies("delivered"), "a photo alone was answered like any first message")
        gone = next(path for path, (kind, _) in house.provider.account.media.items() if kind == "image/png")
        del house.provider.account.media[gone]
        environment = environment_of(sqlite_url, house.environment)
        environment["REMPART_RESPONSES"] = str(tmp_path / "responses.yaml")
        asked = ("export", "--sender", number(1), "--no-compare", "--json", "--out")
        with_media = await rempart(environment, *asked, "with.zip", "--media", cwd=tmp_path)
        without = await rempart(environment, *asked, "without.zip", cwd=tmp_path)
        exported = select(events.c.id).where(events.c.kind == "act")
        acted = (await house.service.store.read(lambda one: one.execute(exported))).all()
    assert [json.loads(told[1])["media"] for told in (with_media, without)] == [
        {"known": 2, "fetched": 1, "failed": 1},
        {"known": 2, "fetched": 0, "failed": 0},
    ]
    found = files(tmp_path / "with.zip")
    had, lost = lines(found["data/media.jsonl"])
    assert found[f"data/{had['file']}"] == PHOTO
    assert (had["sha256"], had["bytes"]) == (hashlib.sha256(PHOTO).hexdigest(), len(PHOTO))
    assert (had["type_told"], had["type_sent"], lost["error"]) == ("image/jpeg", "image/jpeg", "status_404")
    assert not [name for name in files(tmp_path / "without.zip") if "media" in name]
    assert len(acted) == 2
    assert (await rempart({}, "verify", "with.zip", cwd=tmp_path))[0] == 0
