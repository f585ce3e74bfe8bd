"""Letters that look like Latin ones: the table behind `unmask`. Pure data.

Chosen by eye from Unicode's charts, after taking apart (NFKD) and case folding: what those undo, such as
full width and mathematical letters, needs no entry here.
"""


def _table(pairs: str) -> dict[int, str]:
    """Groups of one Latin letter and all that stand for it, the letter first in each."""
    return {ord(twin): group[0] for group in pairs.split() for twin in group[1:]}


# Latin by script: small capitals, turned, hooked and barred letters, letters in black circles and squares.
_LATIN = _table(
    "aᴀɑɐ bʙƀɓƃ cᴄɕȼƈ dᴅđɖɗðƌ eᴇəɛɘɇǝ fꜰƒ gɢɡǥɠ hʜħɦɥ iɪıɨɩ jᴊʝɉȷ kᴋƙ lʟłƚɫɬɭ mᴍɱɯ nɴɲŋƞɳ oᴏøɔɵ pᴘƥᵽ qꞯʠɋ"
    " rʀɍɾɹʁ sꜱʂƨʃ tᴛŧƭʈʇ uᴜʉʊ vᴠʋʌ wᴡʍⱳ yʏƴɏʎ zᴢƶȥʐʒ"
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
    "aа bвь cс dԁ eеєз gԍ hнһ iі jј kк lӏ mм nип oо pр qԛ rгя sѕ tт uц vѵ wшԝѡ xх yу"
    # Greek
    " aα bβ cϲ dδ eε iι jϳ kκ nηπ oοσθ pρ tτ uυμ vν wω xχ yγ zζ"
    # Armenian, Cherokee (whose folded case is the upper one), Lisu
    " gցջ hհ jյ nոռ oօ qզ uս wա"
    " aᎪ bᏴ cᏟ dᎠ eᎬ gᏀ hᎻ iᏆ jᎫ kᏦ lᏞ mᎷ pᏢ rᎡ sᏚ tᎢ vᏙ wᏔ zᏃ"
    " aꓮ bꓐ cꓚ dꓓ eꓰ fꓝ gꓖ hꓧ iꓲ jꓙ kꓗ lꓡ mꓟ nꓠ oꓳ pꓑ rꓣ sꓢ tꓔ uꓴ vꓦ wꓪ xꓫ yꓬ zꓜ"
)
"""Letters of other scripts that pass for Latin ones: to be read so only where Latin is what is written."""
