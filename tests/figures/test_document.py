"""No figure is shown whose meaning docs/figures.md does not say, and it names none that there is not."""

import re
from pathlib import Path

import pytest

from bridge.service.health import Vitals, _Snapshot
from bridge.status import describe
from bridge.store.looks.overview import Overview, RaidCount
from bridge.views import Day, Ending, Night, RaidView, Readers, Stretch, Threatened
from tests.support.clock import NOON

DOCUMENT = Path(__file__).parents[2] / "docs" / "figures.md"

NO_FIGURES = {
    "day": {
        "date",
        "acts",
        "limited",
        "open_until",
        "troubles",
        "refused",
        "mended_at",
        "uncopied",
        "absence",
        "down",
        "turns",
        "dry",
    },
    "night": {"limited", "troubles", "refused"},
    "raid": {
        *(
            "id",
            "opened_at",
            "grown_at",
            "open",
            "undo",
            "loudest_muted",
            "lesson",
            "false_alarm",
            "posture",
            "until",
        ),
        *("stances", "ending", "acts", "dossiers", "dry", "newest"),
    },
    "ending": set[str](),
    "stretch": {"begin"},
    "threatened": {"date"},
    "readers": {"last"},
}
"""What a card shows that counts nothing: instants, states, and sentences."""

VIEWS = {"day": Day, "night": Night, "raid": RaidView, "ending": Ending, "stretch": Stretch}
VIEWS |= {"threatened": Threatened, "readers": Readers}


def rows() -> dict[str, str]:
    """What the document says, by the name of each figure; several may share a row."""
    found = re.findall(r"^\| (`.+?`(?:, `.+?`)*) \| (.+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    return {name: told for names, told in found for name in re.findall(r"`(.+?)`", names)}


def shown() -> set[str]:
    """Every figure of a view."""
    return {
        f"{name}.{field}"
        for name, view in VIEWS.items()
        for field in view.__struct_fields__
        if field not in NO_FIGURES[name]
    }


def test_every_figure_of_a_card_is_explained_and_every_explained_one_is_shown() -> None:
    explained = {name for name in rows() if name.partition(".")[0] in VIEWS}
    assert explained == shown()


@pytest.mark.parametrize("group", ["pot", "replies"])
def test_every_sum_of_the_status_is_explained(group: str) -> None:
    told = describe(Overview(), {}, 0, (), running=True, deciding=True, rules_refused=None)
    counts: dict[str, float] = told[group]  # type: ignore[literal-required]
    assert {f"{group}.{name}" for name in counts} == {one for one in rows() if one.startswith(f"{group}.")}


def test_every_metric_is_explained() -> None:
    raid = RaidCount("1f2e3d4c", "Copper Squall", True, 1, 1, 0)
    names = {one.name for one in _Snapshot(Vitals(NOON, Overview(), {}, {}, {}, raid=raid)).collect()}
    assert names == {one for one in rows() if one.startswith("rempart_")}


def test_every_explanation_is_a_sentence() -> None:
    assert len(rows()) > 50
    assert all((told.endswith(".") and told[0].isupper()) or told[0] in "*`1" for told in rows().values())
