"""The documents as a site in two languages, by Sphinx: `make docs`.

The pages are written so that they also read well where they lie: links lead to files. English pages and
French ones (`fr/`) are two sites, one in the other, each with a search and words of its own.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "Rempart"
extensions = ["myst_parser"]
exclude_patterns = ["fr", "_static"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Rempart"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"light_css_variables": {"color-brand-primary": "#22303c"}}

HERE = Path(__file__).parent

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./|fr/)[^)\s]*)\)")
_TITLE = re.compile(r"^# .+$", re.MULTILINE)
_LISTED = re.compile(r"\]\(([\w-]+)\.md\)")


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Makes of a page as it lies there a page of the site."""
    folder = Path(app.srcdir)
    text = _LINK.sub(lambda link: _led(folder, link[1], link[2]), source[0])
    other = _in_the_other_language(folder, docname)
    if other:
        text = _TITLE.sub(lambda title: f"{title[0]}\n\n{other}", text, count=1)
    source[0] = text + _contents(text) if docname == app.config.root_doc else text


def _led(folder: Path, said: str, target: str) -> str:
    """A link to the other site; what lies outside of both is only named."""
    name, _, anchor = target.partition("#")
    if (folder / name).resolve().is_relative_to(HERE) and name.endswith(".md"):
        return f'<a href="{name.removesuffix(".md")}.html{anchor and "#" + anchor}">{said}</a>'
    return said


def _in_the_other_language(folder: Path, docname: str) -> str:
    french = folder != HERE
    other = (HERE if french else HERE / "fr") / f"{docname}.md"
    if not other.exists():
        return ""
    there, said = ("../", "English") if french else ("fr/", "Français")
    return (
        f'<p class="other-language"><a href="{there}{docname}.html" lang="{said[:2].lower()}">{said}</a></p>'
    )


def _contents(text: str) -> str:
    """What the first page lists, section by section, in the margin of all."""
    told = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        if listed := _LISTED.findall(section):
            caption = section.partition("\n")[0]
            told += ["", "```{toctree}", ":hidden:", f":caption: {caption}", *dict.fromkeys(listed), "```"]
    return "\n".join(told) + "\n"


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True}
