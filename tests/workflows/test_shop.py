"""The e-commerce articles: vectors of text, picture and both for every product; questions of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError
from tests.workflows.conftest import Aws
from tests.workflows.nova import Nova

PLACE = {"vectorBucketName": "amzn-s3-demo-vector-bucket-crossmodal-search", "indexName": "product"}
PRODUCTS = {
    "red_dress.jpg": "Summer dress, red, for women",
    "blue_jeans.png": "Denim trousers, blue",
    "yellow_tshirt.jpg": "T-shirt with short sleeves, yellow",
    "green_handbag.webp": "Handbag, green leather",
    "sneaker.jpg": "Running shoe, white",
    "straw_hat.jpg": "Straw hat for the beach",
    "coffee_mug.jpg": "Mug for coffee, red",
    "guitar.jpg": "Acoustic guitar",
    "umbrella.png": "Umbrella in many colours",
    "banana.jpg": "Ripe bananas",
}


def mean(*vectors: list[float]) -> list[float]:
    fused: list[float] = np.mean(vectors, axis=0).tolist()
    return fused


@pytest.fixture(scope="module")
def shop(aws: Aws, library: Path) -> Aws:
    aws.s3vectors.create_vector_bucket(vectorBucketName=PLACE["vectorBucketName"])
    aws.s3vectors.create_index(**PLACE, dataType="float32", dimension=1024, distanceMetric="cosine")
    nova, batch = Nova(aws.bedrock), []
    for name, text in PRODUCTS.items():
        path = library / "products" / name
        words, picture = nova.text(text), nova.image(path)
        for kind, vector in (("text", words), ("image", picture), ("combined", mean(words, picture))):
            metadata = {"product_id": name, "text": text, "image_path": str(path), "type": kind}
            batch.append({"key": f"{kind}-{name}", "data": {"float32": vector}, "metadata": metadata})
    for start in range(0, len(batch), 9):
        aws.s3vectors.put_vectors(**PLACE, vectors=batch[start : start + 9])
    return aws


def search(shop: Aws, vector: list[float], kind: str, k: int = 5) -> list[Any]:
    """Products of one kind of vector, nearest first."""
    found = shop.s3vectors.query_vectors(
        **PLACE,
        queryVector={"float32": vector},
        topK=k,
        returnDistance=True,
        returnMetadata=True,
        filter={"type": {"$eq": kind}},
    )["vectors"]
    assert {one["metadata"]["type"] for one in found} <= {kind}
    return [one["metadata"]["product_id"] for one in found]


@pytest.mark.parametrize("kind", ["text", "combined"])
def test_words_find_a_product(shop: Aws, kind: str) -> None:
    nova = Nova(shop.bedrock)
    assert search(shop, nova.text("red summer dress", "GENERIC_RETRIEVAL"), kind)[0] == "red_dress.jpg"
    assert search(shop, nova.text("shoes to go running", "GENERIC_RETRIEVAL"), kind)[0] == "sneaker.jpg"


@pytest.mark.parametrize("kind", ["image", "combined"])
def test_a_picture_finds_a_product(shop: Aws, library: Path, kind: str) -> None:
    question = Nova(shop.bedrock).image(library / "products/guitar.jpg", "IMAGE_RETRIEVAL")
    assert search(shop, question, kind)[0] == "guitar.jpg"


def test_a_picture_and_words_together_make_one_question(shop: Aws, library: Path) -> None:
    nova = Nova(shop.bedrock)
    question = mean(nova.text("a mug to drink coffee from"), nova.image(library / "products/coffee_mug.jpg"))
    assert search(shop, question, "combined")[0] == "coffee_mug.jpg"


def test_a_second_upload_makes_no_duplicates(shop: Aws, library: Path) -> None:
    vector = Nova(shop.bedrock).text(PRODUCTS["guitar.jpg"])
    record = {"key": "text-guitar.jpg", "data": {"float32": vector}, "metadata": {"type": "text", "again": True}}
    shop.s3vectors.put_vectors(**PLACE, vectors=[record])
    listed = shop.s3vectors.list_vectors(**PLACE, maxResults=1000)["vectors"]
    assert len(listed) == len({one["key"] for one in listed}) == 3 * len(PRODUCTS)


def test_the_filter_as_the_articles_print_it_is_refused_as_on_aws(shop: Aws) -> None:
    question = Nova(shop.bedrock).text("red summer dress")
    with pytest.raises(ClientError, match="Invalid filter"):
        shop.s3vectors.query_vectors(
            **PLACE, queryVector={"float32": question}, topK=5, filter={"metadata.type": {"equals": "combined"}}
        )
