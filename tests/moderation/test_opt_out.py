"""Opt-outs as people write them, and what looks like one and is not."""

from pathlib import Path

import pytest

from bridge.model import Wish
from bridge.moderation import stop_words
from bridge.moderation.opt_out import wish_in, wish_of
from bridge.noun import replace
from tests.support.events import message

STOPS = r"""
STOP|stop|Stop|“STOP”|«STOP»|« STOP »|'stop'|„Stop“|*STOP*|STOP.|Stop !|STOP!!!|¡STOP!|STOP…
STOP?|(stop)|[STOP]|#STOP|/stop|STOP 🛑|🛑 STOP 🛑|STOP 🙏🏽|✋stop✋|STOP ❌|ＳＴＯＰ|𝐒𝐓𝐎𝐏|🆂🆃🅾🅿|S.T.O.P
S.T.O.P.|S-T-O-P|stooooop|STOPPPP|S\u200bT\u200bO\u200bP|\ufeffSTOP|\u200fSTOP\u200e
STOP\u00a0|STOP\x00|\tSTOP\r\n|S̶T̶O̶P̶|STOP\ufe0f|⛔️ stop|Stop merci|STOP SVP
Stop s’il vous plaît|stop stp|Merci, STOP|STOP SMS|STOP ALL|STOPALL|stop all messages
Stop PUB|stop stop stop|STOP STOP|STOP au 36180|STOP 36111|STOP MSG|stop spam|stop now
please stop|Stop, please!|Stop texting me|STOP à tous les messages|stop messages
stop sending me messages|Bonjour, STOP|Re: STOP|Stop thank you|STOP tout de suite|opt out
Opt-Out|OPTOUT|opt‑out please|unsubscribe|Unsubscribe me from this list
I want to unsubscribe|unsub|don't text me|No more messages|remove me from this list|END|quit
Cancel|cancel please|Revoke|CANCEL ALL|ARRET|ARRÊT|Arrêt.|arrêtez|Arrêtez !|arrêtez svp
Arrêtez de m'envoyer des messages|arrête de m’écrire|ARRÊT SMS|arret merci|désabonnement
Désabonnement svp|DESABONNEMENT|désabonnez-moi|Je veux me désabonner
je souhaite me désinscrire|désinscription|Ne m'écrivez plus|ne me contactez plus merci
plus de messages svp|Merci de me désabonner|baja|BAJA|Dar de baja|quiero darme de baja|alto
¡Alto!|parar|Parar por favor|no más mensajes|basta|cancelar|توقف|تَوَقَّف|توقـــف|إلغاء
الغاء|إلغاء الاشتراك|إيقاف|أوقفوا الرسائل|توقف من فضلك|\u200fتوقف\u200f|كفى|Abmelden|hör auf
halt!|disiscrivimi|sair|pare|afmelden|стоп|Стоп!|Отписаться|STOP\nEnvoyé de mon iPhone
Stop\n\nEnvoyé de mon iPhone|STOP\nSent from my iPhone
stop\r\nSent from my Samsung Galaxy smartphone.|STOP Envoyé de mon iPhone
STOP\nEnvoyé depuis l'application Mail Orange|Stop\n-- \nJean
STOP\n--\nDupont SARL, 12 rue X, tel 01|stop\nEnviado desde mi iPhone
STOP\nGet Outlook for Android|arrêt\nTéléchargez Outlook pour iOS|STOP\nMarie Dupont
stop\nMerci|توقف\nأرسلت من الـ iPhone|STOP\n___\nEnvoyé de mon mobile
se désabonner|desinscrire moi svp|stop aux messages|stop aux SMS merci|Stop merci bonne journée
stopsms|STOPPUB|Unsubscribe me|remove me from your list|stop contact|ne plus recevoir de SMS
Je ne veux plus recevoir de messages|je ne souhaite plus recevoir vos SMS, merci|je ne veux plus de messages
STOP, cordialement|Stop merci\nEnvoyé de mon iPhone|“STOP”\n\n—\nJ.|STOP\n🛑
Résilier|RESILIER|Résiliation svp|je souhaite résilier mon abonnement|remove|REMOVE please
Stop it|stop it!!|please stop it now|unsubscribe me|remove me from your list|take me off this list
leave me alone|Please leave me alone|laissez-moi tranquille|ne plus me contacter
retirez-moi de votre liste|supprimez mon numéro svp|delete my number|kündigen|Kündigung bitte
smettila|отписка|anuluj|停止|停止。|退订|退訂|取消订阅|配信停止|停止してください
"""

NO_STOPS = r"""
stop, on se connaît ?|Stop on se connaît|arrête de faire la tête, viens|stop it you're funny
je t'arrête tout de suite|end of story|quit smoking?|cancel dinner tonight?
hold the bus stop|stop that|ne t'arrete pas|STOPPE|non-stop|nonstop|stop the car
Stop ou encore ?|on s'arrête où ?|l'arrêt de bus|arrêt de bus Gambetta
tu descends à quel arrêt ?|arrêt maladie|arrête, tu me fais rire|arrête de bouder
arrête tes conneries|arrêtez-vous au feu|je peux pas m'arrêter de penser à toi|don't stop
Don’t stop me now|never stop|bus stop?|stop by tonight|stop crying|stopwatch|one stop away
pit stop|weekend|the end|The End.|end up at mine?|friend|endless|bookend|happy end
end this with me|quit your job yet?|I quit my job|did you cancel?|cancel culture
cancel that, see you at 8|quit playing games|unstoppable|stopover in Rome|opt out of what?
why unsubscribe?|I will never unsubscribe from you|alto y guapo|soy alto|baja que te espero
para ti|voy a parar aquí|bajamos?|la música baja|cancelar la cena|توقف قلبي عندما رأيتك
لا تتوقف|هل ألغيت الموعد|стоп кран|stop\non se connaît ?|Stop\nViens|STOP\nC'est qui ?
Arrête\nJe rigole|Arrête\nViens chez moi|salut\nSTOP demain|stop 2 minutes
Stop.. tu fais quoi ?|STOP !! c'est qui ?|🛑 on se voit ?|🛑|✋|s t o p|||👍|.|ok|merci|please
je ne veux plus te voir|je ne veux plus recevoir de cadeaux|contact|stop contact with reality
svp|bonjour|re|merci de|envoyé de mon iPhone|Salut\nEnvoyé de mon iPhone|je veux
je veux arrêter de fumer|I want to quit|je veux te voir|stop moi si tu peux
désabonne-toi de son compte|on annule ?|annule ton rdv et viens|basta pasta ce soir ?|all
stop it some more|stop it, who is this?|stop it then come over|remove your shirt|remove it
tu veux résilier ?|je résilie mon bail demain|laisse-moi tranquille cinq minutes et viens|dur|停车
leave me alone with her|does she want to be left alone?|take me off guard|delete me from what?
ne m'écris plus|laisse-moi tranquille|résilier quoi ?|supprime son numéro|les arrêts de bus sont loin
不要停止|我不想停止
sms|messages|36180|toi|bonne journée|stop, bonne journée à la plage ?|au revoir|cordialement
"""


def rows(table: str) -> list[str]:
    """The texts of a table, which stand between bars, with escapes for what cannot be seen."""
    cells = (cell for line in table.strip().splitlines() for cell in line.split("|"))
    return [cell.encode("latin-1", "backslashreplace").decode("unicode_escape") for cell in cells]


@pytest.mark.parametrize("text", rows(STOPS), ids=ascii)
def test_an_opt_out_counts_however_it_is_written(text: str) -> None:
    assert wish_in(text) is Wish.STOP


@pytest.mark.parametrize("text", rows(NO_STOPS), ids=ascii)
def test_a_stop_word_in_something_said_is_no_opt_out(text: str) -> None:
    assert wish_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "START",
        "start",
        "“Start”",
        "UNSTOP",
        "unstop 🙂",
        "ＳＴＡＲＴ",
        "Start svp",
        "START\nEnvoyé de mon iPhone",
    ],
)
def test_taking_it_back_is_read_alike(text: str) -> None:
    assert wish_in(text) is Wish.START


@pytest.mark.parametrize("text", ["startup", "start over?", "on start quand ?", "start moi", "stop start"])
def test_a_start_in_something_said_takes_nothing_back(text: str) -> None:
    assert wish_in(text) is not Wish.START


def test_what_ordinary_people_write_is_no_opt_out() -> None:
    texts = Path(__file__).parents[2] / "bridge" / "simulate" / "texts"
    said = [line for file in texts.glob("ordinary.*.txt") for line in file.read_text("utf-8").splitlines()]
    assert len(said) > 2_000
    assert [line for line in said if wish_in(line) is Wish.STOP] == []


@pytest.mark.parametrize("table", ["ALONE", "ALWAYS", "WANT", "BEFORE", "AFTER", "SIGNATURES"])
def test_every_language_of_the_house_has_its_words(table: str) -> None:
    phrases = getattr(stop_words, table)
    assert any("\u0600" <= phrase[0] <= "\u06ff" for phrase in phrases)
    assert len(phrases) >= 10


@pytest.mark.parametrize("text", ["stop " * 80, "stop " * 400, "merci " * 400, "s." * 800, "\ufdfa" * 1600])
def test_a_long_text_is_no_opt_out(text: str) -> None:
    assert wish_in(text) is None


@pytest.mark.parametrize(
    ("of_the_provider", "text", "wish"),
    [
        (None, "STOP", Wish.STOP),
        (None, "Bonjour", None),
        (Wish.STOP, "Arretez tout", Wish.STOP),
        (Wish.START, "STOP", Wish.START),
    ],
)
def test_the_provider_s_word_counts_before_the_text_s(
    of_the_provider: Wish | None, text: str, wish: Wish | None
) -> None:
    assert wish_of(replace(message(text), wish=of_the_provider), wish_in(text)) is wish
