"""What the room itself says, in the language of the team; cards and outcomes come worded. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.grammar import Language
from bridge.ports import House


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: Language
    pair: str
    """A label and its value, on one line."""
    group: str
    more: str
    samples_title: str
    samples_wait: str
    samples_note: str
    samples_none: str
    samples_fault: str
    no_text: str
    close: str
    no_mutes: str
    members_only: str
    members_only_why: str
    slow: str
    not_now: str
    unavailable: str
    fault: str


def words_of(house: House | None) -> Words:
    """Those of the house's language; English without a house."""
    return _WORDS[house.language if house else "en"]


_WORDS: Mapping[Language, Words] = {
    "en": Words(
        language="en",
        pair="{label}: {value}",
        group="{label}: {messages} messages from {senders} senders",
        more="and {count} more",
        samples_title="Messages",
        samples_wait="The messages are on their way…",
        samples_note="Written by strangers, shown as they came; � replaces what would hide or disguise.",
        samples_none="There is no message to show.",
        samples_fault="The messages cannot be shown now: close this window and try again in a minute.",
        no_text="(no text)",
        close="Close",
        no_mutes="Nobody is muted.",
        members_only="Only members of the feed channel see who is muted.",
        members_only_why="Only members of the feed channel are told why.",
        slow="This takes longer than usual; the answer will follow.",
        not_now="That cannot be told now: try again in a minute.",
        unavailable="Nothing was done, because it could not be recorded: try again in a minute.",
        fault="Something failed on our side: look at the card before you try again.",
    ),
    "fr": Words(
        language="fr",
        pair="{label} : {value}",
        group="{label} : {messages} messages de {senders} personnes",
        more="et {count} de plus",
        samples_title="Messages",
        samples_wait="Les messages arrivent…",
        samples_note="Écrits par des inconnus, montrés tels quels ; � remplace ce qui cache ou déguise.",
        samples_none="Il n'y a aucun message à montrer.",
        samples_fault="Impossible de montrer les messages : fermez cette fenêtre, réessayez dans une minute.",
        no_text="(aucun texte)",
        close="Fermer",
        no_mutes="Personne n'est en sourdine.",
        members_only="Seuls les membres du canal voient qui est en sourdine.",
        members_only_why="Seuls les membres du canal peuvent savoir pourquoi.",
        slow="C'est plus long que d'habitude ; la réponse va suivre.",
        not_now="Impossible de le dire maintenant : réessayez dans une minute.",
        unavailable="Rien n'a été fait, faute de pouvoir l'enregistrer : réessayez dans une minute.",
        fault="Quelque chose a échoué chez nous : regardez la carte avant de réessayer.",
    ),
}
