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
    "tests/service/test_lines.py",
    "tests/service/test_doubts.py",
    "tests/service/test_waking.py",
    "tests/heart/test_cuts.py",
    "tests/service/test_main_job.py",
    "tests/demo/test_page.py",
    "tests/service/test_command.py",
    "tests/demo/test_crowds.py",
    "tests/web/test_connections.py",
    "tests/simulate/test_scenarios.py",
    "tests/replay/test_quiet_weeks.py",
    "tests/store/test_lead.py",
    "tests/demo/test_raid_page.py",
    "tests/demo/test_team.py",
    "tests/service/test_find.py",
    "tests/demo/test_api.py",
    "tests/service/test_stopping.py",
    "tests/service/test_several.py",
    "tests/dossier/test_command.py",
    "tests/third_party/test_third_party.py",
    "tests/documents/test_site.py",
    "tests/chaos/test_several.py",
    "tests/loops/test_last_words.py",
    "tests/pot/test_saved.py",
    "tests/service/test_bad_calls.py",
    "tests/service/test_rotating.py",
    "tests/store/test_memory.py",
    "tests/demo/test_panes.py",
    "tests/demo/test_command.py",
    "tests/service/test_teach.py",
    "tests/service/test_team.py",
    "tests/heart/test_calls.py",
    "tests/store/test_wide.py",
    "tests/setup/test_interview.py",
    "tests/service/test_broken_setups.py",
    "tests/heart/test_found.py",
    "tests/house/test_packaging.py",
    "tests/service/test_store_faults.py",
)
"""The others take less than twelve seconds; a list that lags behind costs some of the time that it saves."""


def longest_first(items: list[pytest.Item]) -> None:
    """Leaves the others in the order in which they were found."""
    place = {file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONGEST)))
