"""The words of cards, in English and in French, and how amounts and instants are written."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from bridge.model import SECOND, MicroEuros, Micros

_WORDS = {
    "day": ("Today, {date}", "Aujourd'hui, {date}"),
    "day_line": (
        "{messages} messages from {senders} senders.",
        "{messages} messages de {senders} expéditeurs.",
    ),
    "quiet_day": ("Nothing has come in yet.", "Rien n'est encore arrivé."),
    "answered": ("Answered", "Réponses"),
    "silent": ("Not answered", "Sans réponse"),
    "receiving": ("Receiving cost", "Coût de réception"),
    "replies_cost": ("Replies cost", "Coût des réponses"),
    "last_hour": ("Messages in the last hour", "Messages de la dernière heure"),
    "as_of": ("As of {time}", "Vu à {time}"),
    "raid": ("Raid {id}", "Raid {id}"),
    "raid_over": ("Raid {id}, over", "Raid {id}, terminé"),
    "raid_line": (
        "{messages} messages from {senders} senders since {time}.",
        "{messages} messages de {senders} expéditeurs depuis {time}.",
    ),
    "raid_false": ("Raid {id}: false alarm", "Raid {id} : fausse alerte"),
    "flood": ("one sender, many messages", "un expéditeur, beaucoup de messages"),
    "copies": ("copies of one text", "copies d'un même texte"),
    "register": ("abusive texts, far more than usual", "textes injurieux, bien plus que d'habitude"),
    "blocks": ("fresh numbers of one range", "numéros neufs d'une même tranche"),
    "seen_by": ("Seen by: {signs}.", "Repéré par : {signs}."),
    "posture_is": ("Posture: {posture}.", "Posture : {posture}."),
    "posture_until": ("Posture: {posture} until {time}.", "Posture : {posture} jusqu'à {time}."),
    "withheld": ("Replies kept back", "Réponses retenues"),
    "watch": ("watch", "veille"),
    "shield": ("shield", "bouclier"),
    "posture_raid": ("raid", "raid"),
    "put_shield": ("Shield 2 h", "Bouclier 2 h"),
    "shield_title": ("Put the shield up for 2 hours?", "Lever le bouclier pour 2 heures ?"),
    "shield_text": (
        "Only new people who look ordinary are answered; doubtful ones wait. It comes down by itself.",
        "Réponse aux seuls nouveaux d'apparence ordinaire ; les douteux attendent. Il se baisse seul.",
    ),
    "yes_shield": ("Shield", "Bouclier"),
    "lower_shield": ("Lower the shield", "Baisser le bouclier"),
    "false_alarm": ("False alarm", "Fausse alerte"),
    "false_alarm_title": ("Was it a false alarm?", "Était-ce une fausse alerte ?"),
    "false_alarm_text": (
        "{count} senders are ordinary again; up to {withheld} replies that are still timely go out.",
        "{count} expéditeurs redeviennent ordinaires ; jusqu'à {withheld} réponses encore utiles partent.",
    ),
    "yes_false_alarm": ("False alarm", "Fausse alerte"),
    "reopen": ("Undo: it is a raid", "Annuler : c'est un raid"),
    "teach_ordinary": ("Teach: ordinary texts", "Apprendre : textes ordinaires"),
    "teach_ordinary_title": (
        "Teach that these texts are ordinary?",
        "Apprendre ces textes comme ordinaires ?",
    ),
    "teach_ordinary_text": (
        "Texts like those of these {count} senders will look a little less abusive. It can be undone.",
        "Les textes semblables à ceux de ces {count} expéditeurs paraîtront moins injurieux. Annulable.",
    ),
    "teach_abusive": ("Teach: abusive texts", "Apprendre : textes injurieux"),
    "teach_abusive_title": ("Teach that these texts are abusive?", "Apprendre ces textes comme injurieux ?"),
    "teach_abusive_text": (
        "Texts like those of these {count} senders will look a little more abusive. It can be undone.",
        "Les textes semblables à ceux de ces {count} expéditeurs paraîtront plus injurieux. Annulable.",
    ),
    "yes_teach": ("Teach", "Apprendre"),
    "unteach": ("Undo the lesson", "Annuler la leçon"),
    "note_posture": ("{time}: posture {posture}.", "{time} : posture {posture}."),
    "groups": ("What belongs together", "Ce qui va ensemble"),
    "spent": ("Spent on them", "Dépensé pour eux"),
    "saved": ("Saved", "Économisé"),
    "floor": ("Receiving them cost", "Les recevoir a coûté"),
    "muted": ("Muted", "En sourdine"),
    "mute_all": ("Mute all {count}", "Tous en sourdine ({count})"),
    "mute_all_title": ("Mute all {count} senders?", "Mettre {count} expéditeurs en sourdine ?"),
    "mute_all_text": (
        "{count} senders get no reply for 24 h. {ordinary} of them looked ordinary before. It can be undone.",
        "{count} expéditeurs sans réponse pendant 24 h, dont {ordinary} ordinaires auparavant. Annulable.",
    ),
    "mute_one": ("Mute 24 h: {handle}", "Sourdine 24 h : {handle}"),
    "yes_mute": ("Mute", "Sourdine"),
    "no": ("Cancel", "Annuler"),
    "undo": ("Undo", "Annuler la sourdine"),
    "samples": ("Show texts", "Voir les textes"),
    "pause": ("Pause SMS", "Suspendre les SMS"),
    "resume": ("Resume SMS", "Reprendre les SMS"),
    "pause_title": ("Pause SMS?", "Suspendre les SMS ?"),
    "pause_text": (
        "Nobody gets an SMS reply until somebody resumes. Everything stays recorded.",
        "Personne ne reçoit de réponse par SMS jusqu'à la reprise. Tout reste consigné.",
    ),
    "yes_pause": ("Pause", "Suspendre"),
    "note_over": ("Quiet since {time}.", "Calme depuis {time}."),
    "note_count": (
        "{messages} messages from {senders} senders.",
        "{messages} messages de {senders} expéditeurs.",
    ),
    "act": ("{by}: {told}", "{by} : {told}"),
    "warned": ("{step} % of the pot is gone; {when}.", "{step} % de la cagnotte sont partis ; {when}."),
    "short_hour": (
        "This hour's share of the pot is spent: {count} messages without a reply since {time}.",
        "La part de cette heure est dépensée : {count} messages sans réponse depuis {time}.",
    ),
    "short_day": (
        "Today's share of the pot is spent: {count} messages without a reply so far.",
        "La part de la journée est dépensée : {count} messages sans réponse jusqu'ici.",
    ),
    "shortage_hour": ("Beyond the hour's share", "Au-delà de la part de l'heure"),
    "shortage_day": ("Beyond the day's share", "Au-delà de la part du jour"),
    "empty_at": ("empty on {time} at this pace", "vide le {time} à ce rythme"),
    "not_soon": ("nothing was spent in the last hour", "rien n'a été dépensé depuis une heure"),
    "home": ("Rempart", "Rempart"),
    "posture": ("Posture", "Posture"),
    "channel": ("Channel {name}", "Canal {name}"),
    "pot": ("Pot", "Cagnotte"),
    "pot_value": (
        "{spent} of {total} spent, {reserved} reserved",
        "{spent} sur {total}, {reserved} réservés",
    ),
    "mutes": ("Muted senders ({count})", "Expéditeurs en sourdine ({count})"),
    "mute_told": ("until {until}, by {by}", "jusqu'au {until}, par {by}"),
    "mute_told_why": ("until {until}, by {by}: {reason}", "jusqu'au {until}, par {by} : {reason}"),
    "unmute": ("Unmute", "Lever"),
    "calm": ("calm", "calme"),
    "paused": ("paused", "en pause"),
    "on": ("on", "actif"),
    "off": ("off", "inactif"),
    "failing": ("failing", "en panne"),
}


class Words:
    """Says things in one language and one time zone."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        """`language`: `en` or `fr`."""
        self._language, self._zone = language, zone

    @property
    def language(self) -> str:
        """`en` or `fr`."""
        return self._language

    def __call__(self, word: str, **values: object) -> str:
        """A phrase, with its values filled in."""
        english, french = _WORDS[word]
        return (french if self._language == "fr" else english).format(**values)

    def count(self, number: int) -> str:
        """A number, with its thousands apart."""
        return str(format_decimal(number, locale=self._language))

    def money(self, amount: MicroEuros) -> str:
        """An amount in euros and cents."""
        return str(format_currency(amount / 1_000_000, "EUR", locale=self._language))

    def time(self, at: Micros) -> str:
        """An instant as hours and minutes."""
        return self._when(at).strftime("%H:%M")

    def moment(self, at: Micros) -> str:
        """An instant with its day."""
        return str(format_datetime(self._when(at), "d MMM HH:mm", locale=self._language))

    def date(self, iso: str) -> str:
        """A day, written out."""
        return str(format_date(datetime.fromisoformat(iso).date(), "full", locale=self._language))

    def _when(self, at: Micros) -> datetime:
        return datetime.fromtimestamp(at / SECOND, self._zone)
