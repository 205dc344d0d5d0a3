"""``sensorium search``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command

from sensorium.models.base import Embedder, ModelSpec, require
from sensorium.models.registry import Registry
from sensorium.stores.embedded import EmbeddedStore, texts
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Matrix, Modality, Payload, Purpose


def hits(command: Command, *args: object) -> list[dict[str, Any]]:
    found = command.json("search", *args)
    assert list(found) == ["hits"]
    listed: list[dict[str, Any]] = found["hits"]
    return listed


def names(found: list[dict[str, Any]]) -> list[str]:
    return [str(hit["source"]).rpartition("/")[2] for hit in found]


def test_words_find_their_text(indexed: Command, files: Path) -> None:
    first = hits(indexed, "The ship leaves the harbour at dawn.", "-k", "3")
    assert len(first) == 3
    assert list(first[0]) == ["key", "distance", "source", "modality", "span", "metadata"]
    assert first[0]["source"] == (files / "ships.txt").as_uri()
    assert first[0]["modality"] == "text"
    assert first[0]["metadata"]["text"].startswith("A ship leaves")


def test_the_table_names_rank_place_and_text(indexed: Command, files: Path) -> None:
    shown = indexed.ok("search", "the cat sleeps", "--modality", "text")
    head, names_row, first, *_ = shown.splitlines()
    assert head == f"in {files}"
    assert names_row.split() == ["#", "distance", "modality", "found", "in", "text", "key"]
    assert first.split()[0] == "1"
    assert "cats.txt" in first
    assert "The cat sleeps on the warm roof." in first


def test_files_find_themselves(indexed: Command, files: Path) -> None:
    assert names(hits(indexed, "--image", files / "two.png"))[0] == "two.png"
    sound = hits(indexed, "--audio", files / "tone.wav", "--modality", "audio")
    spans = sorted((hit["span"]["start_s"], hit["span"]["end_s"]) for hit in sound)
    assert spans == [(0.0, 5.0), (5.0, 7.0)]
    assert "00:05-00:07" in indexed.ok("search", "--audio", files / "tone.wav")


def test_weights_count_in_the_order_of_the_command_line(indexed: Command, files: Path) -> None:
    one, two = files / "one.png", files / "two.png"
    heavy_first = hits(indexed, "--image", one, "--image", two, "--weights", "1,0.1")
    heavy_last = hits(indexed, "--image", one, "--image", two, "--weights", "0.1,1")
    assert (names(heavy_first)[0], names(heavy_last)[0]) == ("one.png", "two.png")
    mixed = hits(indexed, "--image", two, "--audio", files / "tone.wav", "--image", one, "--weights", "0.1,0.1,1")
    assert names(mixed)[0] == "one.png"


def test_minus_moves_away(indexed: Command) -> None:
    found = hits(indexed, "ship cat", "--minus", "cat", "--modality", "text")
    assert names(found) == ["ships.txt", "cats.txt"]
    found = hits(indexed, "ship cat", "--minus", "ship", "--weights", "1,0.9", "--modality", "text")
    assert names(found) == ["cats.txt", "ships.txt"]


def test_filters_and_max_distance_leave_out(indexed: Command) -> None:
    assert names(hits(indexed, "cat", "--filter", '{"media_type": "image/png"}', "--modality", "text")) == []
    near = hits(indexed, "The cat sleeps on the warm roof.", "--max-distance", "0.05")
    assert names(near) == ["cats.txt"]
    nothing = indexed("search", "cat", "--max-distance=0")
    assert nothing.exit_code == 0
    assert nothing.stderr == "nothing found\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "nothing to search for: give words or a file"),
        (("cat", "--modality", "smell"), "no modality 'smell'; there are text, document, image, audio, video"),
        (("cat", "--filter", "{"), "--filter is not JSON"),
        (("cat", "--filter", '{"a": {"$like": 1}}'), "unknown operator '$like'"),
        (("cat", "--weights", "1,2"), "2 weights for 1 inputs"),
        (("cat", "--index", "others"), "no index 'others'"),
        (("cat", "--image", "{files}/tone.wav"), "this is audio/wav, not image; use --audio"),
        (("cat", "--image", "{files}/cats.txt"), "not image; give its words as TEXT"),
        (("cat", "--image", "{files}/none.png"), "does not exist"),
        (("cat", "-k", "0"), "0 is not in the range"),
    ],
)
def test_a_wrong_call_is_one_sentence(indexed: Command, files: Path, args: tuple[str, ...], message: str) -> None:
    result = indexed("search", *(arg.replace("{files}", str(files)) for arg in args))
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_search_without_any_index_says_what_to_do(command: Command) -> None:
    result = command("search", "cat")
    assert result.exit_code == 2
    assert "there is none yet. `sensorium index PATH` makes one" in result.stderr
    error = json.loads(command("--json", "search", "cat").stdout)["error"]
    assert (error["code"], error["path"]) == ("not_found", "default")


class _Reader:
    """A model of texts alone."""

    spec = replace(WeightlessEmbedder().spec, id="reader", modalities=frozenset({Modality.TEXT}))

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        require(self.spec, batch)
        return WeightlessEmbedder().embed(batch, purpose)

    def specs(self) -> Sequence[ModelSpec]:
        return [self.spec]

    def load(self, name: str) -> Embedder:
        return self


def test_a_model_without_the_modality_says_so(command: Command, files: Path) -> None:
    registry = Registry()
    registry.register("reader", _Reader())
    command("index", files / "cats.txt", "--model", "reader", registry=registry)
    result = command("search", "--image", files / "one.png", registry=registry)
    assert result.exit_code == 2
    assert result.stderr == "error: model reader has no image; it has text. `sensorium models` lists others\n"


def test_an_index_of_a_model_that_is_gone_names_it(indexed: Command) -> None:
    result = indexed("search", "cat", registry=Registry())
    assert result.exit_code == 2
    assert "no model provider 'weightless'; installed: none" in result.stderr
    assert indexed("rm", "--all", "--yes", registry=Registry()).exit_code == 0


def test_words_alone_need_no_model(indexed: Command) -> None:
    found = indexed("search", "SHIP harbour", "--text-only", "--json", registry=Registry())
    assert found.exit_code == 0, found.output
    (first,) = json.loads(found.stdout)["hits"]
    assert names([first]) == ["ships.txt"]
    assert first["distance"] is None
    assert first["scores"]["fused"] is None
    assert first["scores"]["bm25"]["text"] > 0
    assert indexed("search", "zeppelin", "--text-only").stderr == "nothing found\n"
    shown = indexed.ok("search", "cat", "--text-only").splitlines()
    assert shown[1].split()[:3] == ["#", "bm25", "modality"]
    assert "distance" not in shown[1]


def test_words_alone_are_filtered_and_cut(indexed: Command) -> None:
    assert len(hits(indexed, "the", "--text-only")) == 2
    assert len(hits(indexed, "the", "--text-only", "-k", "1")) == 1
    assert hits(indexed, "the", "--text-only", "--modality", "image") == []
    assert hits(indexed, "the", "--text-only", "--filter", '{"media_type": "image/png"}') == []


def test_a_hybrid_search_says_why(indexed: Command, files: Path) -> None:
    found = hits(indexed, "harbour", "--hybrid", "-k", "20")
    plain = hits(indexed, "harbour", "-k", "20")
    assert {hit["key"] for hit in found} == {hit["key"] for hit in plain}
    assert names(found)[0] == "ships.txt"
    assert found[0]["scores"]["bm25"]["text"] > 0
    distances = {hit["key"]: hit["distance"] for hit in plain}
    assert all(hit["distance"] == pytest.approx(distances[hit["key"]], abs=1e-6) for hit in found)
    assert all(hit["scores"]["fused"] > 0 for hit in found)
    assert "scores" not in plain[0]
    assert indexed.ok("search", "harbour", "--hybrid").splitlines()[1].split()[:3] == ["#", "distance", "bm25"]
    picture = hits(indexed, "harbour", "--image", files / "two.png", "--weights", "0.1,1", "--hybrid")
    assert {"ships.txt", "two.png"} == set(names(picture[:2]))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--text-only",), "nothing to search for: --text-only needs words"),
        (("cat", "--text-only", "--hybrid"), "give one"),
        (("cat", "--text-only", "--image", "{files}/one.png", "--minus", "dog"), "leave out --image, --minus"),
        (("cat", "--text-only", "--max-distance", "1"), "leave out --max-distance"),
        ((" ", "--text-only"), "has 1 to 1024 characters"),
        (("--image", "{files}/one.png", "--hybrid"), "needs words to look for in texts"),
        (("--minus", "cat", "--hybrid"), "needs words to look for in texts"),
    ],
)
def test_a_wrong_call_for_words_is_one_sentence(
    indexed: Command, files: Path, args: tuple[str, ...], message: str
) -> None:
    result = indexed("search", *(arg.replace("{files}", str(files)) for arg in args))
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_index_without_text_keys_says_so(indexed: Command) -> None:
    with EmbeddedStore(indexed.home / "store") as store:
        store.open("default", "default").configure([])
    for way in ("--text-only", "--hybrid"):
        result = indexed("search", "cat", way)
        assert result.exit_code == 2
        assert "'text' is not searchable as text in default/default: it has no text keys" in result.stderr


def test_words_that_nobody_has_indexed_yet_are_indexed_once(indexed: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedStore(indexed.home / "store") as store:
        index = store.open("default", "default")
        with index._opened.writing() as (moment, _):
            texts.reconcile(moment.connection, [])  # as a store of format 1 comes out of its migration
    first, second = indexed("search", "cat", "--text-only"), indexed("search", "cat", "--text-only")
    assert first.stderr.startswith("note: the words of ")
    assert first.stderr.endswith(" records are indexed first, which happens once\n")
    assert second.stderr == ""
    assert first.stdout == second.stdout
    assert "cats.txt" in first.stdout
