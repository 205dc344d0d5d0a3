// The JavaScript SDK v3, both clients with their defaults: Bedrock speaks HTTP/2, S3 Vectors HTTP/1.1.
import assert from "node:assert/strict";
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import {
  CreateIndexCommand,
  CreateVectorBucketCommand,
  GetVectorsCommand,
  ListVectorsCommand,
  PutVectorsCommand,
  QueryVectorsCommand,
  S3VectorsClient,
} from "@aws-sdk/client-s3vectors";

const bedrock = new BedrockRuntimeClient({});
const vectors = new S3VectorsClient({});
const where = { vectorBucketName: "from-javascript", indexName: "words" };

async function embed(value, embeddingPurpose) {
  const answer = await bedrock.send(
    new InvokeModelCommand({
      modelId: "amazon.nova-2-multimodal-embeddings-v1:0",
      body: JSON.stringify({
        taskType: "SINGLE_EMBEDDING",
        singleEmbeddingParams: {
          embeddingPurpose,
          embeddingDimension: 384,
          text: { truncationMode: "END", value },
        },
      }),
    }),
  );
  return JSON.parse(new TextDecoder().decode(answer.body)).embeddings[0].embedding;
}

await vectors.send(new CreateVectorBucketCommand({ vectorBucketName: where.vectorBucketName }));
await vectors.send(
  new CreateIndexCommand({ ...where, dataType: "float32", dimension: 384, distanceMetric: "cosine" }),
);
const texts = { car: "a fast red car", dog: "a dog that sleeps", soup: "hot soup in a bowl" };
const records = [];
for (const [key, text] of Object.entries(texts)) {
  records.push({ key, data: { float32: await embed(text, "GENERIC_INDEX") }, metadata: { text, length: text.length } });
}
await vectors.send(new PutVectorsCommand({ ...where, vectors: records }));
const question = { float32: await embed("an automobile that is quick", "TEXT_RETRIEVAL") };
const found = await vectors.send(
  new QueryVectorsCommand({ ...where, queryVector: question, topK: 3, returnDistance: true, returnMetadata: true }),
);
assert.equal(found.vectors[0].key, "car");
assert.equal(found.vectors[0].metadata.text, texts.car);
assert.equal(found.distanceMetric, "cosine");
const few = await vectors.send(
  new QueryVectorsCommand({ ...where, queryVector: question, topK: 3, filter: { length: { $gt: 16 } } }),
);
assert.deepEqual(few.vectors.map((one) => one.key).sort(), ["dog", "soup"]);
const listed = await vectors.send(new ListVectorsCommand(where));
assert.equal(listed.vectors.length, 3);
const got = await vectors.send(new GetVectorsCommand({ ...where, keys: ["dog"], returnData: true }));
assert.equal(got.vectors[0].data.float32.length, 384);
await assert.rejects(vectors.send(new GetVectorsCommand({ ...where, indexName: "absent", keys: ["dog"] })), {
  name: "NotFoundException",
});
await assert.rejects(bedrock.send(new InvokeModelCommand({ modelId: "no.such-model", body: "{}" })), {
  name: "ValidationException",
});
console.log("ok");
