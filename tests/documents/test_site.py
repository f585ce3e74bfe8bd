"""The site is built without a single complaint, in both languages; a broken link is one."""

import subprocess
import sys
from pathlib import Path

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


def test_both_sites_are_built(tmp_path: Path) -> None:
    english = build(DOCS, tmp_path / "en", "en", "dummy")  # reads and resolves all, and writes nothing
    assert (english.returncode, english.stderr) == (0, "")
    french = build(DOCS / "fr", tmp_path / "fr", "fr")
    assert (french.returncode, french.stderr) == (0, "")
    pages = {name: (tmp_path / "fr" / name).with_suffix(".html").read_text("utf-8") for name in GUIDE}
    assert all("<html" in page and 'lang="fr"' in page for page in pages.values())
    assert 'href="../tutorial.html"' in pages["tutorial.md"]
    assert 'href="../slack.html#being-woken"' in pages["for-real.md"]


BROKEN = ["[x](nowhere.md)", "[x](index.md#nowhere)", "![x](nowhere.svg)"]


def test_a_broken_link_is_an_error(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.md").write_text("# A page\n\n" + "\n\n".join(BROKEN) + "\n", encoding="utf-8")
    done = build(site, tmp_path / "out", "en", "dummy")
    assert done.returncode != 0
    assert done.stderr.count("nowhere") == len(BROKEN)
