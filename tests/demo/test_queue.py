"""The queue that the page shows: what is held, the next to leave first, and nobody's number."""

from bridge.demo.queue import NEXT, queue
from bridge.model import MINUTE
from bridge.noun import asdict
from bridge.store.engine.store import Store
from tests.support.clock import TestClock
from tests.support.events import Bridge
from tests.support.leaving import pass_
from tests.support.raiding import Scene, number, ordinary

PRICE = 76_300


async def test_what_is_held_is_told_by_handle_the_next_to_leave_first(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock()))
    assert asdict(await store.read(queue)) == {"replies": 0, "price": 0, "next": ()}
    await scene.told(enumerate(ordinary()[: NEXT + 2]))
    told = await store.read(queue)
    assert (told.replies, told.price, len(told.next)) == (NEXT + 2, (NEXT + 2) * PRICE, NEXT)
    due = {(await scene.sender(n)).handle: (await scene.replies(n))[0].due_at for n in range(NEXT + 2)}
    assert [one.handle for one in told.next] == sorted(due, key=lambda handle: due[handle])[:NEXT]
    assert not any(one.doubtful for one in told.next)
    assert not any(number(n)[3:] in str(asdict(told)) for n in range(NEXT + 2))
    await pass_(scene.bridge, 50 * MINUTE)
    assert (await store.read(queue)).replies == 0
