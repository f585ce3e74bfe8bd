"""What actors are told, in English and in French. Ours alone: no text or number of a person is quoted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bridge.model import SECOND, Micros

_WORDS = {
    "refused": (
        "Nothing was done: only the moderators may do this. The attempt is recorded.",
        "Rien n'a été fait : seule la modération peut le faire. La tentative est consignée.",
    ),
    "refused_money": (
        "Nothing was done: only the admins may change the pot. The attempt is recorded.",
        "Rien n'a été fait : seuls les admins peuvent modifier la cagnotte. La tentative est consignée.",
    ),
    "unknown_verb": ("Nothing was done: this act is not known.", "Rien n'a été fait : action inconnue."),
    "unknown_target": (
        "Nothing was done: nobody is known under that handle or number.",
        "Rien n'a été fait : ce pseudonyme ou ce numéro n'est connu de personne.",
    ),
    "exempt": (
        "Nothing was done: this sender is exempt, because organisers and tests must get through.",
        "Rien n'a été fait : cet expéditeur est exempté, l'équipe et les tests doivent passer.",
    ),
    "muted": ("{about} is muted until {until}.", "{about} est en sourdine jusqu'au {until}."),
    "muted_already": (
        "{about} was muted already, until {until}.",
        "{about} était déjà en sourdine, jusqu'au {until}.",
    ),
    "muted_all": (
        "{count} senders are muted until {until}.",
        "{count} expéditeurs sont en sourdine jusqu'au {until}.",
    ),
    "unmuted": ("{about} is answered again.", "{about} recevra de nouveau des réponses."),
    "not_muted": ("{about} was not muted.", "{about} n'était pas en sourdine."),
    "paused": ("{about} is silent until {until}.", "{about} se tait jusqu'au {until}."),
    "paused_open": (
        "{about} is silent until somebody resumes it.",
        "{about} se tait jusqu'à ce que quelqu'un reprenne.",
    ),
    "resumed": ("{about} answers again.", "{about} répond de nouveau."),
    "not_paused": ("{about} was not paused.", "{about} n'était pas en pause."),
    "shielded": (
        "The shield is up until {until}: only new people who look ordinary are answered.",
        "Bouclier levé jusqu'au {until} : seuls les nouveaux d'apparence ordinaire ont une réponse.",
    ),
    "unshielded": ("The shield is down.", "Le bouclier est baissé."),
    "not_shielded": ("There was no shield up.", "Aucun bouclier n'était levé."),
    "false_alarm": (
        "False alarm: {count} senders are ordinary again, and what is still timely is sent after all.",
        "Fausse alerte : {count} expéditeurs redeviennent ordinaires, et ce qui peut encore partir part.",
    ),
    "false_alarm_already": (
        "It was called a false alarm already.",
        "C'était déjà déclaré fausse alerte.",
    ),
    "reopened": (
        "Undone: it is a raid, and {count} senders wait again.",
        "Annulé : c'est bien un raid, et {count} expéditeurs attendent de nouveau.",
    ),
    "unknown_raid": (
        "Nothing was done: only the newest raid can be called a false alarm.",
        "Rien n'a été fait : seul le dernier raid peut être déclaré fausse alerte.",
    ),
    "undone": (
        "Undone: {count} senders are answered again.",
        "Annulé : {count} expéditeurs de nouveau servis.",
    ),
    "nothing_to_undo": (
        "Nothing was done: there is nothing left to undo.",
        "Rien n'a été fait : il n'y a plus rien à annuler.",
    ),
    "pot_set": ("The pot is {about} EUR in all.", "La cagnotte est de {about} EUR en tout."),
    "pot_added": (
        "{about} EUR were added: the pot is {total} in all.",
        "{about} EUR ajoutés : la cagnotte est de {total} en tout.",
    ),
    "pot_corrected": (
        "A correction of {about} EUR is booked: {spent} are spent in all.",
        "Une correction de {about} EUR est passée : {spent} dépensés en tout.",
    ),
    "overcorrected": (
        "Nothing was done: {spent} are spent, and a correction cannot take back more.",
        "Rien n'a été fait : {spent} sont dépensés, une correction ne peut en reprendre davantage.",
    ),
    "unknown_amount": (
        "Nothing was done: write an amount in euros, such as 3300 or 12.50.",
        "Rien n'a été fait : écrivez un montant en euros, comme 3300 ou 12.50.",
    ),
    "taught_ordinary": (
        "Taught as ordinary: {count} texts of {about}. This is lesson {lesson}; it can be undone.",
        "Appris comme ordinaires : {count} textes de {about}. C'est la leçon {lesson}, annulable.",
    ),
    "taught_abusive": (
        "Taught as abusive: {count} texts of {about}. This is lesson {lesson}; it can be undone.",
        "Appris comme injurieux : {count} textes de {about}. C'est la leçon {lesson}, annulable.",
    ),
    "taught_already": (
        "The texts of {about} were taught already: undo lesson {lesson} first.",
        "Les textes de {about} sont déjà appris : annulez d'abord la leçon {lesson}.",
    ),
    "unknown_taught": (
        "Nothing was done: no raid has that id, and nobody is known under that handle or number.",
        "Rien n'a été fait : aucun raid n'a ce numéro, et personne n'est connu sous ce nom.",
    ),
    "nothing_to_teach": (
        "Nothing was done: there is no text of theirs to learn from.",
        "Rien n'a été fait : il n'y a aucun texte d'eux dont apprendre.",
    ),
    "too_many_lessons": (
        "Nothing was done: {most} lessons are in force, and that is the most; undo one first.",
        "Rien n'a été fait : {most} leçons sont en vigueur, c'est le maximum ; annulez-en une d'abord.",
    ),
    "untaught": (
        "Lesson {about} is undone: it is as if it had never been taught.",
        "La leçon {about} est annulée : c'est comme si elle n'avait jamais été apprise.",
    ),
    "unknown_lesson": (
        "Nothing was done: there is no such lesson in force.",
        "Rien n'a été fait : aucune leçon de ce numéro n'est en vigueur.",
    ),
    "looked": ("The texts were shown.", "Les textes ont été montrés."),
}


def say(word: str, language: str, **values: object) -> str:
    """A sentence in the team's language."""
    english, french = _WORDS[word]
    return (french if language == "fr" else english).format(**values)


def moment(at: Micros, zone: ZoneInfo, language: str) -> str:
    """An instant as the team reads it, such as `21 Nov 18:30` or `21/11 à 18:30`."""
    when = datetime.fromtimestamp(at / SECOND, zone)
    return when.strftime("%d/%m à %H:%M" if language == "fr" else "%d %b %H:%M")
