import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.text.unmask import unmask

ANY_TEXT = st.text(st.characters(codec=None, categories=None))  # lone surrogates included
DISGUISED = st.text("aAbcéно о0134578@$!€|*.-_ \u200b\u0301ᴀａ𝐚ж9१ ", max_size=60)


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("Espèce de Crétin", "espece de cretin"),
        ("c\u0336r\u0301\u0327e\u0300t\u0334i\u0358n", "cretin"),
        ("cré\u200bt\u2060i\u00adn", "cretin"),
        ("ｃｒｅｔｉｎ", "cretin"),
        ("𝐜𝓻𝔢𝕥𝖎𝚗", "cretin"),
        ("ⓒⓡⓔⓣⓘⓝ", "cretin"),
        ("🅒🅡🅔🅣🅘🅝 🅲🆁🅴🆃🅸🅽", "cretin cretin"),
        ("ᴄʀᴇᴛɪɴ", "cretin"),
        ("сrétіn", "cretin"),
        ("quel сrеtin", "quel cretin"),
        ("ѕаlе сосо", "sale coco"),
        ("crεtιn", "cretin"),
        ("cr3t1n", "cretin"),
        ("$4le cr€t!n", "sale cretin"),
        ("b@t@rd, cr|n", "batard crin"),
        ("cr*tin p**re", "crtin pre"),
        ("c r e t i n", "cretin"),
        ("c.r.e.t.i.n", "cretin"),
        ("c-r_e t/i n !", "cretin"),
        ("c r 3 t 1 n", "cretin"),
        ("cretiiiiin", "cretin"),
        ("t'es coooool", "t es col"),
        ("nulllle bonne", "nule bonne"),
        ("cré\u3164tin", "cretin"),
    ],
)
def test_disguises_are_undone(disguised: str, plain: str) -> None:
    assert unmask(disguised) == plain


@pytest.mark.parametrize(
    "disguised",
    [
        pytest.param(text, id=name)
        for name, text in {
            "a figure for a letter": "cr3tin",
            "figures for most letters": "cr371n",
            "figures at the edges": "(r371n",
            "a plus": "cre+in",
            "a plus behind a figure": "cr3+in",
            "a dagger": "cre†in",
            "a pound": "¢retin",
            "a bar": "cret|n",
            "an exclamation mark behind a figure": "cr37!n",
            "case in turn": "cReTiN",
            "superscript": "ᶜʳᵉᵗⁱⁿ",
            "letters in brackets": "⒞⒭⒠⒯⒤⒩",
            "letters in squares": "🄲🅁🄴🅃🄸🄽",
            "letters in black squares": "🅲🆁🅴🆃🅸🅽",
            "letters in brackets, typed": "(c)(r)(e)(t)(i)(n)",
            "script letters": "𝒸𝓇ℯ𝓉𝒾𝓃",
            "letters under circles": "c\u20ddr\u20dde\u20ddt\u20ddi\u20ddn\u20dd",
            "underlined": "c\u0332r\u0332e\u0332t\u0332i\u0332n\u0332",
            "soft hyphens": "cre\u00adt\u00adin",
            "tags": "cre\U000e0074t\U000e0069in",
            "joiners": "c\u200dr\u200ce\u2060tin",
            "Braille blanks": "c\u2800r\u2800e\u2800t\u2800i\u2800n",
            "dots and blanks": "c . r . e . t . i . n",
            "separators again and again": "c___r---e...t,,,i~~~n",
            "emoji between letters": "c🔥r🔥e🔥t🔥i🔥n",
            "emoji of several characters": "c👉🏽r👉🏽e👉🏽t👉🏽i👉🏽n",
            "vowels again and again": "creeeetiiiin",
            "Greek capitals": "CRETIΝ",
            "Greek letters and Latin ones": "ϲrετιn",
            "Cyrillic and Greek, and nothing Latin": "сгετιп",
            "Cyrillic and Armenian": "сгетіո",
            "letters of the Abkhaz and the Kazakh": "crҽҭin",
            "Cherokee": "ᏟRᎬTIN",
            "Canadian syllabics": "ᑕᖇETIᑎ",
            "letters of phonetics": "ƈɾɛƭɨɳ",
        }.items()
    ],
)
def test_a_disguise_that_nobody_here_makes_is_undone(disguised: str) -> None:
    assert unmask(disguised) == "cretin"


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("fa1t p1t1é", "fait pitie"),
        ("sa1e fi11e", "sale fille"),
        ("1diot, 1a honte", "idiot la honte"),
        ("qu1, mo1, ba1", "qui moi bal"),
        ("ma|ade menta|", "malade mental"),
        ("va|n", "vain"),
        ("ce||e, be||e", "celle belle"),
        ("ba++e, c’est +r0p", "batte c est trop"),
        ("s a 1 e", "sale"),
        ("f1lle, fi11e, che11, v1lla", "fille fille chell villa"),
    ],
)
def test_a_one_is_read_by_the_letters_beside_it(disguised: str, plain: str) -> None:
    assert unmask(disguised) == plain


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        pytest.param(
            "7u m3 d3g0u73$ v13!ll3 p3au", "tu me degoutes vieille peau", id="a word of a figure and a letter"
        ),
        pytest.param(
            "v4 73 c0uch3r, +@ gu3u13", "va te coucher ta gueule", id="words of figures and signs alone"
        ),
        pytest.param(
            "(3s7 n0n p0ur 70! f1ll3 d€ r13n",
            "cest non pour to fille de rien",
            id="a sign that begins a word",
        ),
        pytest.param("d15 d0n( l4 v!31ll3", "dis donc la vieille", id="a sign that ends one"),
        pytest.param("l'!d3nt!+é d€$ f3mm€s", "l identite des femmes", id="signs behind an apostrophe"),
        pytest.param("m4|4d3 m3n74|3, |0g1qu3", "malade mentale logique", id="bars for letters"),
        pytest.param("v4 v01r 41ll3ur$ !! 0k", "va voir ailleurs ok", id="exclamation marks behind a word"),
        pytest.param(
            "3 m0ns7r3s, 1200 m3ss4g3s", "e monstres messages", id="a figure alone is read, a number is not"
        ),
        pytest.param("y0u 4r3 @ |0s3r", "you are a loser", id="English"),
        pytest.param("3r3s un4 m13rd4, c@||a+e", "eres una mierda callate", id="Spanish"),
    ],
)
def test_where_letters_are_figures_throughout_every_word_may_be_one(disguised: str, plain: str) -> None:
    assert unmask(disguised) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param(
            "rdv 20h30 ou 21h45, 3e étage, code A4B7", "rdv h ou h ee etage code aabt", id="times and codes"
        ),
        pytest.param("2m1 c b1, a+ pr 1 kfé, 7 am", "m c bi a pr kfe am", id="text speak"),
        pytest.param("gr8 m8, c u 2nite b4 7", "grb mb c u znite ba", id="English text speak"),
        pytest.param(
            "mar7ba, wach 3andek 3 wela 4 ?", "martba wach eandek wela", id="Arabic in Latin letters"
        ),
        pytest.param("ecris moi: zoe@mail.fr ou 06 12 34 56 78", "ecris moi zoeamail fr ou", id="an address"),
        pytest.param(
            "la 4G, le wifi 5GHz, un ipv6, h2o", "la ag le wifi sghz un ipvg hzo", id="signs of technology"
        ),
        pytest.param("menu 5€ + 2€ la part, m3 ou m2", "menu la part me ou mz", id="prices"),
    ],
)
def test_figures_that_people_type_make_no_text_one_of_figures(text: str, plain: str) -> None:
    assert unmask(text) == plain


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("ΤU ΕS ΜΟCΗΕ", "tu es moche"),
        ("tu es ΜΟСНЕ", "tu es moche"),
        ("ΝΥΜΡΗΕ de gare", "nymphe de gare"),
        ("ςα marche", "ca marche"),
        ("ΜΗΝΥΜΑ", "μηνυμα"),
        ("ΤΙ ΚΑΝΕΙΣ ΣΗΜΕΡΑ", "τι κανεισ σημερα"),
        ("τις μέρες", "τισ μερεσ"),
    ],
)
def test_greek_letters_are_read_by_their_case_and_greek_stays_greek(disguised: str, plain: str) -> None:
    assert unmask(disguised) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a+ et bonne soirée", "a et bonne soiree"),
        ("1 kg + 2 kg", "kg kg"),
        ("à demain (ou lundi)", "a demain ou lundi"),
        ("à demain (ou lundi", "a demain ou lundi"),
        ("ok(je crois)", "ok je crois"),
        ("triste :(et toi", "triste et toi"),
        ("pc1323, bus 12, rdv 20h", "pc bus rdv h"),
        ("lundi | mardi || jeudi", "lundi mardi jeudi"),
        ("10£ ou §3", "ou"),
        ("ça va ! et toi !", "ca va et toi"),
        ("vive la 🇫🇷", "vive la"),
        ("ǧ × 3", "g"),
    ],
)
def test_signs_that_people_type_stand_for_no_letters(text: str, plain: str) -> None:
    assert unmask(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("😀 !!! …", ""),
        ("1 2 3 456 06 12 34 56 78", ""),
        ("rdv à 18h30 ou 8 h ?", "rdv a h ou h"),
        ("Salut ! Ça va ?", "salut ca va"),
        ("ça coûte 10€ ou 10 $", "ca coute ou"),
        ("T’es où", "t es ou"),
        ("y a 2 places", "y a places"),
        ("coucou😘toi", "coucou toi"),
        ("\ud83d demi", "demi"),
    ],
)
def test_numbers_symbols_and_punctuation_are_dropped(text: str, plain: str) -> None:
    assert unmask(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Привет, как дела сегодня", "привет как дела сегодня"),
        ("Καλημέρα τι κάνεις", "καλημερα τι κανεισ"),
        ("مرحبا كيف الحال", "مرحبا كيف الحال"),
        ("مُرْحَبًا", "مرحبا"),
        ("он любит rock", "он любит rock"),
        ("je dis Привет", "je dis привет"),
        ("你好", "你好"),
    ],
)
def test_other_scripts_keep_their_letters(text: str, plain: str) -> None:
    assert unmask(text) == plain


@given(ANY_TEXT | DISGUISED)
def test_unmasking_twice_changes_nothing_more(text: str) -> None:
    assert unmask(unmask(text)) == unmask(text)


@given(ANY_TEXT | DISGUISED)
def test_only_letters_and_single_spaces_are_left(text: str) -> None:
    found = unmask(text)
    assert found == " ".join(found.split())
    assert found.replace(" ", "").isalpha() or not found


@given(st.text())
def test_composition_never_matters(text: str) -> None:
    assert unmask(unicodedata.normalize("NFD", text)) == unmask(unicodedata.normalize("NFC", text))
