"""LlamaIndex's S3VectorStore: create, add, query with filters, get, delete."""

import boto3
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
)
from llama_index.vector_stores.s3 import S3VectorStore

boto3.client("s3vectors").create_vector_bucket(vectorBucketName="llama-index")
store = S3VectorStore.create_index_from_bucket(bucket_name_or_arn="llama-index", index_name="nodes", dimension=4)


def node(name, document, vector, **metadata):
    made = TextNode(id_=name, text=f"text of {name}", embedding=vector, metadata=metadata)
    made.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=document)
    return made


def names(filters=None, vector=(1.0, 0.0, 0.0, 0.0), k=10):
    return store.query(VectorStoreQuery(query_embedding=list(vector), similarity_top_k=k, filters=filters)).ids


def one(key, value, operator=FilterOperator.EQ):
    return MetadataFilters(filters=[MetadataFilter(key=key, value=value, operator=operator)])


added = store.add(
    [
        node("n1", "d1", [1.0, 0.0, 0.0, 0.0], theme="sea", year=1975),
        node("n2", "d1", [0.9, 0.1, 0.0, 0.0], theme="sea", year=2003),
        node("n3", "d2", [0.0, 1.0, 0.0, 0.0], theme="space", year=1977),
    ]
)
assert set(added) == {"n1", "n2", "n3"}, added
assert names() == ["n1", "n2", "n3"]
assert names(one("theme", "space")) == ["n3"]
assert names(one("year", 1976, FilterOperator.GT)) == ["n2", "n3"]
either = MetadataFilters(
    filters=[MetadataFilter(key="theme", value="space"), MetadataFilter(key="year", value=1975)],
    condition=FilterCondition.OR,
)
assert set(names(either)) == {"n1", "n3"}
found = store.query(VectorStoreQuery(query_embedding=[1.0, 0.0, 0.0, 0.0], similarity_top_k=1))
assert found.nodes[0].get_content() == "text of n1"
assert {one.node_id for one in store.get_nodes(["n1", "n3"])} == {"n1", "n3"}
store.delete_nodes(["n2"])
assert names() == ["n1", "n3"]
store.delete("d2")
assert names() == ["n1"]
print("ok")
