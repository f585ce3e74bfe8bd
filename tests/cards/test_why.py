"""Why a sender is held, muted or answered: what is known in, one or two plain sentences out."""

import re
from zoneinfo import ZoneInfo

import pytest

from bridge.explaining.known import Answered, ByHand, Known, Muting, Taking, Written
from bridge.explaining.sentences import judged, told
from bridge.model import (
    BY_BLOCK,
    BY_HAND,
    BY_MUTE,
    BY_STOP,
    DAY,
    DROPPED,
    ELSEWHERE,
    MINUTE,
    NEVER_KNOWN,
    TAKEN_BACK,
    Action,
    Progress,
    Verdict,
)
from bridge.noun import replace
from bridge.reasons import Why, because
from bridge.wording import Words
from tests.support.clock import NOON
from tests.support.french import typeset

PARIS = ZoneInfo("Europe/Paris")
ENGLISH, FRENCH = Words("en", PARIS), Words("fr", PARIS)

WHO = "brave-heron-42"
COPIES = (because(Why.COPIES, senders=12),)
RAID = Taking("a1b2c3d4", open=True, reasons=(because(Why.RAID_ON),))
KEPT = Answered("first", "sms", Progress.CANCELLED, NOON, kept_back=True, timely=True)
HELD = Answered("first", "sms", Progress.HELD, NOON + 39 * MINUTE)
SENT = Answered("first", "sms", Progress.DELIVERED, NOON, sent_at=NOON + MINUTE)
FIRST = Written(NOON, Action.REPLIED, reasons=(because(Why.FIRST_MESSAGE),), answered=HELD)
SILENT = Written(NOON + MINUTE, Action.SILENT, reasons=(because(Why.POT_SPENT),))
RAIDER = Known(WHO, Verdict.RAIDER, COPIES, raid=RAID)


def written(answered: Answered, action: Action = Action.REPLIED) -> Known:
    """An ordinary sender whose one message has that reply."""
    message = replace(FIRST, answered=answered, action=action)
    return Known(WHO, newest=message, replied=message)


KEPT_BACK = written(KEPT, Action.CANCELLED)
FALSE = replace(RAID, open=False, false_alarm=True)

SENDERS = {
    "raider": (
        replace(RAIDER, newest=KEPT_BACK.newest, replied=KEPT_BACK.replied),
        (
            "brave-heron-42 takes part in raid a1b2c3d4: near copies of one text from 12 senders. "
            "The reply is kept back; calling it a false alarm sends it if that is still timely."
        ),
        (
            "brave-heron-42 participe au raid a1b2c3d4 : presque le même texte, de 12 expéditeurs. "
            "La réponse est retenue ; déclarer une fausse alerte l'envoie s'il en est encore temps."
        ),
    ),
    "raider of a raid that is over": (
        replace(RAIDER, raid=replace(RAID, open=False), replied=written(replace(KEPT, timely=False)).newest),
        (
            "brave-heron-42 took part in raid a1b2c3d4, which is over: near copies of one text from 12 "
            "senders. The reply was kept back, and is not sent any more."
        ),
        (
            "brave-heron-42 a participé au raid a1b2c3d4, qui est fini : presque le même texte, de 12 "
            "expéditeurs. La réponse a été retenue, et ne part plus."
        ),
    ),
    "raider of a raid that was reopened": (
        replace(RAIDER, reasons=()),
        "brave-heron-42 takes part in raid a1b2c3d4: a raid is on.",
        "brave-heron-42 participe au raid a1b2c3d4 : un raid est en cours.",
    ),
    "raider who was never answered": (
        replace(RAIDER, newest=replace(SILENT, reasons=(because(Why.IN_RAID),))),
        (
            "brave-heron-42 takes part in raid a1b2c3d4: near copies of one text from 12 senders. "
            "The newest message got no reply: takes part in the raid that is on."
        ),
        (
            "brave-heron-42 participe au raid a1b2c3d4 : presque le même texte, de 12 expéditeurs. "
            "Le dernier message n'a pas de réponse : participe au raid en cours."
        ),
    ),
    "flood": (
        Known(WHO, Verdict.RAIDER, (because(Why.MANY_MESSAGES, messages=7),), newest=FIRST, replied=FIRST),
        (
            "brave-heron-42 looks like a raider: 7 messages within 10 minutes. "
            "A reply is held until about 16:52."
        ),
        (
            "brave-heron-42 a l'air de participer à un raid : 7 messages en 10 minutes. "
            "Une réponse part vers 16 h 52."
        ),
    ),
    "suspect": (
        Known(WHO, Verdict.SUSPECT, (because(Why.ABUSIVE, percent=97),), replied=FIRST),
        (
            "brave-heron-42 looks suspect: more abusive than 97 in 100 ordinary texts. "
            "A reply is held until about 16:52."
        ),
        (
            "brave-heron-42 a l'air suspect : plus injurieux que 97 textes ordinaires sur 100. "
            "Une réponse part vers 16 h 52."
        ),
    ),
    "false alarm": (
        Known(WHO, raid=FALSE, replied=FIRST),
        (
            "brave-heron-42 looks ordinary: raid a1b2c3d4 was called a false alarm. "
            "A reply is held until about 16:52."
        ),
        (
            "brave-heron-42 a l'air ordinaire : le raid a1b2c3d4 a été déclaré fausse alerte. "
            "Une réponse part vers 16 h 52."
        ),
    ),
    "muted": (
        Known(WHO, muted=Muting(NOON + DAY, "U0MOD", " insults,\nat night. "), replied=FIRST),
        "brave-heron-42 is muted until 22 Sep 16:13, by U0MOD, because: insults, at night.",
        (
            "brave-heron-42 est en sourdine jusqu'au 22 sept. à 16 h 13, par U0MOD, "
            "parce que : insults, at night."
        ),
    ),
    "answered by hand": (
        replace(written(replace(HELD, progress=Progress.CANCELLED)), by_hand=ByHand("Ada", NOON, SENT)),
        "brave-heron-42 looks ordinary. Ada answered by hand; it was sent on 21 Sep 16:14.",
        "brave-heron-42 a l'air ordinaire. Ada a répondu à la main ; c'est parti le 21 sept. à 16 h 14.",
    ),
    "a raider answered by hand": (
        replace(RAIDER, newest=KEPT_BACK.newest, by_hand=ByHand("Ada", NOON, HELD)),
        (
            "brave-heron-42 takes part in raid a1b2c3d4: near copies of one text from 12 senders. "
            "Ada has answered by hand: it leaves at about 16:52."
        ),
        (
            "brave-heron-42 participe au raid a1b2c3d4 : presque le même texte, de 12 expéditeurs. "
            "Ada a répondu à la main : cela part vers 16 h 52."
        ),
    ),
    "muted in a raid": (
        replace(RAIDER, muted=Muting(NOON + DAY, "U0MOD", ""), replied=KEPT_BACK.newest),
        (
            "brave-heron-42 is muted until 22 Sep 16:13, by U0MOD. "
            "brave-heron-42 takes part in raid a1b2c3d4: near copies of one text from 12 senders."
        ),
        (
            "brave-heron-42 est en sourdine jusqu'au 22 sept. à 16 h 13, par U0MOD. "
            "brave-heron-42 participe au raid a1b2c3d4 : presque le même texte, de 12 expéditeurs."
        ),
    ),
    "stopped": (
        replace(RAIDER, stopped=True, newest=SILENT),
        "brave-heron-42 is not answered: the sender has asked us to stop.",
        "brave-heron-42 n'a pas de réponse : cette personne nous a demandé d'arrêter.",
    ),
    "blocked": (
        replace(RAIDER, blocked=True, newest=SILENT),
        "brave-heron-42 is not answered: the sender has blocked us.",
        "brave-heron-42 n'a pas de réponse : cette personne nous bloque.",
    ),
    "stopped, and blocked": (
        replace(RAIDER, stopped=True, blocked=True, newest=SILENT),
        "brave-heron-42 is not answered: the sender has asked us to stop.",
        "brave-heron-42 n'a pas de réponse : cette personne nous a demandé d'arrêter.",
    ),
    "answered": (
        written(SENT),
        "brave-heron-42 was answered on 21 Sep 16:14 with the reply `first`.",
        "brave-heron-42 a eu sa réponse le 21 sept. à 16 h 14 : `first`.",
    ),
    "answered, and wrote again": (
        replace(written(SENT), newest=replace(SILENT, reasons=(because(Why.ANSWERED_LATELY),))),
        (
            "brave-heron-42 was answered on 21 Sep 16:14 with the reply `first`. "
            "The newest message got no reply: this sender was answered not long ago."
        ),
        (
            "brave-heron-42 a eu sa réponse le 21 sept. à 16 h 14 : `first`. "
            "Le dernier message n'a pas de réponse : cette personne a eu une réponse il y a peu."
        ),
    ),
    "answered, and is writing": (
        replace(written(SENT), newest=Written(NOON + MINUTE)),
        (
            "brave-heron-42 was answered on 21 Sep 16:14 with the reply `first`. "
            "The newest message is not decided yet."
        ),
        (
            "brave-heron-42 a eu sa réponse le 21 sept. à 16 h 14 : `first`. "
            "Rien n'est encore décidé du dernier message."
        ),
    ),
    "held": (
        written(HELD),
        "brave-heron-42 waits: a reply is held until about 16:52.",
        "brave-heron-42 attend : une réponse part vers 16 h 52.",
    ),
    "held until tomorrow": (
        written(replace(HELD, due_at=NOON + DAY)),
        "brave-heron-42 waits: a reply is held until about 22 Sep 16:13.",
        "brave-heron-42 attend : une réponse part vers le 22 sept. à 16 h 13.",
    ),
    "held, and overdue": (
        written(replace(HELD, due_at=NOON - DAY)),
        "brave-heron-42 waits: a reply is held until about 16:13.",
        "brave-heron-42 attend : une réponse part vers 16 h 13.",
    ),
    "held by a pause": (
        written(replace(HELD, paused=True)),
        "brave-heron-42 waits: sms is paused, and a reply is held until the team resumes it.",
        "brave-heron-42 attend : sms est en pause, et une réponse est retenue jusqu'à la reprise.",
    ),
    "being sent": (
        written(replace(HELD, progress=Progress.SENDING)),
        "brave-heron-42 looks ordinary. The reply `first` is being sent.",
        "brave-heron-42 a l'air ordinaire. La réponse `first` est en train de partir.",
    ),
    "in doubt": (
        written(replace(HELD, progress=Progress.IN_DOUBT)),
        (
            "brave-heron-42 looks ordinary. "
            "The reply `first` is in doubt: the provider is asked before anything is sent again."
        ),
        (
            "brave-heron-42 a l'air ordinaire. "
            "La réponse `first` est dans le doute : le fournisseur est interrogé avant tout nouvel envoi."
        ),
    ),
    "not delivered": (
        written(replace(SENT, progress=Progress.FAILED, code="30003")),
        "brave-heron-42 looks ordinary. The reply `first` did not arrive (code 30003).",
        ("brave-heron-42 a l'air ordinaire. La réponse `first` n'est pas arrivée (code 30003)."),
    ),
    "in doubt for ever": (
        written(replace(SENT, channel="telegram", progress=Progress.FAILED, code=NEVER_KNOWN)),
        (
            "brave-heron-42 looks ordinary. "
            "It will never be known whether the reply `first` arrived: telegram cannot be asked."
        ),
        (
            "brave-heron-42 a l'air ordinaire. "
            "On ne saura jamais si la réponse `first` est arrivée : telegram ne peut pas être interrogé."
        ),
    ),
    "given up": (
        written(replace(HELD, progress=Progress.EXPIRED)),
        "brave-heron-42 looks ordinary. The reply `first` had waited too long and was given up.",
        "brave-heron-42 a l'air ordinaire. La réponse `first` avait trop attendu et a été abandonnée.",
    ),
    "out of money": (
        Known(WHO, newest=SILENT),
        "brave-heron-42 has had no reply: the pot is spent.",
        "brave-heron-42 n'a pas eu de réponse : la cagnotte est vide.",
    ),
    "not decided": (
        Known("", newest=Written(NOON)),
        "This sender has written, and nothing is decided yet.",
        "Cet expéditeur a écrit, et rien n'est encore décidé.",
    ),
    "has not written": (
        Known(WHO),
        "brave-heron-42 has not written yet.",
        "brave-heron-42 n'a pas encore écrit.",
    ),
}


@pytest.mark.parametrize("case", SENDERS)
def test_a_sender_is_explained_in_the_language_of_the_team(case: str) -> None:
    known, english, french = SENDERS[case]
    assert (told(known, ENGLISH, NOON), told(known, FRENCH, NOON)) == (english, typeset(french))


MESSAGES = {
    "held": (
        replace(written(HELD), message=FIRST),
        (
            "The message of 21 Sep 16:13 from brave-heron-42 gets the reply `first`: first message. "
            "A reply is held until about 16:52."
        ),
    ),
    "held by a pause": (
        replace(written(HELD), message=replace(FIRST, answered=replace(HELD, paused=True))),
        (
            "The message of 21 Sep 16:13 from brave-heron-42 gets the reply `first`: first message. "
            "A reply is held until the team resumes sms."
        ),
    ),
    "silent": (
        Known(WHO, message=SILENT),
        "The message of 21 Sep 16:14 from brave-heron-42 got no reply: the pot is spent.",
    ),
    "not decided": (
        Known(WHO, message=Written(NOON)),
        "The message of 21 Sep 16:13 from brave-heron-42 is recorded, and not decided yet.",
    ),
    "in a raid": (
        replace(RAIDER, message=KEPT_BACK.newest),
        (
            "The message of 21 Sep 16:13 would get the reply `first`, but brave-heron-42 takes part in raid "
            "a1b2c3d4: near copies of one text from 12 senders. "
            "The reply is kept back; calling it a false alarm sends it if that is still timely."
        ),
    ),
    "in a false alarm, too late": (
        replace(
            written(HELD),
            raid=FALSE,
            message=Written(NOON, Action.CANCELLED, reasons=COPIES, answered=replace(KEPT, timely=False)),
        ),
        (
            "The message of 21 Sep 16:13 from brave-heron-42 was taken for part of a raid: near copies of "
            "one text from 12 senders. The reply was kept back, and is not sent any more."
        ),
    ),
    "withdrawn after a stop": (
        Known(WHO, stopped=True, message=replace(FIRST, answered=replace(HELD, progress=Progress.CANCELLED))),
        (
            "The message of 21 Sep 16:13 from brave-heron-42 gets the reply `first`: first message. "
            "The reply `first` was withdrawn unsent: the sender has asked us to stop."
        ),
    ),
    "withdrawn by a mute": (
        Known(
            WHO,
            muted=Muting(NOON, "U0MOD", ""),
            message=replace(FIRST, answered=replace(HELD, progress=Progress.CANCELLED)),
        ),
        (
            "The message of 21 Sep 16:13 from brave-heron-42 gets the reply `first`: first message. "
            "The reply `first` was withdrawn unsent: muted by the team."
        ),
    ),
    "withdrawn for a reason that is over": (
        Known(WHO, message=replace(FIRST, answered=replace(HELD, progress=Progress.CANCELLED))),
        (
            "The message of 21 Sep 16:13 from brave-heron-42 gets the reply `first`: first message. "
            "The reply `first` was withdrawn unsent."
        ),
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_a_message_is_explained_by_what_was_decided_and_how_far_its_reply_has_come(case: str) -> None:
    known, english = MESSAGES[case]
    assert told(known, ENGLISH, NOON) == english
    assert told(known, FRENCH, NOON) != english


WITHDRAWN = {
    BY_STOP: ("the sender has asked us to stop", "cette personne nous a demandé d'arrêter"),
    BY_BLOCK: ("the sender has blocked us", "cette personne nous bloque"),
    BY_MUTE: ("muted by the team", "mise en sourdine par l'équipe"),
    BY_HAND: ("somebody of the team has answered instead", "quelqu'un de l'équipe a répondu à sa place"),
    DROPPED: ("the team chose not to answer it", "l'équipe a choisi de ne pas y répondre"),
    TAKEN_BACK: ("the team took it back", "l'équipe l'a reprise"),
    ELSEWHERE: (
        "the provider tells of an answer to them that is not in this database",
        "le fournisseur fait état d'une réponse à cette personne qui n'est pas dans cette base",
    ),
}


@pytest.mark.parametrize("code", WITHDRAWN)
def test_what_withdrew_a_reply_is_told_also_once_it_is_over(code: str) -> None:
    answered = replace(HELD, progress=Progress.CANCELLED, code=code)
    known = Known(WHO, message=replace(FIRST, answered=answered))
    for words, why in zip((ENGLISH, FRENCH), WITHDRAWN[code], strict=True):
        assert told(known, words, NOON).endswith(f": {why}.")


@pytest.mark.parametrize("known", [known for known, *_ in (*SENDERS.values(), *MESSAGES.values())])
def test_nothing_takes_more_than_two_sentences(known: Known) -> None:
    for words in (ENGLISH, FRENCH):
        sentences = re.split(r"\. (?=\S)", re.sub(r"sept\. ", "sept ", told(known, words, NOON)))
        assert len(sentences) <= 2
        assert all(sentences)


@pytest.mark.parametrize(
    ("known", "english", "french"),
    [
        (
            RAIDER,
            "Judged a raider: near copies of one text from 12 senders.",
            "Jugé participant au raid : presque le même texte, de 12 expéditeurs.",
        ),
        (
            replace(RAIDER, verdict=Verdict.SUSPECT, reasons=(because(Why.ABUSIVE, percent=97),)),
            "Judged suspect: more abusive than 97 in 100 ordinary texts.",
            "Jugé suspect : plus injurieux que 97 textes ordinaires sur 100.",
        ),
        (
            Known(WHO, raid=FALSE),
            "Judged ordinary: raid a1b2c3d4 was called a false alarm.",
            "Jugé ordinaire : le raid a1b2c3d4 a été déclaré fausse alerte.",
        ),
        (Known(WHO, raid=RAID), "Judged ordinary now.", "Jugé ordinaire à présent."),
    ],
)
def test_under_a_text_one_line_tells_what_its_sender_is_taken_for(
    known: Known, english: str, french: str
) -> None:
    assert (judged(known, ENGLISH), judged(known, FRENCH)) == (english, typeset(french))
