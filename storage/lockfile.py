"""Which process has a SQLite database: a lock that the kernel drops with the process."""

import fcntl
import os
from pathlib import Path
from typing import Self


class DatabaseTakenError(RuntimeError):
    """Another process has the database open for writing."""


class LockFile:
    """An exclusive lock on `<database>.lock`; the file names the process for the one who finds it taken."""

    def __init__(self, handle: int) -> None:
        """Use `take`."""
        self._handle = handle

    @classmethod
    def take(cls, path: Path, *, owner: str) -> Self:
        """The lock, or DatabaseTakenError with a sentence that says who has it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 200).decode(errors="replace").strip() or "another process"
            os.close(handle)
            raise DatabaseTakenError(
                f"the database is in use by {holder}; stop it first, or use its own commands ({path})"
            ) from error
        os.ftruncate(handle, 0)
        os.write(handle, f"{owner} (process {os.getpid()})\n".encode())
        return cls(handle)

    def release(self) -> None:
        """Let another process have it."""
        os.close(self._handle)
