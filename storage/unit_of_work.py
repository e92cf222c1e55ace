"""One transaction's view of everything stored. It never commits: whoever runs it does."""

from sqlalchemy import Connection

from bot.domain.escalation import Way
from bot.ids import Ids
from storage.assignments import Assignments, Handovers, Pages
from storage.audit import Audit
from storage.blob_rows import BlobRows
from storage.cases import Attachments, Cases
from storage.conversations import Conversations
from storage.deliveries import Deliveries
from storage.inbox import Inbox
from storage.invites import Invites, Strangers
from storage.outbox import Outbox
from storage.people import People
from storage.pools import Facilities, Pools
from storage.reports import Notes, Reports
from storage.rotas import Policies, Rotas
from storage.schema import metadata
from storage.seal import Keyring, Sealer
from storage.sharing import Sharing
from storage.takers import Takers
from storage.tasks import Tasks
from storage.timers import Timers
from storage.unplaced import Unplaced
from storage.work import WorkQueue


class UnitOfWork:
    """The repositories of one transaction; services take it and neither commit nor keep it."""

    def __init__(
        self,
        connection: Connection,
        *,
        keyring: Keyring,
        ids: Ids,
        ways: frozenset[Way] = frozenset(),
        chats: frozenset[str] | None = None,
    ) -> None:
        """`notices` collects the names of the queues that got rows, for the loops that wait on them.

        `ways`: those beside the chat by which this service reaches people; nothing is put for any other. `chats`:
        the channels that it writes by, None for all; an address on any other reaches nobody.
        """
        self.connection = connection
        self.ways = ways
        self.ids = ids
        self.sealer = Sealer(connection, keyring, ids)
        self.keys = self.sealer
        self.notices: set[str] = set()

        self.inbox = Inbox(connection, self.sealer, self.notices)
        self.outbox = Outbox(connection, self.sealer, self.notices)
        self.deliveries = Deliveries(connection, self.sealer, self.notices)
        self.work = WorkQueue(connection, self.sealer, self.notices)
        self.timers = Timers(connection, self.sealer, self.notices, self.inbox)
        self.takers = Takers(connection, self.notices)
        self.conversations = Conversations(connection, self.sealer)
        self.audit = Audit(connection, self.sealer)
        self.blobs = BlobRows(connection)

        self.people = People(connection, self.sealer, ids, chats)
        self.facilities = Facilities(connection, self.sealer, ids)
        self.pools = Pools(connection, ids)
        self.invites = Invites(connection, self.sealer, ids)
        self.strangers = Strangers(connection, self.sealer)
        self.cases = Cases(connection, self.sealer, ids)
        self.attachments = Attachments(connection, self.sealer, ids)
        self.assignments = Assignments(connection, ids)
        self.pages = Pages(connection, ids)
        self.handovers = Handovers(connection, ids)
        self.tasks = Tasks(connection, ids)
        self.reports = Reports(connection, self.sealer, ids)
        self.notes = Notes(connection, self.sealer, ids)
        self.sharing = Sharing(connection, self.sealer, ids)
        self.unplaced = Unplaced(connection, self.sealer, ids)
        self.rotas = Rotas(connection, ids)
        self.policies = Policies(connection, ids)

    def flush(self) -> None:
        """Write what is kept for the end of the transaction; whoever commits calls it first."""
        self.outbox.flush()
        self.audit.flush()

    def create_tables(self) -> None:
        """See `Database.create_tables`."""
        metadata.create_all(self.connection)
