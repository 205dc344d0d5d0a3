"""LangChain's own suite for vector stores, on its AmazonS3Vectors. pytest runs it in the frameworks' installation."""

import uuid

import boto3
import pytest
from langchain_aws.vectorstores.s3_vectors import AmazonS3Vectors
from langchain_core.documents import Document
from langchain_tests.integration_tests import VectorStoreIntegrationTests

BUCKET = "langchain-suite"


@pytest.fixture(scope="session")
def bucket():
    boto3.client("s3vectors").create_vector_bucket(vectorBucketName=BUCKET)
    return BUCKET


class TestAmazonS3Vectors(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, bucket):
        name = f"suite-{uuid.uuid4().hex[:12]}"
        embedding = self.get_embeddings()
        client = boto3.client("s3vectors")
        client.create_index(  # the store itself makes it at the first text, and the suite reads before
            vectorBucketName=bucket,
            indexName=name,
            dataType="float32",
            dimension=len(embedding.embed_query("any")),
            distanceMetric="cosine",
        )
        store = AmazonS3Vectors(vector_bucket_name=bucket, index_name=name, embedding=embedding)
        yield store
        client.delete_index(vectorBucketName=bucket, indexName=name)

    @pytest.mark.xfail(raises=ValueError, strict=True, reason="AmazonS3Vectors itself refuses ids that are not there")
    def test_get_by_ids_missing(self, vectorstore):
        super().test_get_by_ids_missing(vectorstore)

    @pytest.mark.xfail(raises=ValueError, strict=True, reason="as above")
    async def test_get_by_ids_missing_async(self, vectorstore):
        await super().test_get_by_ids_missing_async(vectorstore)


def test_documents_are_found_by_meaning_and_filter(bucket):
    from langchain_aws.embeddings import BedrockEmbeddings

    titan = BedrockEmbeddings(model_id="amazon.titan-embed-text-v2:0")
    store = AmazonS3Vectors(vector_bucket_name=bucket, index_name="films", embedding=titan)
    store.add_documents(
        [
            Document(
                "A film about wars between the stars, with robots and space ships.", id="a", metadata={"kind": "scifi"}
            ),
            Document("A film about an island of dinosaurs.", id="b", metadata={"kind": "scifi"}),
            Document("A film about a small fish that is lost in the ocean.", id="c", metadata={"kind": "family"}),
        ]
    )
    assert store.similarity_search("fish in the sea", k=1)[0].id == "c"
    found = store.similarity_search_with_score("fish in the sea", k=3, filter={"kind": {"$eq": "scifi"}})
    assert {document.id for document, _ in found} == {"a", "b"}
    assert all(0 <= distance <= 2 for _, distance in found)
    retriever = store.as_retriever(search_kwargs={"k": 1})
    assert retriever.invoke("dinosaurs on an island")[0].id == "b"
