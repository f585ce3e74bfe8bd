"""Which files begin first, where several workers run them.

A file's tests stay on one worker, so that what they share is made once. The longest begin first: else the run
would end with one worker in a file that it began late, and others that have nothing left to do.
"""

import pytest

LONGEST = (
    "tests/chaos/test_kills.py",
    "tests/house/test_wheel.py",
    "tests/demo/test_raid.py",
    "tests/service/test_migrate_store.py",
    "tests/demo/test_page.py",
    "tests/demo/test_crowds.py",
    "tests/heart/test_cuts.py",
    "tests/replay/test_quiet_weeks.py",
    "tests/service/test_lines.py",
    "tests/demo/test_raid_page.py",
    "tests/service/test_waking.py",
    "tests/chaos/test_several.py",
    "tests/service/test_nightly.py",
    "tests/service/test_find.py",
    "tests/service/test_command.py",
    "tests/service/test_main_job.py",
    "tests/heart/test_found.py",
    "tests/statuspage/test_browser.py",
    "tests/ways/test_lost_provider.py",
    "tests/house/test_migrations.py",
    "tests/service/test_team.py",
    "tests/service/test_summons.py",
    "tests/demo/test_panes.py",
    "tests/documents/test_site.py",
    "tests/heart/test_calls.py",
    "tests/heart/test_doubtful.py",
    "tests/dossier/test_command.py",
    "tests/store/test_memory.py",
    "tests/store/test_lead.py",
)
"""The others take less than fifteen seconds; a list that lags behind costs some of the time that it saves."""


def longest_first(items: list[pytest.Item]) -> None:
    """Leaves the others in the order in which they were found."""
    place = {file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONGEST)))
