"""The document example: every page of a PDF as a picture, a question in words finds the page."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from tests.workflows.conftest import Aws
from tests.workflows.nova import Nova

PLACE = {"vectorBucketName": "reports", "indexName": "pages"}


@pytest.fixture(scope="module")
def pages(aws: Aws, library: Path) -> int:
    aws.s3vectors.create_vector_bucket(vectorBucketName=PLACE["vectorBucketName"])
    aws.s3vectors.create_index(**PLACE, dataType="float32", dimension=3072, distanceMetric="cosine")
    nova, records = Nova(aws.bedrock, 3072), []
    document = pypdfium2.PdfDocument(library / "reports/annual_report.pdf")
    try:
        count = min(len(document), 5)  # reading a page's picture by OCR takes seconds
        for number in range(1, count + 1):
            buffer = io.BytesIO()
            document[number - 1].render(scale=1.5).to_pil().save(buffer, "PNG")
            vector = nova.image(buffer.getvalue(), detailLevel="DOCUMENT_IMAGE")
            metadata = {"page_number": number, "document": "annual report"}
            records.append({"key": f"page_{number}", "data": {"float32": vector}, "metadata": metadata})
    finally:
        document.close()
    aws.s3vectors.put_vectors(**PLACE, vectors=records)
    return count


def test_a_question_finds_the_page(aws: Aws, pages: int, library: Path) -> None:
    document = pypdfium2.PdfDocument(library / "reports/annual_report.pdf")
    try:
        lines = [max(document[number].get_textpage().get_text_range().splitlines(), key=len) for number in range(pages)]
    finally:
        document.close()
    nova, right = Nova(aws.bedrock, 3072), 0
    for number, line in enumerate(lines, 1):
        question = nova.text(line, "DOCUMENT_RETRIEVAL")
        found = aws.s3vectors.query_vectors(
            **PLACE, queryVector={"float32": question}, topK=2, returnDistance=True, returnMetadata=True
        )["vectors"]
        right += number in [one["metadata"]["page_number"] for one in found]
    assert right >= pages - 1, f"{right} of {pages} pages were found by their longest line"
