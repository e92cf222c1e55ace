"""Several things at once."""

import threading
from collections.abc import Callable


def together(*works: Callable[[], None]) -> None:
    """Run all at once; the first error of any is raised."""
    errors: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised below
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class Meeting:
    """Two threads go on once both have come here; whoever comes again does not wait."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)
        self._came = threading.local()

    def once(self) -> None:
        if not getattr(self._came, "here", False):
            self._came.here = True
            self._barrier.wait(10)
