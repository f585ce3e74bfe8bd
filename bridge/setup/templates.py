"""The files that an installation is made of, as they lie in `packaging/`: one source for all who use them."""

from pathlib import Path

UNIT, CADDY = "rempart.service", "Caddyfile"


def template(name: str) -> str:
    """The text of one: inside the package once installed, else the checkout's."""
    packaged = Path(__file__).with_name(name)
    checkout = Path(__file__).parents[2] / "packaging" / name
    return (packaged if packaged.exists() else checkout).read_text(encoding="utf-8")
