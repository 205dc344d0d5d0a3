from __future__ import annotations

import io
import random

import pytest

from sensorium.media.charset import Charset, decoded, detect

ENGLISH = "The café's naïve façade — “quoted” — cost 5 €. "
SAMPLES = {
    "cp1251": "Вчера мы гуляли по набережной и смотрели на корабли. Погода была прекрасная, но к вечеру пошёл дождь.",
    "koi8_r": "Вчера мы гуляли по набережной и смотрели на корабли. Погода была прекрасная, но к вечеру пошёл дождь.",
    "cp866": "Вчера мы гуляли по набережной и смотрели на корабли. Погода была прекрасная, но к вечеру пошёл дождь.",
    "gb18030": "昨天我们在河边散步，看着船只来来往往。天气很好，可是到了晚上就下起了雨。",
    "big5": "昨天我們在河邊散步，看著船隻來來往往。天氣很好，可是到了晚上就下起了雨。",
    "cp932": "昨日は川沿いを散歩して、船が行き来するのを眺めました。天気は良かったのですが、夕方から雨が降りました。",
    "euc_jp": "昨日は川沿いを散歩して、船が行き来するのを眺めました。天気は良かったのですが、夕方から雨が降りました。",
    "cp949": "어제 우리는 강변을 산책하며 배들이 오가는 것을 보았습니다. 날씨는 좋았지만 저녁에는 비가 왔습니다.",
    "cp1252": "Él comió una manzana en el jardín de mi mamá. ¿Qué más pasó mañana por la tarde, señor Núñez?",
    "cp1250": "Wczoraj spacerowaliśmy nad rzeką i oglądaliśmy łódki. Pogoda była piękna, ale wieczorem spadł deszcz.",
    "cp1253": "Χθες περπατήσαμε δίπλα στο ποτάμι και κοιτάζαμε τα πλοία. Ο καιρός ήταν καλός αλλά το βράδυ έβρεξε.",
    "cp1254": "Dün nehir kıyısında yürüdük ve gemileri izledik. Hava güzeldi ama akşama doğru yağmur yağdı.",
    "cp1255": "אתמול הלכנו לאורך הנהר וצפינו בספינות. מזג האוויר היה יפה אבל בערב ירד גשם.",
    "cp1256": "أمس مشينا على ضفة النهر وشاهدنا السفن. كان الطقس جميلا ولكن المطر هطل في المساء.",
    "cp874": "เมื่อวานเราเดินเล่นริมแม่น้ำและดูเรือ อากาศดีมากแต่ตอนเย็นฝนตก",
}


def read(data: bytes, claimed: str | None = None) -> str | None:
    found = detect(io.BytesIO(data), claimed)
    return None if found is None else "".join(decoded(io.BytesIO(data), found))


@pytest.mark.parametrize("codec", SAMPLES)
def test_old_charsets_are_told_apart(codec: str) -> None:
    assert read(SAMPLES[codec].encode(codec)) == SAMPLES[codec]


@pytest.mark.parametrize("text", [ENGLISH, *SAMPLES.values()])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(text: str, codec: str) -> None:
    assert read(text.encode(codec)) == text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_mark_are_told_by_their_nuls(codec: str) -> None:
    for text in (ENGLISH, "Привет, мир. Это проверка, и она идёт. " * 3):
        assert read(text.encode(codec)) == text


def test_utf8_is_proved_by_the_whole_file_and_not_by_its_head() -> None:
    text = "a" * 200_000 + "é"
    assert read(text.encode()) == text
    assert read(text.encode("cp1252")) == text


def test_what_a_file_declares_holds_where_the_bytes_agree() -> None:
    page = '<meta charset="iso-8859-5"><p>Привет'.encode("iso-8859-5")
    assert read(page) == '<meta charset="iso-8859-5"><p>Привет'
    assert read("# -*- coding: koi8-r -*-\n# Да".encode("koi8-r")) == "# -*- coding: koi8-r -*-\n# Да"
    assert read("Да".encode("cp866"), claimed="cp866") == "Да"
    lying = '<meta charset="koi8-r"><p>Привет'
    assert read(lying.encode()) == lying
    assert read("Привет".encode(), claimed="no-such-charset") == "Привет"
    assert read("Привет".encode(), claimed="rot13") == "Привет"


def test_a_damaged_utf8_file_is_still_utf8_and_says_so() -> None:
    data = (SAMPLES["cp1251"] * 3).encode()[:-1] + b" \xff end"
    found = detect(io.BytesIO(data))
    assert found == Charset("utf-8", note="some bytes are not valid UTF-8; they were read as �")
    assert "".join(decoded(io.BytesIO(data), found)).endswith(" � end")


def test_bytes_that_are_no_text_have_no_charset() -> None:
    noise = random.Random(7).randbytes(5000)
    assert detect(io.BytesIO(noise)) is None
    assert detect(io.BytesIO(bytes(1000))) is None
    assert detect(io.BytesIO(b"text first" * 1000 + noise * 100)) is None


def test_a_stray_nul_in_a_log_is_forgiven() -> None:
    assert read(b"a line of a log\n" * 100 + b"\0" + b"another line\n" * 100) is not None


def test_blocks_never_cut_a_character() -> None:
    text = "日本語" * 400_000
    assert "".join(decoded(io.BytesIO(text.encode()), Charset("utf-8"))) == text
