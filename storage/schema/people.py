"""Who takes part: facilities, pools, people, their roles and addresses, and the invitations that bring them in."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from storage.schema import code_column, id_column, instant_column, metadata, ref_column, sealed_column

facility = Table(
    "facility",
    metadata,
    id_column(),
    Column("name", String(200), nullable=False, unique=True),
    Column("district", String(100), nullable=False, default=""),
    Column("ambulance", String(32), nullable=False, default="108"),
    Column("referral", String(200), nullable=False, default=""),
    sealed_column("contacts", nullable=True),
    Column("ultrasound_registration", String(64), nullable=False, default=""),
)
"""`ultrasound_registration`: under which number the clinic is registered for ultrasound (PC-PNDT Act 1994, s. 18)."""

pool = Table(
    "pool",
    metadata,
    id_column(),
    Column("name", String(100), nullable=False, unique=True),
    Column("timezone", String(64), nullable=False),
)

pool_specialty = Table(
    "pool_specialty",
    metadata,
    ref_column("pool_id", ForeignKey("pool.id"), primary_key=True),
    code_column("specialty", primary_key=True),
)

person = Table(
    "person",
    metadata,
    id_column(),
    sealed_column("name"),
    code_column("language", length=8),
    ref_column("facility_id", ForeignKey("facility.id"), nullable=True),
    sealed_column("registration", nullable=True),
    code_column("import_key", nullable=True, unique=True),
    instant_column("created_at"),
    instant_column("agreed_at", nullable=True),
    instant_column("verified_at", nullable=True),
    ref_column("verified_by", nullable=True),
    instant_column("revoked_at", nullable=True),
)

person_role = Table(
    "person_role",
    metadata,
    ref_column("person_id", ForeignKey("person.id"), primary_key=True),
    code_column("role", primary_key=True, length=16),
    CheckConstraint("role IN ('referrer', 'specialist', 'coordinator')", name="role"),
)

pool_member = Table(
    "pool_member",
    metadata,
    ref_column("pool_id", ForeignKey("pool.id"), primary_key=True),
    ref_column("person_id", ForeignKey("person.id"), primary_key=True),
)

address = Table(
    "address",
    metadata,
    id_column(),
    ref_column("person_id", ForeignKey("person.id"), index=True),
    code_column("channel", length=16),
    code_column("lookup", unique=True),
    sealed_column("value"),
    Column("reachable", Boolean, nullable=False, default=True),
    instant_column("created_at"),
    instant_column("last_seen_at", nullable=True),
    instant_column("heard_at", nullable=True),
    instant_column("revoked_at", nullable=True),
)
"""`revoked_at`: nothing goes there any more and nothing is taken from there, as of a lost phone.

`last_seen_at` orders a person's addresses, one just given included; `heard_at` is when she last wrote from it.
"""

address_user = Table(
    "address_user",
    metadata,
    code_column("lookup", primary_key=True),
    ref_column("person_id", ForeignKey("person.id"), primary_key=True, index=True),
    instant_column("chosen_at", nullable=True),
)
"""Who writes from an address that several people share; `chosen_at`: when she last said that it is she.

The address itself belongs to the one who writes now. One that is nobody's but its owner's has no rows here.
"""

held_event = Table(
    "held_event",
    metadata,
    id_column(),
    code_column("lookup", index=True),
    sealed_column("value"),
    instant_column("held_at"),
)
"""What came from a shared phone before it was said who writes: it is handled as hers the moment she says so."""

invite = Table(
    "invite",
    metadata,
    id_column(),
    code_column("code_hash", unique=True),
    code_column("role", length=16),
    ref_column("facility_id", ForeignKey("facility.id"), nullable=True),
    ref_column("pool_id", ForeignKey("pool.id"), nullable=True),
    sealed_column("name", nullable=True),
    ref_column("person_id", nullable=True),
    ref_column("created_by", nullable=True),
    instant_column("created_at"),
    instant_column("expires_at"),
    instant_column("used_at", nullable=True),
    ref_column("used_by", nullable=True),
)

stranger = Table(
    "stranger",
    metadata,
    code_column("lookup", primary_key=True),
    Column("tries", Integer, nullable=False, default=0),
    instant_column("since"),
    instant_column("told_at", nullable=True),
)
"""An unknown address and how often it tried a code: nothing of what it sent."""

task = Table(
    "task",
    metadata,
    id_column(),
    code_column("kind", length=32),
    code_column("subject"),
    ref_column("case_id", nullable=True, index=True),
    code_column("state", length=8),
    ref_column("taken_by", nullable=True),
    instant_column("created_at"),
    instant_column("pushed_at", nullable=True),
    instant_column("taken_at", nullable=True),
    instant_column("done_at", nullable=True),
    UniqueConstraint("kind", "subject"),
    CheckConstraint("state IN ('open', 'taken', 'done')", name="state"),
)
"""What a coordinator is asked to do; `subject` names what it is about, once for each kind."""
