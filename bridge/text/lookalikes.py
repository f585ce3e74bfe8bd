"""Letters that look like Latin ones: the tables behind `unmask`. Pure data.

Chosen by eye from Unicode's charts and from its list of what is confusable (UTS #39), after taking apart
(NFKD) and case folding: what those undo, such as full width and mathematical letters, needs no entry here.
"""


def _table(pairs: str) -> dict[int, str]:
    """Groups of one Latin letter and all that stand for it, the letter first in each."""
    return {ord(twin): group[0] for group in pairs.split() for twin in group[1:]}


# Latin by script: small capitals, turned, hooked and barred letters, letters in black circles and squares.
_LATIN = _table(
    "aᴀɑɐ bʙƀɓƃƅ cᴄɕȼƈ dᴅđɖɗðƌ eᴇəɛɘɇǝꬲ fꜰƒꞙꬵ gɢɡǥɠᶃƍ hʜħɦɥ iɪıɨɩ jᴊʝɉȷ kᴋƙ lʟłƚɫɬɭǀ mᴍɱɯ nɴɲŋƞɳ oᴏøɔɵᴑꬽ pᴘƥᵽ"
    " qꞯʠɋ rʀɍɾɹʁꭇꭈᴦ sꜱƨʃƽ tᴛŧƭʈʇ uᴜʉʊʋꞟꭎꭒ vᴠʌ wᴡⱳ yʏƴɏʎɣỿꭚ zᴢƶȥʐʒ"
    # Signs with the shape of a letter
    " d∂ e℮⋿ l∣ t†⊤ u∪⋃ v∨⋁ x╳"
)
_BLACK = {start + place: chr(ord("a") + place) for start in (0x1F150, 0x1F170) for place in range(26)}
# Figures in circles number what stands behind them.
_NUMBERING = dict.fromkeys(range(0x2776, 0x2794), " ")
# Hangul fillers count as letters, and show nothing.
_BLANK = dict.fromkeys((0x115F, 0x1160, 0x3164, 0xFFA0), "")

ALWAYS: dict[int, str] = _LATIN | _BLACK | _NUMBERING | _BLANK
"""What may be read as Latin in any text."""

TWINS: dict[int, str] = _table(
    # Cyrillic
    "aа bвь cс dԁ eеєзҽҿ gԍ hнһ iіꙇ jј kк lӏ mм nип oоө pр qԛ rгя sѕ tт uц vѵ wшԝѡ xх yуүұ"
    " bҍ cҫ hңҥӈӊ kқҝҟҡ pҏ tҭ xҳӽӿ"
    # Greek; Coptic, whose capitals are like the Greek ones
    " aα bβ cϲ dδ eε iι jϳ kκ nηπ oοσθ pρ tτ uυμ vν wω xχ yγ zζ"
    " aⲁ bⲃ cⲥ eⲉ hⲏ iⲓ kⲕ lⳑ mⲙ nⲛ oⲟ pⲣ rⲅ tⲧ xⲭ yⲩ zⲍ"
    # Armenian, Georgian, Cherokee (whose folded case is the upper one), Lisu
    " fք gցջ hհ jյ nոռ oօ qզգ sտ uսՍ wա oჿ yყ"
    " aᎪ bᏴᏏ cᏟ dᎠᏧ eᎬ gᏀᏻᏳ hᎻᏂ iᏆᎥ jᎫ kᏦ lᏞ mᎷ pᏢ rᎡᏒ sᏚᏕ tᎢ vᏙ wᏔᎳ yᎩᎽ zᏃ"
    " aꓮ bꓐ cꓚ dꓓꓒ eꓰ fꓝ gꓖ hꓧ iꓲ jꓙ kꓗ lꓡ mꓟ nꓠ oꓳ pꓑ rꓣ sꓢ tꓔ uꓴ vꓦ wꓪ xꓫ yꓬ zꓜ"
    # Canadian syllabics, runes, Tifinagh
    " aᗩᗅ bᗷᑲᖯ cᑕ dᗞᗪᑯ eᗴ fᖴ gᘜ hᕼ jᒍ lᒪ mᗰ nᑎ pᑭ qᑫ rᖇ sᔕ uᑌ vᐯ wᗯ x᙭ᕁᕽ zᘔ iᛁ kᛕ mᛖ xᚷ eⴹ lⵏ oⵔ qⵕ vⴸ xⵝ"
)
"""Letters of other scripts that pass for Latin ones: to be read so only where Latin is what is written."""

_GREEK = "\u0370-\u03ff"
SCRIPTS = (
    _GREEK + "\u2c80-\u2cff",
    "\u0400-\u052f\ua640-\ua69f",
    "\u0530-\u058f",
    "\u13a0-\u13ff",
    "\u1400-\u167f",
)
"""The scripts that most of them are from: no word that people write is of two of these."""

GREEK = _GREEK + "\u1f00-\u1fff\U0001d6a8-\U0001d7cb"
AS_COPTIC = str.maketrans("ΗΜΝΥϹϲς", "ⲎⲘⲚⲨⲤⲥⲥ")
"""Greek letters that look like another Latin letter in the other case, as their Coptic twins, which do not:
ΗΜΝΥ is HMNY, but ημνυ is nuvu."""
AS_GREEK = str.maketrans("ⲏⲙⲛⲩⲥ", "ημνυσ")
"""And back, where Greek is what is written."""
