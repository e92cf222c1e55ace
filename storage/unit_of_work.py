"""One transaction's view of everything stored. It never commits: whoever runs it does."""

from sqlalchemy import Connection

from bot.ids import Ids
from storage.audit import Audit
from storage.blob_rows import BlobRows
from storage.conversations import Conversations
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.schema import metadata
from storage.seal import Keyring, Sealer
from storage.timers import Timers
from storage.work import WorkQueue


class UnitOfWork:
    """The repositories of one transaction; services take it and neither commit nor keep it."""

    def __init__(self, connection: Connection, *, keyring: Keyring, ids: Ids) -> None:
        """`notices` collects the names of the queues that got rows, for the loops that wait on them."""
        self.connection = connection
        self.ids = ids
        self.sealer = Sealer(connection, keyring, ids)
        self.keys = self.sealer
        self.notices: set[str] = set()

        self.inbox = Inbox(connection, self.sealer, self.notices)
        self.outbox = Outbox(connection, self.sealer, self.notices)
        self.work = WorkQueue(connection, self.sealer, self.notices)
        self.timers = Timers(connection, self.sealer, self.notices, self.inbox)
        self.conversations = Conversations(connection, self.sealer)
        self.audit = Audit(connection, self.sealer)
        self.blobs = BlobRows(connection)

        # People, cases and rotas: one line a repository, below.

    def create_tables(self) -> None:
        """See `Database.create_tables`."""
        metadata.create_all(self.connection)
