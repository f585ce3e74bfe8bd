"""The tables, as the newest migration leaves them. Invariants live here wherever SQL can say them.

Times are integer microseconds UTC, money is integer micro-euros, ids are ours.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator

from bridge.model import Progress, Verdict
from bridge.reasons import Reason

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

_RowNumber = BigInteger().with_variant(Integer, "sqlite")
_IN_FLIGHT_SQL = text("progress IN ('sending', 'in_doubt')")
_UNSENT_SQL = text("unsent IS NOT NULL")
_DRY_PG, _DRY_SQLITE = text("dry"), text("dry = 1")  # SQLite has numbers for truth
_CALL_SQL = text("form = 'call'")
_ASKED_SQL = text("forget_at IS NOT NULL")
_PROGRESSES = ", ".join(f"'{progress}'" for progress in Progress)

KNOWN_BY = {"events", "senders", "outbox", "pot", "facts", "alembic_version"}
"""The tables by which a database of ours is known, of whatever release."""


class Reasons(TypeDecorator[tuple[Reason, ...]]):
    """Several reasons, each as its code and its data."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Reason] | None, _dialect: Any) -> Any:
        """As they are stored."""
        return None if value is None else [one.plain() for one in value]

    def process_result_value(self, value: Any, _dialect: Any) -> tuple[Reason, ...] | None:
        """As the heart knows them."""
        return None if value is None else tuple(map(Reason.read, value))


class OneReason(TypeDecorator[Reason]):
    """One, likewise."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Reason | None, _dialect: Any) -> Any:
        """As it is stored."""
        return None if value is None else value.plain()

    def process_result_value(self, value: Any, _dialect: Any) -> Reason | None:
        """As the heart knows it."""
        return None if value is None else Reason.read(value)


facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    comment="What must be known of the database itself.",
)

senders = Table(
    "senders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", LargeBinary, comment="Wrapped; erased with the person."),
    Column("address", LargeBinary, comment="Sealed with the sender's key."),
    Column("handle", String(64), unique=True, comment="Given when the first event is folded."),
    Column("messages", Integer, nullable=False, server_default="0"),
    Column("first_at", BigInteger),
    Column("last_at", BigInteger),
    Column("stopped_at", BigInteger),
    Column("blocked_at", BigInteger),
    Column("muted_until", BigInteger),
    Column("verdict", String(16), nullable=False, server_default=Verdict.ORDINARY.value),
    Column("reasons", Reasons, nullable=False, server_default="[]"),
    Column("raid", String(32), comment="The raid that the sender was judged to take part in."),
    Column("met_at", BigInteger, comment="Since when there is a key."),
    Column("forget_at", BigInteger, comment="Set while they have asked to be forgotten."),
    Column("erased_at", BigInteger, comment="When they were last forgotten."),
    Column("wrapped_by", String(16), comment="Which key wraps theirs."),
    Index("ix_senders_raid", "raid"),
    Index("ix_senders_asked", "forget_at", postgresql_where=_ASKED_SQL, sqlite_where=_ASKED_SQL),
)

events = Table(
    "events",
    metadata,
    Column("seq", _RowNumber, primary_key=True, autoincrement=True, comment="Order of arrival here."),
    Column("id", String(32), nullable=False, unique=True, comment="Made from the provider's id."),
    Column("channel", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sender", ForeignKey("senders.id"), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("place", BigInteger, unique=True, comment="In the evidence chain; empty until folded."),
    Column("digest", LargeBinary),
    Column("original", LargeBinary, comment="The provider's own request, sealed with the sender's key."),
    CheckConstraint("(place IS NULL) = (digest IS NULL)", name="place_with_digest"),
    Index(
        "ix_events_unfolded",
        "seq",
        postgresql_where=text("place IS NULL"),
        sqlite_where=text("place IS NULL"),
    ),
)

decisions = Table(
    "decisions",
    metadata,
    Column("event", ForeignKey("events.id"), primary_key=True),
    Column("verdict", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("rule", String(64)),
    Column("reply", String(32)),
    Column("cost", BigInteger, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Column("reasons", Reasons, nullable=False),
    Column("why", String(32), comment="The code of its first reason: what figures count by."),
    Column("sender", String(32)),
    Column("suspicion", Integer, comment="How abusive the register looks, per mille."),
    Column("raid", String(32), comment="The raid that the message belongs to."),
    Column("posture", String(16), comment="How guarded the service was as the message was met."),
    Column("first", Boolean, comment="Whether the detectors saw the sender's first message in it."),
    Column("form", String(16), comment="What the message was made of, where that was no text."),
    CheckConstraint("cost >= 0", name="cost_is_not_negative"),
    Index("ix_decisions_sender", "sender", "decided_at"),
    Index("ix_decisions_calls", "decided_at", postgresql_where=_CALL_SQL, sqlite_where=_CALL_SQL),
    Index("ix_decisions_decided_at", "decided_at"),
)

IS_CALL = text("decisions.form = 'call'")
"""Of a decision: about a call. Written out, not bound: so engines see that the index of calls will do."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("event", ForeignKey("events.id"), nullable=False, unique=True),
    Column("sender", ForeignKey("senders.id"), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("line", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("wording", String(64), nullable=False, server_default="", comment="A digest of what it says."),
    Column("progress", String(16), nullable=False, server_default=Progress.HELD.value),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("attempted_at", BigInteger),
    Column("settled_at", BigInteger),
    Column("message_id", String(64), unique=True),
    Column("error", String(64)),
    CheckConstraint(f"progress IN ({_PROGRESSES})", name="progress_is_known"),
    Column("cost", BigInteger),  # what the provider charged, once it said so
    Column("rank", Integer, nullable=False, server_default="0"),
    Column("unsent", String(64), comment="The provider's id of what it never sent."),
    Column("doubts", Integer, nullable=False, server_default="0"),  # how often nobody knew what came of it
    Column(
        "dry",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Decided in a dry run: it never leaves.",
    ),
    Column("way", String(32), nullable=False, server_default="", comment="By which other channel it left."),
    Column(
        "unlimited",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Handed over while an admin had the day open: it counts against no hour and no day.",
    ),
    CheckConstraint("segments > 0 AND price >= 0", name="counts_are_sane"),
    CheckConstraint("cost >= 0", name="cost_is_not_negative"),
    # One reply in flight per recipient, so that a doubt can be settled by asking the provider.
    Index(
        "ix_outbox_one_in_flight",
        "sender",
        unique=True,
        postgresql_where=_IN_FLIGHT_SQL,
        sqlite_where=_IN_FLIGHT_SQL,
    ),
    Index("ix_outbox_due", "progress", "due_at"),
    Index("ix_outbox_sender", "sender"),
    Index("ix_outbox_left", "progress", "attempted_at"),
    Index("ix_outbox_dry", "progress", "settled_at", postgresql_where=_DRY_PG, sqlite_where=_DRY_SQLITE),
    Index("ix_outbox_unsent", "channel", postgresql_where=_UNSENT_SQL, sqlite_where=_UNSENT_SQL),
)

pot = Table(
    "pot",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("total", BigInteger, comment="Set by hand: counts above the rules file."),
    Column("spent", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("inbound", BigInteger, nullable=False),
    Column("open_since", BigInteger, comment="When an admin opened the day."),
    Column("open_until", BigInteger, comment="Until when it is, or was, open."),
    CheckConstraint("id = 1", name="only_one"),
    CheckConstraint("spent >= 0 AND reserved >= 0 AND inbound >= 0", name="nothing_below_zero"),
)

prices = Table(
    "prices",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("currency", String(3), nullable=False),
    Column("outbound", BigInteger, comment="Micro-euros a segment, at worst."),
    Column("inbound", BigInteger, comment="Micro-euros a segment."),
    Column("told_at", BigInteger, nullable=False),
    CheckConstraint("outbound > 0 AND inbound >= 0", name="amounts_are_sane"),
    CheckConstraint("currency = 'EUR' OR (outbound IS NULL AND inbound IS NULL)", name="only_euros"),
)

acts = Table(
    "acts",
    metadata,
    Column("event", ForeignKey("events.id"), primary_key=True),
    Column("actor", String(64), nullable=False),
    Column("verb", String(32), nullable=False),
    Column("about", String(128), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("told", OneReason, nullable=False),
    Column("at", BigInteger, nullable=False),
)

mutes = Table(
    "mutes",
    metadata,
    Column("act", ForeignKey("events.id"), primary_key=True),
    Column("sender", ForeignKey("senders.id"), primary_key=True),
    Column("by", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended_by", String(32)),
    Index("ix_mutes_sender", "sender"),
)

picks = Table(
    "picks",
    metadata,
    Column("act", ForeignKey("events.id"), primary_key=True),
    Column("reply", ForeignKey("outbox.id"), primary_key=True),
    Column("rank", Integer, nullable=False, comment="The rank that the reply had before."),
    Column("at", BigInteger, nullable=False),
    Column("ended_by", String(32), comment="The act that took it back."),
    Index("ix_picks_reply", "reply"),
)

delays = Table(
    "delays",
    metadata,
    Column("act", ForeignKey("events.id"), primary_key=True),
    Column("reply", ForeignKey("outbox.id"), primary_key=True),
    Column("due_at", BigInteger, nullable=False, comment="When it would leave otherwise."),
    Column("until", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ended_by", String(32), comment="The act that took it back."),
    Index("ix_delays_reply", "reply"),
)

phrase_rules = Table(
    "phrase_rules",
    metadata,
    Column("act", ForeignKey("events.id"), primary_key=True),
    Column("does", String(16), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended_by", String(32), comment="The act that ended it."),
    CheckConstraint("does IN ('mute', 'hold')", name="what_it_does_is_known"),
    comment="What each catches stands in its act, sealed.",
)

pauses = Table(
    "pauses",
    metadata,
    Column("act", ForeignKey("events.id"), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("by", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended_by", String(32)),
)

raids = Table(
    "raids",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("opened_at", BigInteger, nullable=False),
    Column("grown_at", BigInteger, nullable=False),
    Column("signs", JSON, nullable=False, server_default="[]"),
    Column("grave", Boolean, nullable=False, server_default=false()),
    Column("ended_at", BigInteger, comment="Set when the team called it a false alarm."),
)

stances = Table(
    "stances",
    metadata,
    Column("seq", _RowNumber, primary_key=True, autoincrement=True),
    Column("posture", String(16), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("reason", OneReason, nullable=False),
    Column("until", BigInteger, comment="When it ends by itself, where somebody set it for a while."),
    Column("act", String(32), comment="The act that set it; empty when the detector did."),
)

turns = Table(
    "turns",
    metadata,
    Column("seq", _RowNumber, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False, comment="Whose replies."),
    Column("way", String(32), nullable=False, comment="By which channel they leave from then on."),
    Column("left", String(32), nullable=False, comment="By which they left until then."),
    Column("at", BigInteger, nullable=False),
    Column("code", String(64), nullable=False, comment="Why nothing got out; empty for a way back."),
    Column("since", BigInteger, nullable=False, comment="Since when that was so, or it was well again."),
    Index("ix_turns_channel", "channel", "seq"),
)

clusters = Table(
    "clusters",
    metadata,
    Column("raid", ForeignKey("raids.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("messages", Integer, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("raid", ForeignKey("raids.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("sender", ForeignKey("senders.id"), primary_key=True),
)

lessons = Table(
    "lessons",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("act", ForeignKey("events.id"), nullable=False),
    Column("label", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_by", String(32), comment="The act that took it back."),
    CheckConstraint("label IN ('ordinary', 'abusive')", name="label_is_known"),
)

taught = Table(
    "taught",
    metadata,
    Column("lesson", ForeignKey("lessons.id"), primary_key=True),
    Column("event", ForeignKey("events.id"), primary_key=True),
    comment="The messages that a lesson is about.",
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("act", ForeignKey("events.id"), primary_key=True, comment="It holds what was told."),
    Column("name", String(64), nullable=False, comment="Where it was seen, and the raid's id there."),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended_by", String(32), comment="The act that took it back."),
    comment="Raids that were seen elsewhere.",
)

pages = Table(
    "pages",
    metadata,
    Column("key", String(64), primary_key=True, comment="What is the matter."),
    Column("since", BigInteger, primary_key=True, comment="When it was first seen."),
    Column("card", String(64), nullable=False, comment="On which card it stands."),
    Column("told", OneReason, nullable=False),
    Column("seen_at", BigInteger, nullable=False, comment="When it was last seen to be so."),
    Column("called_at", BigInteger, comment="Since when people are called."),
    Column("taken_by", String(64)),
    Column("taken_at", BigInteger),
    Column("act", String(32), comment="The act by which it was taken, or handed back."),
    CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken_by_somebody_at_some_time"),
    comment="What somebody is, or was, to be woken for.",
)

answers = Table(
    "answers",
    metadata,
    Column("minute", BigInteger, primary_key=True, comment="The instant at which it began."),
    Column("path", String(64), primary_key=True),
    Column("status", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    comment="How webhooks were answered lately.",
)

threats = Table(
    "threats",
    metadata,
    Column("event", ForeignKey("events.id"), primary_key=True),
    Column("sender", ForeignKey("senders.id"), nullable=False),
    Column("sign", String(32), nullable=False, comment="What it was told by: a short code."),
    Column("at", BigInteger, nullable=False),
    Index("ix_threats_sender", "sender"),
    Index("ix_threats_at", "at"),
)

exposures = Table(
    "exposures",
    metadata,
    Column("act", ForeignKey("events.id"), primary_key=True),
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("texts", Integer, nullable=False),
    CheckConstraint("texts >= 0", name="texts_are_counted"),
    Index("ix_exposures_at", "at"),
    comment="Who of the team read how many texts, by which act.",
)

cards = Table(
    "cards",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("room", String(32), primary_key=True),
    Column("where", String(128), comment="Where the card stands in the room; empty until it is posted."),
    Column("shown", String(64), comment="A digest of what the room shows."),
    Column("shown_at", BigInteger),
    Column("notes", JSON, nullable=False, server_default="[]", comment="What was said in its thread."),
)

tiles = Table(
    "tiles",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    comment="The Merkle tree over the log, as C2SP tlog-tiles cuts it: 256 hashes a tile.",
)

pins = Table(
    "pins",
    metadata,
    Column("seq", _RowNumber, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False, comment="How many entries the log had."),
    Column("root", LargeBinary, nullable=False),
    Column("why", String(16), nullable=False),
    Column("key", LargeBinary, nullable=False, comment="The public key that the note is signed with."),
    Column("note", Text, nullable=False, comment="The signed checkpoint, as C2SP tlog-checkpoint has it."),
    Index("ix_pins_size", "size"),
)

stamps = Table(
    "stamps",
    metadata,
    Column("pin", ForeignKey("pins.seq"), primary_key=True),
    Column("authority", String(128), primary_key=True, comment="Its host, and a digest of its address."),
    Column("at", BigInteger, nullable=False),
    Column("token", LargeBinary, comment="What a timestamp authority answered (RFC 3161)."),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("act", ForeignKey("events.id"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("file", Text, nullable=False, comment="Where it lies on the server; empty where none was made."),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the file."),
    Column("error", Text, nullable=False, server_default="", comment="Why none was made."),
    comment="What was exported because somebody asked for it in the room.",
)
