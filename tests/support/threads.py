"""The threads of this process."""

import threading

from tests.support.house import until


async def no_more_threads_than(before: int) -> None:
    """Returns once every thread that was begun meanwhile has ended. Fails when one does not."""

    async def ended() -> bool:
        return threading.active_count() <= before

    await until(ended, "every thread ended")
