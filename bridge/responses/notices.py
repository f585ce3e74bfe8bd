"""What a free channel, or the public page, says about itself unless the rules file says it otherwise.

`$ordinary` and `$raid` are how long texts are kept, `$controller` whom to write to, `$until` a day.
"""

HELP = {
    "fr": (
        "Cette adresse répond automatiquement, une fois, aux personnes à qui on l'a donnée. "
        "Personne ne lit les messages au fur et à mesure. Envoyez /stop pour ne plus rien recevoir, "
        "/privacy pour savoir ce qui est conservé, /forget pour le faire effacer."
    ),
    "en": (
        "This address answers automatically, once, whoever was given it. Nobody reads along. "
        "Send /stop to receive nothing more, /privacy to learn what is kept, /forget to have it erased."
    ),
}

PRIVACY = {
    "fr": (
        "Vos messages sont conservés chiffrés, avec une clé qui n'est qu'à vous. L'équipe vous voit sous un "
        "pseudonyme ; votre compte ou votre numéro n'est montré qu'à un administrateur, et c'est noté. "
        "Messages et compte sont effacés $ordinary après votre dernier message ; ce qui fait partie d'une "
        "attaque contre cette adresse est gardé comme preuve, pour la police et la justice, $raid après "
        "elle, ou plus longtemps si une procédure est en cours. Rien n'est vendu. "
        "Envoyez /forget pour les faire effacer dès maintenant. $controller"
    ),
    "en": (
        "Your messages are kept encrypted, with a key of your own. The team sees you under a pseudonym; your "
        "account or number is shown to an admin alone, and that is recorded. Messages and account are erased "
        "$ordinary after your last message; what is part of an attack on this address is kept as evidence, "
        "for the police and the courts, for $raid after it, or for longer while a procedure is under way. "
        "Nothing is sold. Send /forget to have them erased right now. $controller"
    ),
}

FORGET = {
    "fr": (
        "Vos messages et votre compte seront effacés, pour toujours. Un /stop reste valable. "
        "Pour confirmer, envoyez /forget_yes"
    ),
    "en": (
        "Your messages and your account will be erased, for good. A /stop stays in force. "
        "To confirm, send /forget_yes"
    ),
}

FORGOTTEN = {
    "fr": "C'est entendu : vos messages et votre compte sont effacés dans quelques minutes au plus.",
    "en": "Done: your messages and your account are erased within a few minutes at most.",
}

HELD = {
    "fr": (
        "Vos messages font partie d'une attaque contre cette adresse. Ils sont gardés comme preuve, au moins "
        "jusqu'au $until, et ne peuvent être effacés avant. $controller"
    ),
    "en": (
        "Your messages are part of an attack on this address. They are kept as evidence at least until "
        "$until, and cannot be erased before. $controller"
    ),
}

GROUP = {
    "fr": "Merci de l'invitation, mais cette adresse ne parle qu'à une personne à la fois.",
    "en": "Thank you for the invitation, but this address speaks with one person at a time.",
}

OPEN = {
    "fr": "Nous sommes là : les messages reçoivent une réponse.",
    "en": "We are here: messages are answered.",
}

ATTACKED = {
    "fr": "Nous sommes attaqués, et toujours là : les personnes qui écrivent reçoivent encore une réponse.",
    "en": "We are under attack, and still here: people who write are still answered.",
}

LATE = {
    "fr": "Nous sommes là. Les réponses arrivent plus tard que d'habitude.",
    "en": "We are here. Answers come later than usual.",
}

PAUSED = {
    "fr": "Les réponses sont suspendues pour le moment.",
    "en": "Answers are paused for the moment.",
}
