"""The site is built without a single complaint, in both languages; a broken link is one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo.chromium import chromium
from tests.documents.pages import DOCS, GUIDE


def build(source: Path, out: Path, language: str, builder: str = "html") -> subprocess.CompletedProcess[str]:
    """As `make docs` does; every complaint is an error."""
    words = ["-m", "sphinx", "-q", "-W", "-n", "--keep-going", "-b", builder]
    words += [
        "-c",
        str(DOCS),
        "-D",
        f"language={language}",
        "-d",
        str(out / ".doctrees"),
        str(source),
        str(out),
    ]
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The French site; it cannot be built with a complaint."""
    site = tmp_path_factory.mktemp("site") / "fr"
    done = build(DOCS / "fr", site, "fr")
    assert (done.returncode, done.stderr) == (0, "")
    return site


def test_the_french_site_is_french_and_leads_to_the_english_one(french: Path) -> None:
    pages = {name: (french / name).with_suffix(".html").read_text("utf-8") for name in GUIDE}
    assert all('lang="fr"' in page for page in pages.values())
    assert 'href="../tutorial.html"' in pages["tutorial.md"]
    assert 'href="../slack.html#being-woken"' in pages["for-real.md"]


def test_the_english_site_is_built(tmp_path: Path) -> None:
    done = build(DOCS, tmp_path / "en", "en", "dummy")  # reads and resolves all, and writes nothing
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(
    chromium() is None, reason="NO CHROMIUM: whether a page is one when printed was not looked at"
)
def test_the_page_for_the_night_is_one_page_when_printed(french: Path, tmp_path: Path) -> None:
    """French is the longer one."""
    printed, page = tmp_path / "printed.pdf", french / "during-a-raid.html"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    words = [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run([str(chromium()), *flags, *words], check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type /Page[^s]", printed.read_bytes())) == 1


BROKEN = ["[x](nowhere.md)", "[x](index.md#nowhere)", "![x](nowhere.svg)"]


def test_a_broken_link_is_an_error(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.md").write_text("# A page\n\n" + "\n\n".join(BROKEN) + "\n", encoding="utf-8")
    done = build(site, tmp_path / "out", "en", "dummy")
    assert done.returncode != 0
    assert done.stderr.count("nowhere") == len(BROKEN)
