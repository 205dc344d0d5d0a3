"""The SDK article: a bucket and an index, one picture in, words and a picture to find it, its key by its path, away."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from tests.workflows.conftest import Aws
from tests.workflows.nova import Nova

BUCKET, INDEX = "my-nova-mme-demo-01", "my-image-index-01"


@pytest.fixture(scope="module")
def place(aws: Aws) -> dict[str, str]:
    """The article's bucket and index of 3,072 dimensions."""
    place = {"vectorBucketName": BUCKET, "indexName": INDEX}
    aws.s3vectors.create_vector_bucket(vectorBucketName=BUCKET)
    aws.s3vectors.create_index(**place, dataType="float32", dimension=3072, distanceMetric="cosine")
    return place


@pytest.fixture(scope="module")
def keys(aws: Aws, place: dict[str, str], library: Path) -> dict[str, str]:
    """Keys by path of the pictures, each put with metadata as the article writes them."""
    nova, keys = Nova(aws.bedrock, 3072), {}
    for path in sorted(library.glob("photos/*.jpg")):
        name = f"photos/{path.name}"
        keys[name] = uuid.uuid4().hex
        metadata = {"file_name": path.name, "full_path": name, "file_path": "photos"}
        record = {"key": keys[name], "data": {"float32": nova.image(path)}, "metadata": metadata}
        aws.s3vectors.put_vectors(**place, vectors=[record])
    return keys


def test_the_index_is_described_as_it_was_made(aws: Aws, place: dict[str, str]) -> None:
    index = aws.s3vectors.get_index(**place)["index"]
    assert (index["dimension"], index["distanceMetric"], index["dataType"]) == (3072, "cosine", "float32")
    assert [one["indexName"] for one in aws.s3vectors.list_indexes(vectorBucketName=BUCKET)["indexes"]] == [INDEX]


def test_words_find_a_picture(aws: Aws, place: dict[str, str], keys: dict[str, str]) -> None:
    question = Nova(aws.bedrock, 3072).text("snow on the mountains", "GENERIC_RETRIEVAL")
    found = aws.s3vectors.query_vectors(
        **place, queryVector={"float32": question}, topK=5, returnDistance=True, returnMetadata=True
    )
    paths = [one["metadata"]["full_path"] for one in found["vectors"]]
    assert "photos/snowy_mountain.jpg" in paths[:2]
    distances = [one["distance"] for one in found["vectors"]]
    assert len(distances) == 5
    assert distances == sorted(distances)


def test_a_picture_finds_itself_and_what_is_like_it(
    aws: Aws, place: dict[str, str], keys: dict[str, str], library: Path
) -> None:
    question = Nova(aws.bedrock, 3072).image(library / "photos/forest.jpg", "IMAGE_RETRIEVAL")
    found = aws.s3vectors.query_vectors(**place, queryVector={"float32": question}, topK=2, returnDistance=True)
    assert [one["key"] for one in found["vectors"]] == [keys["photos/forest.jpg"], keys["photos/autumn_forest.jpg"]]
    assert found["vectors"][0]["distance"] == pytest.approx(0, abs=1e-3)


def test_a_key_is_found_by_its_path_and_deleted(aws: Aws, place: dict[str, str], keys: dict[str, str]) -> None:
    anything = Nova(aws.bedrock, 3072).text("metadata query", "GENERIC_RETRIEVAL")

    def by_path(path: str) -> list[str]:
        found = aws.s3vectors.query_vectors(
            **place,
            queryVector={"float32": anything},
            topK=10,
            filter={"full_path": {"$eq": path}},
            returnDistance=True,
            returnMetadata=True,
        )
        return [one["key"] for one in found["vectors"]]

    path = "photos/beach.jpg"
    assert by_path(path) == [keys[path]]
    aws.s3vectors.delete_vectors(**place, keys=[keys[path]])
    assert by_path(path) == []
    assert aws.s3vectors.get_vectors(**place, keys=[keys[path]])["vectors"] == []


def test_an_index_and_then_its_bucket_can_be_deleted(aws: Aws) -> None:
    place = {"vectorBucketName": "short-lived", "indexName": "nothing-in-it"}
    aws.s3vectors.create_vector_bucket(vectorBucketName="short-lived")
    aws.s3vectors.create_index(**place, dataType="float32", dimension=3, distanceMetric="euclidean")
    with pytest.raises(ClientError, match="The specified vector bucket is not empty"):
        aws.s3vectors.delete_vector_bucket(vectorBucketName="short-lived")
    aws.s3vectors.delete_index(**place)
    aws.s3vectors.delete_vector_bucket(vectorBucketName="short-lived")
    names = [one["vectorBucketName"] for one in aws.s3vectors.list_vector_buckets()["vectorBuckets"]]
    assert "short-lived" not in names
