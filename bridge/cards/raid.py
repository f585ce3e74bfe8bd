"""The raid's card: what happens, since when, what it costs, and what can be done about it."""

from functools import partial

from bridge.card import Button, Card, Confirm, Fact, Note
from bridge.cards.buttons import (
    doubtful_button,
    pause_button,
    posture_name,
    rehearsed_button,
    shield_button,
    teaching,
)
from bridge.cards.ending import picture, summary
from bridge.cards.finding import find_button
from bridge.cards.night import night_lines
from bridge.cards.rehearsal import rehearsal
from bridge.heart.acts import dossier, false_alarm, mute, mute_all, reopen, samples, undo
from bridge.model import Micros, Posture
from bridge.views import ActView, ClusterView, DossierView, Night, RaidView, StanceView
from bridge.wording import Words

_MILESTONES = (100, 1_000, 5_000, 10_000, 20_000)
"""Messages at which the thread is told once."""

_MOST_GROUPS = 5


def raid_card(
    seen: RaidView, words: Words, now: Micros, *, sms_paused: bool, night: Night | None = None
) -> Card:
    """The card of one raid, open or over; `night`: what is asked first, at three in the morning."""
    first = night_lines(seen, night, words, sms_paused=sms_paused) if night else ()
    line = words("raid_line", messages=seen.messages, senders=seen.senders, since=seen.opened_at)
    return Card(
        key=f"raid:{seen.id}",
        title=words(_title(seen), name=words.raid(seen.id), id=seen.id),
        lines=(*([words("dry_line")] if seen.dry else ()), *first, line, *_how(seen, words)),
        facts=_facts(seen, words),
        spark=seen.spark,
        spark_label=words("last_hour"),
        groups=_groups(seen, words),
        groups_label=words("groups"),
        buttons=_buttons(seen, words, sms_paused=sms_paused),
        footer=words("as_of", time=now),
        notes=_notes(seen, words),
    )


def _title(seen: RaidView) -> str:
    if seen.false_alarm:
        return "raid_false"
    return "raid" if seen.open else "raid_over"


def _how(seen: RaidView, words: Words) -> tuple[str, ...]:
    """What it was seen by, and how guarded the service is because of it."""
    kinds = dict.fromkeys(cluster.kind for cluster in seen.clusters)
    told = words.several(words(kind) for kind in kinds)
    signs = (words("seen_by", signs=told),) if kinds else ()
    return (*signs, _posture(seen, words)) if seen.open or seen.until is not None else signs


def _posture(seen: RaidView, words: Words) -> str:
    name = posture_name(seen.posture, words)
    if seen.until is None or seen.posture != Posture.SHIELD:
        return words("posture_is", posture=name)
    return words("posture_until", posture=name, time=seen.until)


def _facts(seen: RaidView, words: Words) -> tuple[Fact, ...]:
    return (
        Fact(words("saved"), words.money(seen.saved)),
        Fact(words("spent"), words.money(seen.spent)),
        Fact(words("floor"), words.money(seen.inbound)),
        Fact(words("withheld"), words.count(seen.withheld)),
        Fact(words("muted"), words.count(seen.muted)),
        *rehearsal(seen.rehearsed, words, dry=seen.dry),
        *([Fact(words("calls"), words.count(seen.calls))] if seen.calls else ()),
    )


def _groups(seen: RaidView, words: Words) -> tuple[str, ...]:
    largest = sorted(seen.clusters, key=lambda cluster: -cluster.messages)
    surplus = len(largest) - _MOST_GROUPS
    more = (words("more_groups", count=surplus),) if surplus > 0 else ()
    return (*(group_line(one, words) for one in largest[:_MOST_GROUPS]), *more)


def group_line(one: ClusterView, words: Words) -> str:
    """What messages have in common, as a sentence."""
    if one.handle is not None:
        return words("group_flood_of", handle=one.handle, messages=one.messages)
    return words(f"group_{one.kind}", count=one.senders, messages=one.messages)


def _buttons(seen: RaidView, words: Words, *, sms_paused: bool) -> tuple[Button, ...]:
    text = words("mute_all_text", count=seen.members, ordinary=seen.ordinary_before)
    title = words("mute_all_title", senders=seen.members)
    confirm = Confirm(title, text, words("yes_mute"), words("no"))
    everyone = Button(mute_all.VERB.name, words("mute_all", count=seen.members), seen.id, "danger", confirm)
    muting = everyone, *_loudest(seen, words)
    back = (Button(undo.VERB.name, words("undo_mute_all"), seen.undo),) if seen.undo else ()
    texts = Button(samples.VERB.name, words("samples"), seen.id)
    steer = (*_steering(seen, words), *teaching(seen, words), pause_button(words, sms_paused=sms_paused))
    finding = find_button(words)
    last = _dossier(seen, words)
    dry = rehearsed_button(words, dry=seen.dry)
    return *muting, *back, texts, finding, *doubtful_button(seen.doubted, words), *dry, *steer, last


def _loudest(seen: RaidView, words: Words) -> tuple[Button, ...]:
    """Mutes whoever wrote most; once that is done, undoes it. Who is muted otherwise, too, is let be here."""
    if not seen.loudest:
        return ()
    if seen.loudest_muted is None:
        return (Button(mute.VERB.name, words("mute_one", handle=seen.loudest), seen.loudest),)
    back = Button(undo.VERB.name, words("undo_mute_one", handle=seen.loudest), seen.loudest_muted)
    return (back,) if seen.loudest_muted else ()


def _dossier(seen: RaidView, words: Words) -> Button:
    """For an admin: what it holds is said before anything is written out."""
    text = words("dossier_text", messages=seen.messages, senders=seen.senders)
    confirm = Confirm(words("dossier_title"), text, words("yes_dossier"), words("no"))
    return Button(dossier.VERB.name, words("dossier"), seen.id, "plain", confirm)


def _steering(seen: RaidView, words: Words) -> tuple[Button, ...]:
    """The shield, and the false alarm, which only the newest raid can be; each with its way back."""
    up = (shield_button(words, shielded=True),) if seen.until is not None else ()
    if not seen.newest:
        return up
    if seen.false_alarm:
        return *up, Button(reopen.VERB.name, words("reopen"), seen.id)
    if not seen.open:
        return *up, _false_alarm(seen, words)
    return shield_button(words, shielded=seen.until is not None), _false_alarm(seen, words)


def _false_alarm(seen: RaidView, words: Words) -> Button:
    text = words("false_alarm_text", count=seen.members, replies=seen.withheld, amount=seen.withheld_cost)
    confirm = Confirm(words("false_alarm_title"), text, words("yes_false_alarm"), words("no"))
    return Button(false_alarm.VERB.name, words("false_alarm"), seen.id, "plain", confirm)


def _notes(seen: RaidView, words: Words) -> tuple[Note, ...]:
    counts = {"messages": seen.messages, "senders": seen.senders}
    passed = [milestone for milestone in _MILESTONES if seen.messages >= milestone]
    told = [Note(f"count:{milestone}", words("note_count", **counts)) for milestone in passed[-1:]]
    return (
        *map(partial(_change, words), seen.stances),
        *told,
        *(act_note(one, words) for one in seen.acts),
        *_over(seen, words),
        *map(partial(_exported, words), seen.dossiers),
    )


def act_note(act: ActView, words: Words) -> Note:
    """What somebody of the team did, said once."""
    return Note(f"act:{act.event}", act_told(act, words))


def act_told(act: ActView, words: Words) -> str:
    """Who did what; what the service or another line did by itself is nobody's of the team."""
    told = words.outcome(act.told)
    return words("act", by=act.by, told=told) if act.by else told


def _over(seen: RaidView, words: Words) -> tuple[Note, ...]:
    """Said once for each time that it is over: one that grows again has another end, and so has one that was
    called a false alarm."""
    if seen.open or seen.ending is None:
        return ()
    told = words("note_over", name=words.raid(seen.id), since=seen.grown_at)
    lines = (told, *summary(seen, seen.ending, words))
    key = f"over:{seen.grown_at}:false_alarm" if seen.false_alarm else f"over:{seen.grown_at}"
    return (Note(key, " ".join(lines), picture=picture(seen, seen.ending, words)),)


def _exported(words: Words, one: DossierView) -> Note:
    if one.error:
        return Note(f"dossier:{one.act}", words("note_no_dossier", why=words.sentence(one.error)))
    return Note(f"dossier:{one.act}", words("note_dossier", file=one.file, digest=one.digest))


def _change(words: Words, stance: StanceView) -> Note:
    name = posture_name(stance.posture, words)
    text = words("note_posture", time=stance.since, posture=name)
    return Note(f"posture:{stance.since}", text)
