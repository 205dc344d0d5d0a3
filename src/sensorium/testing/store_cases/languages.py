"""Cases about the words of languages: stems, and words inside text that has no spaces."""

from __future__ import annotations

import pytest

from sensorium.stores.base import Index, Language, TextKey
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, keys_of, record, words

STEMMED = [
    (Language.ENGLISH, "She was running with the dogs", "run dog"),
    (Language.FRENCH, "Les chevaux mangeaient l'herbe verte", "cheval mange"),
    (Language.FRENCH, "Un élève étudie", "eleve"),
    (Language.SPANISH, "Los camiones corrían por la ciudad", "camión correr"),
    (Language.PORTUGUESE, "As casas antigas das cidades", "cidade casa"),
    (Language.ITALIAN, "I gatti dormivano nell'armadio", "gatto armadi"),
    (Language.GERMAN, "Die großen Häuser am Fluss", "Haus GROSS"),
    (Language.GERMAN, "Viele Bücher", "Buch"),
    (Language.DUTCH, "De rode schoenen staan buiten", "schoen SCHOENEN"),
]
RUNNING = [
    (Language.CHINESE, "我喜欢吃北京烤鸭和饺子", "烤鸭"),
    (Language.CHINESE, "我喜欢吃北京烤鸭和饺子", "北京"),
    (Language.CHINESE, "水", "水"),
    (Language.JAPANESE, "昨日東京タワーで写真を撮りました", "東京タワー"),
    (Language.JAPANESE, "昨日東京タワーで写真を撮りました", "写真"),
    (Language.JAPANESE, "ﾃﾞｰﾀを見る", "データ"),
    (Language.KOREAN, "어제 서울역에서 친구를 만났습니다", "서울"),
    (Language.KOREAN, "어제 서울역에서 친구를 만났습니다", "친구"),
    (Language.KOREAN, "물을 마신다", "물"),
]


class LanguageCases(StoreCases):
    """Text is searched as its language asks."""

    @pytest.fixture
    def in_language(self, make_index: MakeIndex) -> MakeIndex:
        """``in_language(language)`` creates an index that searches ``text`` in it."""
        if not self.text_search:
            pytest.skip("this store searches no text")

        def make(language: Language | None) -> Index:
            return make_index(text_keys=(TextKey("text", language),))

        return make

    @pytest.mark.parametrize(("language", "text", "asked"), STEMMED, ids=lambda value: str(value)[:12])
    def test_words_are_found_in_other_forms(
        self, in_language: MakeIndex, language: Language, text: str, asked: str
    ) -> None:
        index = in_language(language)
        index.put([record("found", text=text), record("other", text="zzz")])
        for word in asked.split():
            assert keys_of(index.query(words(word))) == ["found"], word

    @pytest.mark.parametrize("neutral", [False, True], ids=["in its language", "without one"])
    @pytest.mark.parametrize(("language", "text", "asked"), RUNNING, ids=lambda value: str(value)[:12])
    def test_words_are_found_inside_running_text(
        self, in_language: MakeIndex, language: Language, text: str, asked: str, neutral: bool
    ) -> None:
        index = in_language(None if neutral else language)
        index.put([record("found", text=text), record("other", text="全然違う 完全不同 전혀 다른")])
        assert keys_of(index.query(words(asked))) == ["found"]

    @pytest.mark.parametrize(
        ("text", "asked"), [("ฉันชอบกินข้าวผัดไทย", "ข้าวผัด"), ("ຂ້ອຍມັກກິນເຂົ້າ", "ເຂົ້າ"), ("ខ្ញុំចូលចិត្តបាយ", "បាយ")]
    )
    def test_words_of_south_east_asia_are_found_inside_running_text(
        self, in_language: MakeIndex, text: str, asked: str
    ) -> None:
        index = in_language(None)
        index.put([record("found", text=text), record("other", text="สวัสดี")])
        assert index.query(words(asked))[0].key == "found"

    def test_a_single_character_is_found_and_a_pair_asks_for_more(self, in_language: MakeIndex) -> None:
        index = in_language(Language.CHINESE)
        index.put([record("capital", text="京都和东京"), record("fish", text="鲸鱼"), record("east", text="东方")])
        assert keys_of(index.query(words("东"))) == ["east", "capital"]
        assert keys_of(index.query(words("东京"))) == ["capital"]

    def test_without_a_language_words_stay_as_they_are(self, in_language: MakeIndex) -> None:
        index = in_language(None)
        index.put([record("a", text="running Dogs"), record("b", text="Straße ＡＢＣ café")])
        assert keys_of(index.query(words("RUNNING"))) == ["a"]
        assert index.query(words("run dog")) == []
        assert keys_of(index.query(words("strasse"))) == ["b"]
        assert keys_of(index.query(words("abc"))) == ["b"]
        assert keys_of(index.query(words("cafe\u0301"))) == ["b"]
        assert index.query(words("cafe")) == []

    @pytest.mark.parametrize("asked", ["Привет", "हिन्दी", "γεια", "مرحبا", "שלום", "coop"])
    def test_every_alphabet_is_searched(self, in_language: MakeIndex, asked: str) -> None:
        index = in_language(None)
        index.put([record("found", text="ПРИВЕТ, हिन्दी! ΓΕΙΑ; مرحبا (שלום) co\u00adop"), record("other", text="hi")])
        assert keys_of(index.query(words(asked))) == ["found"]

    def test_scripts_are_mixed_in_one_text(self, in_language: MakeIndex) -> None:
        index = in_language(Language.ENGLISH)
        index.put([record("found", text="Python3で書かれた検索engineの名前"), record("other", text="Python 2")])
        for asked in ("python3", "検索", "engines", "名前"):
            assert keys_of(index.query(words(asked))) == ["found"], asked

    def test_names_of_files_and_numbers_come_apart(self, in_language: MakeIndex) -> None:
        index = in_language(None)
        index.put([record("found", text="IMG_2041-red_dress.JPG (XK-1234)")])
        for asked in ("2041", "dress", "jpg", "xk-1234", "1234"):
            assert keys_of(index.query(words(asked))) == ["found"], asked

    def test_another_language_takes_the_words_anew(self, in_language: MakeIndex) -> None:
        index = in_language(Language.ENGLISH)
        index.put([record("a", text="running"), record("b", text="run")])
        assert len(index.query(words("runs"))) == 2
        index.configure([TextKey("text")])
        assert keys_of(index.query(words("run"))) == ["b"]
        index.configure([TextKey("text", Language.ENGLISH)])
        assert len(index.query(words("run"))) == 2

    def test_keys_have_languages_of_their_own(self, in_language: MakeIndex) -> None:
        index = in_language(None)
        index.configure([TextKey("text", Language.ENGLISH), TextKey("titel", Language.GERMAN), TextKey("plain")])
        index.put([record("a", text="houses", titel="Häuser", plain="houses")])
        assert keys_of(index.query(words("house", "text"))) == ["a"]
        assert keys_of(index.query(words("Haus", "titel"))) == ["a"]
        assert index.query(words("house", "plain")) == []
