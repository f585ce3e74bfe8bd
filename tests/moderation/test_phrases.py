"""What is looked for is found however it is dressed up, and in no word that merely holds its letters."""

import pytest

from bridge.moderation.phrases import LONGEST, NoPhrase, Text, read_phrase

FOUND = [
    ("salope", "Sal0pe"),
    ("salope", "S A L O P E !"),
    ("salope", "s.a.l.o.p.e"),
    ("salope", "sa-lope"),
    ("salope", "sal\u200bope"),
    ("salope", "s\u0336alope"),
    ("salope", "ѕаlоре"),
    ("salope", "ｓａｌｏｐｅ"),
    ("salope", "de belles salopes"),
    ("Sal0pe", "salope"),
    ("  les   CORBEAUX ", "Les corbeaux\nvolent"),
    ("con", "quel con !"),
    ("vélo", "velo"),
    ("🦄", "salut 🦄 !"),
    ("45 21", "le code est 4521"),
    ("violette77", "VIOLETTE77"),
    ("re:viol.tte", "Une V\u0069olette"),
    ("re:^bonjour", "Bonjour à toi"),
    ("re:été", "cet été"),
    ("re:sal+ope", "s a l o p e"),
]


@pytest.mark.parametrize(("phrase", "text"), FOUND)
def test_it_is_found(phrase: str, text: str) -> None:
    assert read_phrase(phrase).is_in(Text(text))


NOT_FOUND = [
    ("con", "je te conduis"),
    ("con", "contente"),
    ("salope", "sale opération"),
    ("salut", "sa lutte"),
    ("4521", "4 et 521"),
    ("re:viol.tte", "violente"),
    ("vélo", "vélodrome"),
]


@pytest.mark.parametrize(("phrase", "text"), NOT_FOUND)
def test_it_is_not_found_in_what_only_looks_like_it(phrase: str, text: str) -> None:
    assert not read_phrase(phrase).is_in(Text(text))


@pytest.mark.parametrize("before", [0, 100, 350, 399, 401, 700, 1500, 4000])
@pytest.mark.parametrize("filler", ["mot ", "m", "mot\n"])
def test_it_is_found_wherever_it_stands_in_a_long_text(before: int, filler: str) -> None:
    head = (filler * before)[:before].rstrip() + " " if before else ""
    assert read_phrase("vi0lette des bois").is_in(Text(f"{head}Violette des b0is " + "puis rien " * 300))


REFUSED = [
    ("", "phrase_empty"),
    ("   ", "phrase_empty"),
    ("?!", "phrase_empty"),
    ("\u200b", "phrase_empty"),
    ("a" * (LONGEST + 1), "phrase_long"),
    ("re:", "pattern_empty"),
    ("re:(", "pattern_broken"),
    (r"re:(a)\1", "pattern_broken"),
    ("re:(?=a)", "pattern_broken"),
    ("re:((a{100}){100}){100}", "pattern_broken"),
    ("re:a*", "pattern_of_all"),
    ("RE: .*", "pattern_of_all"),
]


@pytest.mark.parametrize(("written", "code"), REFUSED)
def test_what_cannot_be_looked_for_is_said(written: str, code: str) -> None:
    with pytest.raises(NoPhrase) as refused:
        read_phrase(written)
    assert refused.value.code == code


HOSTILE = ["(a+)+$", "(a|aa)+$", "(.*a){20}", "([a-z]+)*x"]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_no_pattern_makes_a_text_slow(pattern: str) -> None:
    """With a backtracking engine any of these would go on for years."""
    text = Text("a" * 5000 + "!")
    assert read_phrase(f"re:{pattern}").is_in(text) in (True, False)


@pytest.mark.parametrize("text", ["\ud83d seul", "\x00\x1b[31m", "\ufdfa" * 2000, "é" * 9000, ""])
def test_no_text_breaks_it(text: str) -> None:
    assert not read_phrase("introuvable").is_in(Text(text))
    assert not read_phrase("re:introuvable").is_in(Text(text))
