"""How people ask not to be written to any more, in the languages that replies are written in. Pure data.

Written as people do; folded when loaded. One phrase a line or between commas. To teach another language, add
its words to each of the tables.
"""

from bridge.text.tokens import words


def _phrases(table: str) -> frozenset[str]:
    """Folded, single-spaced, without punctuation."""
    written = table.replace("\n", ",").split(",")
    return frozenset(filter(None, (" ".join(words(phrase)) for phrase in written)))


ALONE = _phrases(
    # English, with all that a provider honours by itself; then the other languages, a line each
    """
    stop, stop it, stopall, end, quit, cancel, revoke, remove
    arrêt, arrête, arrêtez, arrêter, annuler, annulation
    alto, parar, pare, paren, detener, basta, cancelar, cancele
    stopp, halt, aufhören, hör auf, hören Sie auf, kündigen, Kündigung, stornieren
    fermati, fermatevi, annulla, smettila, smettetela
    sair, para de enviar, pare de enviar
    stoppen, ophouden
    przestań, dość, anuluj
    стоп, хватит
    توقف, توقفوا, قف, إيقاف, أوقف, أوقفوا, إلغاء, ألغي, كفى
    停止, 停
    """
)
"""What asks for it when hardly anything else is said; in a sentence these words mean other things."""

ALWAYS = _phrases(
    """
    stopsms, stoppub, unsubscribe, unsubscribe me, unsub, optout, opt out, opt me out, remove me
    no more messages, no more texts, don't text me, do not text me, don't contact me, do not contact me
    don't message me, take me off this list, take me off your list, leave me alone
    delete me, delete my number
    désabonnement, désabonner, désabonne, désabonnez, désabonne-moi, désabonnez-moi, me désabonner
    se désabonner, se désinscrire, désabonner moi, désinscrire moi
    désinscription, désinscrire, désinscris, désinscrivez, désinscris-moi, désinscrivez-moi, me désinscrire
    ne m'écrivez plus, ne me contactez plus, ne plus me contacter
    plus de messages, plus de SMS, laissez-moi tranquille, retirez-moi, résilier, résiliation, résiliez
    supprimez mon numéro, supprimer mon numéro, effacez mon numéro
    ne m'envoyez plus de messages, ne m'envoyez plus de SMS, ne plus recevoir de messages
    ne plus recevoir de SMS
    je ne veux plus recevoir de messages, je ne veux plus recevoir de SMS, je ne veux plus de messages
    je ne veux plus recevoir vos messages, je ne veux plus recevoir vos SMS, je ne veux plus de SMS
    je ne souhaite plus recevoir de messages, je ne souhaite plus recevoir de SMS
    je ne souhaite plus recevoir vos messages, je ne souhaite plus recevoir vos SMS
    baja, dar de baja, darme de baja, dame de baja, deme de baja, darse de baja, desuscribir, desuscribirme
    no más mensajes, no me escriban más
    abmelden, Abmeldung, abbestellen, austragen, keine Nachrichten mehr
    disiscrivi, disiscrivimi, disiscrizione, cancellami, niente più messaggi
    descadastrar, cancelar inscrição, cancelar subscrição, chega de mensagens
    afmelden, uitschrijven, geen berichten meer
    wypisz, wypisz mnie
    отписаться, отписка, отпишите меня, не пишите мне
    إلغاء الاشتراك, الغي الاشتراك, لا ترسلوا, لا تراسلوني
    停止发送, 停止發送, 退订, 退訂, 取消订阅, 取消訂閱, 配信停止, 停止してください
    """
)
"""What means nothing else, also after "I want to"."""

WANT = _phrases(
    """
    I want to, I wish to, I would like to, I'd like to
    je veux, je souhaite, je voudrais, je désire, merci de, veuillez
    quiero, deseo, quisiera, ich möchte, ich will, bitte, voglio, vorrei, quero, ik wil, хочу, أريد
    """
)

BEFORE = _phrases(
    """
    please, pls, plz, ok, okay, re, hi, hello
    svp, stp, s'il vous plaît, s'il te plaît, merci, merci de, bonjour, bonsoir, salut
    por favor, hola, bitte, hallo, per favore, ciao, olá, alsjeblieft, proszę, пожалуйста
    من فضلك, لو سمحت, الرجاء
    """
)
"""What may come before it."""

AFTER = _phrases(
    """
    please, pls, plz, thanks, thank you, thx, now, right now, immediately, forever, all, everything
    the, your, these, me from this list, me from your list, from this list, from your list, contact
    this number, sms, mms, msg, msgs, text, texts
    message, messages, spam, ads, bot, notifications, subscription, service, list, sending
    sending me, texting, texting me, messaging
    messaging me, writing, writing to me, writing me, contacting me, to
    merci, merci beaucoup, merci d'avance, svp, stp, s'il vous plaît, s'il te plaît, maintenant, tout de suite
    immédiatement, définitivement, tout, tous, les, des, vos, tes, ces, cette liste, de cette liste, ce numéro
    texto, textos, pub, pubs, publicité, publicités, envoi, envois, abonnement, mon abonnement, de votre liste
    de m'écrire, de m'envoyer
    d'envoyer, de me contacter, à, au, aux, bonne journée, bonne soirée, cordialement, au revoir
    por favor, porfa, gracias, ya, ahora, todo, todos, los, mensaje, mensajes, de enviar, de enviarme
    de escribirme, suscripción
    bitte, danke, jetzt, sofort, Nachricht, Nachrichten, alle
    per favore, grazie, adesso, subito, tutto, messaggi
    obrigado, obrigada, agora, já, tudo, mensagens
    alsjeblieft, alstublieft, bedankt, nu, berichten
    proszę, dziękuję, teraz, пожалуйста, спасибо, сообщения
    من فضلك, لو سمحت, شكرا, الآن, فورا, كل, جميع, الرسائل, رسائل, الاشتراك
    """
)
"""What may follow it: courtesy, haste, and what is to stop."""

SIGNATURES = _phrases(
    """
    sent from, sent via, sent with, get outlook for
    envoyé de, envoyé depuis, envoyé à partir de, envoyé avec, envoyé via, provenance, obtenez outlook
    obtenir outlook, télécharger outlook, téléchargez outlook
    enviado desde, enviado de, enviado a partir de, enviado con, enviado do, obtener outlook
    gesendet von, von meinem, inviato da, inviato dal, verzonden vanaf, verstuurd vanaf, wysłane z
    отправлено с
    أرسل من, أرسلت من, مرسل من, تم الإرسال من
    """
)
"""How the line begins that a telephone or a program puts below."""

START = _phrases("start, unstop")
"""What takes it back: the words that the provider takes for it, too."""
