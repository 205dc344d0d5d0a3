"""Which charset a text is in: the one whose reading looks like a language, by its letters, their case and neighbours.

General detectors take Spanish for Polish (Windows-1252 for 1250) when the sample is short; a language's few letters
beyond ASCII tell them apart.
"""

from __future__ import annotations

import re

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ALPHABETS: dict[str, tuple[str, ...]] = {
    "cp1254": ("çğıöşüâîû",),
    "cp1252": (
        "áéíóúüñªº", "äöüß", "àâæçèéêëîïôœùûüÿ", "ãõáâàçéêíóôúüªº", "àáèéìíîòóùúºª", "åäöéü", "æøåéèêóòôü", "áéëïóöüèê",
        "àéèíïóòúüç·", "áðéíóúýþæö", "äöõüšž",
    ),
    "cp1250": (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž", "ëç",
    ),
    "iso8859-2": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű"),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    "cp1258": ("ăâđêôơưàáèéíóùúäëïöüç\u0300\u0301\u0303\u0309\u0323",),
    "cp1255": ("אבגדהוזחטיכךלמםנןסעפףצץקרשת",),
    "cp1251": (_CYRILLIC + "ё", _CYRILLIC + "ґєії", _CYRILLIC + "іў", "абвгдђежзијклљмнњопрстћуфхцчџшѓќѕ"),
    "koi8-r": (_CYRILLIC + "ё",),
    "cp866": (_CYRILLIC + "ё",),
    "iso8859-5": (_CYRILLIC + "ё", _CYRILLIC + "ґєії"),
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",),
    "cp1256": ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْ،؛؟", "آابپتثجچحخدذرزژسشصضطظعغفقکكگلمنوهیي،؛؟ئء\u200c"),
    "cp874": ("".join(chr(code) for code in range(0x0E01, 0x0E5C)),),
}  # fmt: skip
"""Candidates, the likelier first, since a tie goes to the first."""
_NEUTRAL = frozenset("“”‘’„‚«»‹›–—…•·°§©®™€£№¿¡´\u00a0\u00ad")
_CERTAIN = 0.97
_KANA_SHARE = 0.15
# Pairs that no language writes: a script beside Latin letters in one word, a Thai vowel with no consonant to carry it.
_UNEASY = re.compile(
    r"[A-Za-z][\u0370-\u0eff]|[\u0370-\u0eff][A-Za-z]|[เแโใไ][^ก-ฮ]|(?<![ก-ฮ\u0e31-\u0e3a\u0e47-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
)
_PAIR = re.compile(r"[^\W\d_](?=([^\W\d_]))")


def two_byte(sample: bytes) -> str | None:
    """The Japanese, Korean or Chinese codec that the sample is certainly in; None where it is in none of them.

    Only Japanese has much kana; Korean read as such is all Hangul; Chinese is all common characters of GB 2312.
    """
    for codec in ("euc_jp", "cp932"):
        wide = _wide(sample, codec)
        kana = sum(1 for letter in wide if "\u3041" <= letter <= "\u30ff")
        if kana > _KANA_SHARE * len(wide) and wide.count("\ufffd") * 100 <= len(wide):
            return codec
    wide = [
        letter for letter in _wide(sample, "euc_kr") if letter not in _NEUTRAL and not "\u3000" <= letter <= "\u303f"
    ]
    if sum(1 for letter in wide if "\uac00" <= letter <= "\ud7a3") > _CERTAIN * len(wide):
        return "cp949"
    pairs = [code for letter in _wide(sample, "gb18030") for code in (letter.encode("gb18030", errors="replace"),)]
    common = sum(
        1
        for code in pairs
        if len(code) == 2 and code[1] >= 0xA1 and (0xB0 <= code[0] <= 0xD7 or code[0] in {0xA1, 0xA3})
    )
    return "gb18030" if common > _CERTAIN * len(pairs) else None


def _wide(sample: bytes, codec: str) -> list[str]:
    """The characters beyond ASCII that the codec reads; the last, which may be cut, left out."""
    return [letter for letter in sample.decode(codec, errors="replace") if letter > "\x7f"][:-1]


def one_byte(sample: bytes) -> str | None:
    """The codec under which the sample is best read as one of the languages above; None where none is certain."""
    best, found = _CERTAIN, None
    for codec, alphabets in _ALPHABETS.items():
        text = sample.decode(codec, errors="replace")
        strange = [letter for letter in text if letter > "\x7f" and letter not in _NEUTRAL]
        if not strange:
            continue
        lower = "".join(strange).lower()
        known = max(sum(map(set(alphabet).__contains__, lower)) for alphabet in alphabets)
        turned = sum(1 for pair in _PAIR.finditer(text) if pair.group().islower() and pair.group(1).isupper())
        score = (known - turned - len(_UNEASY.findall(text))) / len(strange)
        if score > best:
            best, found = score, codec
    return found
