"""What lies in `packaging` and for CI is sound: each file is read by a program that knows its kind."""

import re
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.setup.team_rules import USUAL, base
from bridge.store.engine.files import beside
from bridge.web.webhooks import LARGEST_BODY
from channels.slack.webhook import LIMIT_BYTES
from tests.house.release import objections, sections, version
from tests.support.tools import insist

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
COMPOSE = sorted(PACKAGING.glob("compose.*.yaml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def found_sound(*words: str | Path) -> None:
    """A checker has nothing to say."""
    done = subprocess.run(list(map(str, words)), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def stages() -> list[str]:
    """The image file, stage by stage."""
    text = (PACKAGING / "Dockerfile").read_text(encoding="utf-8")
    return re.split(r"^(?=FROM )", text, flags=re.MULTILINE)[1:]


def test_the_image_is_built_apart_from_what_it_runs() -> None:
    *builders, final = stages()
    assert len(builders) >= 2
    assert [one for one in ("gcc", "uv ", "git", "make ", "-dev") if one in final] == []
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert "sqlite3.sqlite_version_info >= (3, 51, 3)" in final
    assert final.rindex("USER ") < final.rindex("ENTRYPOINT")


_PINNED = r"ADD --checksum=sha256:[0-9a-f]{64} \\\n\s+\S+"


def test_what_the_image_downloads_beside_packages_is_pinned_by_its_digest() -> None:
    text = (PACKAGING / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"https?://(?!127)\S+", re.sub(_PINNED, "", text)) == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (pinned,) = re.findall(r"^UV_VERSION := (\S+)$", makefile, re.MULTILINE)
    assert f"uv=={pinned}" in text
    assert "--constraints requirements.lock" in text


def test_the_image_file_is_linted() -> None:
    found_sound(insist("hadolint"), PACKAGING / "Dockerfile")


def services(file: Path) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["services"]
    return told


@pytest.mark.parametrize("file", COMPOSE, ids=lambda file: file.name)
def test_every_container_is_shut_in(file: Path) -> None:
    for name, service in services(file).items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert "ports" not in services(file)["rempart"]


SCHEMAS: Mapping[str, Sequence[Path]] = {
    "compose-spec": COMPOSE,
    "github-workflows": WORKFLOWS,
    "dependabot": [ROOT / ".github" / "dependabot.yml"],
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_each_file_follows_the_schema_of_its_kind(schema: str) -> None:
    found_sound(insist("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *SCHEMAS[schema])


def test_workflows_are_audited() -> None:
    found_sound(insist("zizmor"), "--offline", "--quiet", ".github")


def test_every_action_is_pinned_by_commit_and_says_which_release_that_is() -> None:
    used = [
        line.strip()
        for file in WORKFLOWS
        for line in file.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]
    assert len(used) > 5
    assert [one for one in used if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", one)] == []


def test_whoever_commits_has_the_same_checks() -> None:
    told = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repo in told["repos"] for hook in repo["hooks"]]
    assert {"ruff-format", "ruff-check", "mypy"} <= {hook["id"] for hook in hooks}


SCRIPTS = sorted((PACKAGING / "yunohost" / "scripts").iterdir())


def test_the_scripts_of_the_yunohost_package_are_linted() -> None:
    found_sound(insist("shellcheck"), "--shell=bash", "--exclude=SC1091,SC2154", *SCRIPTS)


def test_the_yunohost_package_installs_this_release_and_asks_for_what_its_scripts_use() -> None:
    manifest = tomllib.loads((PACKAGING / "yunohost" / "manifest.toml").read_text(encoding="utf-8"))
    assert manifest["packaging_format"] == 2
    assert manifest["version"].partition("~")[0] == version()
    assert {"install", "remove", "upgrade", "backup", "restore"} <= {one.name for one in SCRIPTS}
    used = set(re.findall(r"\$(install_dir|data_dir)\b", "".join(one.read_text() for one in SCRIPTS)))
    assert used <= manifest["resources"].keys()
    templates = "".join(one.read_text() for one in (PACKAGING / "yunohost" / "conf").iterdir())
    assert set(re.findall(r"__([A-Z]+)__", templates)) == {"SECRET", "PORT", "DOMAIN"}


def test_the_proxy_of_yunohost_takes_whatever_the_service_takes() -> None:
    text = (PACKAGING / "yunohost" / "conf" / "nginx.conf").read_text(encoding="utf-8")
    (mega,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(mega) * 1024 * 1024 >= max(LIMIT_BYTES, LARGEST_BODY)


def test_yunohost_keeps_whatever_a_copy_is_read_with() -> None:
    text = (PACKAGING / "yunohost" / "scripts" / "backup").read_text(encoding="utf-8")
    (kept,) = re.findall(r"^for file in (.+); do$", text, re.MULTILINE)
    database = Path("rempart.db")
    keys = {beside(database, ending).name for ending in (".key", ".key.before")}
    rules = {USUAL, base(Path(USUAL)).name}
    assert {".env", *keys, *rules} == set(kept.split())


def test_what_checks_is_pinned_by_hash() -> None:
    lock = (PACKAGING / "tools.lock").read_text(encoding="utf-8")
    wanted = [line for line in (PACKAGING / "tools.in").read_text().splitlines() if line[:1] not in ("", "#")]
    assert [one for one in wanted if f"\n{one}==" not in f"\n{lock}"] == []
    assert lock.count("==") <= lock.count("--hash=sha256:")


def test_the_changelog_knows_the_release_that_is_being_made() -> None:
    assert version() in sections()
    assert objections("v0.0.0")[0] == f"The tag is v0.0.0, and pyproject.toml says {version()}."
