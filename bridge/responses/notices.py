"""What a free handle says about itself unless the rules file says it otherwise."""

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
        "Vos messages sont conservés chiffrés, avec une clé qui n'est qu'à vous, puis effacés au bout d'un mois, "
        "sauf s'ils font partie d'une attaque, dont ils sont la preuve. L'équipe vous voit sous un pseudonyme. "
        "Rien n'est vendu ni partagé, sauf avec la justice."
    ),
    "en": (
        "Your messages are kept encrypted, with a key of your own, and erased after a month, unless they are "
        "part of an attack, of which they are the proof. The team sees you under a pseudonym. Nothing is sold "
        "or shared, except with the courts."
    ),
}

GROUP = {
    "fr": "Merci de l'invitation, mais cette adresse ne parle qu'à une personne à la fois.",
    "en": "Thank you for the invitation, but this address speaks with one person at a time.",
}
