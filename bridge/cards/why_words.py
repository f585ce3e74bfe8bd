"""The sentences that explain, in English and in French; `bridge.cards.why` chooses among them."""

from collections.abc import Mapping

from bridge.cards.words import Words

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "nameless": ("This sender", "Cet expéditeur"),
    "unknown": (
        "Unknown: write a handle such as brave-heron-42, a number, telegram:ID, or the id of a message.",
        "Inconnu : écrivez un pseudonyme comme brave-heron-42, un numéro, telegram:ID ou un message.",
    ),
    "unknown_sender": (
        "Nobody is known under that handle or number.",
        "Ce pseudonyme ou ce numéro n'est connu de personne.",
    ),
    "several": (
        "Several messages begin like that: write more of the id.",
        "Plusieurs messages commencent ainsi : écrivez davantage de l'identifiant.",
    ),
    "on_a_day": ("{at}", "le {at}"),
    # Of a sender: what stands above the newest reply.
    "stopped": (
        "{who} is not answered: the sender has asked us to stop.",
        "{who} n'a pas de réponse : cette personne nous a demandé d'arrêter.",
    ),
    "muted": (
        "{who} is muted until {until}, by {by}.",
        "{who} est en sourdine jusqu'au {until}, par {by}.",
    ),
    "muted_because": (
        "{who} is muted until {until}, by {by}, because: {reason}.",
        "{who} est en sourdine jusqu'au {until}, par {by}, parce que : {reason}.",
    ),
    "takes_part": (
        "{who} takes part in raid {raid}: {reasons}.",
        "{who} participe au raid {raid} : {reasons}.",
    ),
    "took_part": (
        "{who} took part in raid {raid}, which is over: {reasons}.",
        "{who} a participé au raid {raid}, qui est fini : {reasons}.",
    ),
    "looks_raider": (
        "{who} looks like a raider: {reasons}.",
        "{who} a l'air de participer à un raid : {reasons}.",
    ),
    "looks_suspect": ("{who} looks suspect: {reasons}.", "{who} a l'air suspect : {reasons}."),
    "cleared": (
        "{who} looks ordinary: raid {raid} was called a false alarm.",
        "{who} a l'air ordinaire : le raid {raid} a été déclaré fausse alerte.",
    ),
    "ordinary": ("{who} looks ordinary.", "{who} a l'air ordinaire."),
    # Of an ordinary sender: what became of the reply.
    "waits": (
        "{who} waits: a reply is held until about {due}.",
        "{who} attend : une réponse part vers {due}.",
    ),
    "waits_paused": (
        "{who} waits: {channel} is paused, and a reply is held until the team resumes it.",
        "{who} attend : {channel} est en pause, et une réponse est retenue jusqu'à la reprise.",
    ),
    "was_answered": (
        "{who} was answered on {at} with the reply `{name}`.",
        "{who} a eu sa réponse le {at} : `{name}`.",
    ),
    "unanswered": ("{who} has had no reply: {reasons}.", "{who} n'a pas eu de réponse : {reasons}."),
    "undecided": (
        "{who} has written, and nothing is decided yet.",
        "{who} a écrit, et rien n'est encore décidé.",
    ),
    "nothing_yet": ("{who} has not written yet.", "{who} n'a pas encore écrit."),
    # Of the sender's newest message, where it got no reply.
    "newest_silent": (
        "The newest message got no reply: {reasons}.",
        "Le dernier message n'a pas de réponse : {reasons}.",
    ),
    "newest_waits": (
        "The newest message is not decided yet.",
        "Rien n'est encore décidé du dernier message.",
    ),
    # Of one message.
    "message_waits": (
        "The message of {at} from {who} is recorded, and not decided yet.",
        "Le message du {at}, de {who}, est enregistré, et rien n'en est encore décidé.",
    ),
    "message_silent": (
        "The message of {at} from {who} got no reply: {reasons}.",
        "Le message du {at}, de {who}, n'a pas de réponse : {reasons}.",
    ),
    "message_replied": (
        "The message of {at} from {who} gets the reply `{name}`: {reasons}.",
        "Le message du {at}, de {who}, a droit à la réponse `{name}` : {reasons}.",
    ),
    "message_cancelled": (
        "The message of {at} from {who} was taken for part of a raid: {reasons}.",
        "Le message du {at}, de {who}, a été pris pour une part d'un raid : {reasons}.",
    ),
    "message_in_raid": (
        "The message of {at} would get the reply `{name}`, but {who} takes part in raid {raid}: {reasons}.",
        "Le message du {at} aurait la réponse `{name}`, mais {who} participe au raid {raid} : {reasons}.",
    ),
    # How far a reply has come.
    "reply_held": ("A reply is held until about {due}.", "Une réponse part vers {due}."),
    "reply_paused": (
        "A reply is held until the team resumes {channel}.",
        "Une réponse est retenue jusqu'à ce que l'équipe rouvre {channel}.",
    ),
    "reply_sending": ("The reply `{name}` is being sent.", "La réponse `{name}` est en train de partir."),
    "reply_in_doubt": (
        "The reply `{name}` is in doubt: the provider is asked before anything is sent again.",
        "La réponse `{name}` est dans le doute : le prestataire est interrogé avant tout nouvel envoi.",
    ),
    "reply_sent": ("The reply `{name}` was sent on {at}.", "La réponse `{name}` est partie le {at}."),
    "reply_failed": (
        "The reply `{name}` did not arrive (code {code}).",
        "La réponse `{name}` n'est pas arrivée (code {code}).",
    ),
    "reply_kept_back": (
        "The reply is kept back; calling it a false alarm sends it if that is still timely.",
        "La réponse est retenue ; déclarer une fausse alerte l'envoie s'il en est encore temps.",
    ),
    "reply_too_late": (
        "The reply was kept back, and is not sent any more.",
        "La réponse a été retenue, et ne part plus.",
    ),
    "reply_withdrawn": (
        "The reply `{name}` was withdrawn unsent.",
        "La réponse `{name}` a été retirée avant l'envoi.",
    ),
    "reply_withdrawn_why": (
        "The reply `{name}` was withdrawn unsent: {reason}.",
        "La réponse `{name}` a été retirée avant l'envoi : {reason}.",
    ),
    "reply_expired": (
        "The reply `{name}` had waited too long and was given up.",
        "La réponse `{name}` avait trop attendu et a été abandonnée.",
    ),
    # Under a text.
    "judged_raider": ("Judged a raider: {reasons}.", "Jugé participant au raid : {reasons}."),
    "judged_suspect": ("Judged suspect: {reasons}.", "Jugé suspect : {reasons}."),
    "judged_again": (
        "Judged ordinary: raid {raid} was called a false alarm.",
        "Jugé ordinaire : le raid {raid} a été déclaré fausse alerte.",
    ),
    "judged_ordinary": ("Judged ordinary now.", "Jugé ordinaire à présent."),
}


def phrase(words: Words, word: str, **values: str) -> str:
    """A sentence in the reader's language, with its values filled in."""
    english, french = _SENTENCES[word]
    return (french if words.language == "fr" else english).format(**values)
