"""What a free channel says about itself unless the rules file says it otherwise."""

HELP = {
    "fr": (
        "Cette adresse répond automatiquement, une fois, aux personnes à qui on l'a donnée. "
        "Personne ne lit les messages au fur et à mesure. Envoyez /stop pour ne plus rien recevoir, "
        "/privacy pour savoir ce qui est conservé."
    ),
    "en": (
        "This address answers automatically, once, whoever was given it. Nobody reads along. "
        "Send /stop to receive nothing more, /privacy to learn what is kept."
    ),
}

PRIVACY = {
    "fr": (
        "Vos messages sont conservés chiffrés, avec une clé qui n'est qu'à vous, sous un pseudonyme. "
        "L'équipe ne voit ni votre compte ni votre numéro. "
        "Rien n'est vendu ni partagé, sauf avec la justice. "
        "Pour l'effacement, écrivez à l'équipe qui vous a donné cette adresse."
    ),
    "en": (
        "Your messages are kept encrypted, with a key of your own, under a pseudonym. The team sees neither "
        "your account nor your number. Nothing is sold or shared, except with the courts. "
        "To have them erased, write to the team behind this address."
    ),
}

GROUP = {
    "fr": "Merci de l'invitation, mais cette adresse ne parle qu'à une personne à la fois.",
    "en": "Thank you for the invitation, but this address speaks with one person at a time.",
}
