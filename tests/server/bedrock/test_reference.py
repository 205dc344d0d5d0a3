"""The page of reference and the service say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.server.bedrock.conftest import Door

from sensorium.server.bedrock.catalogue import Family, identify

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "bedrock.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
SHORTEST = {
    Family.NOVA: {
        "taskType": "SINGLE_EMBEDDING",
        "singleEmbeddingParams": {"embeddingPurpose": "GENERIC_INDEX", "text": {"truncationMode": "END", "value": "x"}},
    },
    Family.MARENGO_3: {"inputType": "text", "text": {"inputText": "x"}},
    Family.MARENGO_2: {"inputType": "text", "inputText": "x"},
    Family.COHERE_3: {"texts": ["x"], "input_type": "search_query"},
    Family.COHERE_4: {"texts": ["x"], "input_type": "search_query"},
}
TITAN = {"inputText": "x"}


def test_every_family_is_on_the_page() -> None:
    assert {identify(model).family for model, _ in ROWS} == set(Family)


@pytest.mark.parametrize(("model", "components"), ROWS)
def test_the_default_size_is_what_the_page_says(door: Door, model: str, components: str) -> None:
    sizes = re.findall(r"(\d+)( \(default\))?", components)
    expected = next((int(size) for size, default in sizes if default), int(sizes[0][0]))
    answer = door.invoke(SHORTEST.get(identify(model).family, TITAN), model)
    if "embeddings" in answer:
        first = answer["embeddings"][0]
        vector = first["embedding"] if isinstance(first, dict) else first
    else:
        vector = answer["data"][0]["embedding"] if "data" in answer else answer["embedding"]
    assert len(vector) == expected
