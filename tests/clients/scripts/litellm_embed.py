"""LiteLLM: embeddings by the Bedrock models that it knows, against the endpoint in the environment."""

import os

import litellm

endpoint = os.environ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"]
for model, size in (
    ("bedrock/amazon.titan-embed-text-v2:0", 1024),
    ("bedrock/amazon.titan-embed-text-v1", 1536),
    ("bedrock/cohere.embed-multilingual-v3", 1024),
    ("bedrock/amazon.nova-2-multimodal-embeddings-v1:0", 3072),
):
    answer = litellm.embedding(
        model=model,
        input=["a red dress", "a fast car"],
        aws_bedrock_runtime_endpoint=endpoint,
        aws_region_name="us-east-1",
    )
    vectors = [row["embedding"] for row in answer.data]
    assert [len(vector) for vector in vectors] == [size, size], (model, [len(vector) for vector in vectors])
    assert vectors[0] != vectors[1], model
print("ok")
