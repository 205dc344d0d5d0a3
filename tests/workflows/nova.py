"""Nova's requests as a user of boto3 writes them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"


class Nova:
    """The embedding calls of the articles, over boto3's Bedrock client. Vectors are lists of ``dim`` floats."""

    def __init__(self, bedrock: Any, dim: int = 1024) -> None:
        self._bedrock = bedrock
        self._dim = dim

    def _invoke(self, purpose: str, **payload: Any) -> list[dict[str, Any]]:
        parameters = {"embeddingPurpose": purpose, "embeddingDimension": self._dim, **payload}
        body = json.dumps({"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": parameters})
        answer = self._bedrock.invoke_model(modelId=NOVA, body=body)
        found: list[dict[str, Any]] = json.loads(answer["body"].read())["embeddings"]
        return found

    def text(self, value: str, purpose: str = "GENERIC_INDEX") -> list[float]:
        found: list[float] = self._invoke(purpose, text={"truncationMode": "END", "value": value})[0]["embedding"]
        return found

    def image(self, picture: Path | bytes, purpose: str = "GENERIC_INDEX", **more: Any) -> list[float]:
        data = picture.read_bytes() if isinstance(picture, Path) else picture
        kind = picture.suffix[1:].replace("jpg", "jpeg") if isinstance(picture, Path) else "png"
        found: list[float] = self._invoke(purpose, image={"format": kind, "source": _inline(data), **more})[0][
            "embedding"
        ]
        return found

    def audio(self, data: bytes, kind: str, purpose: str = "GENERIC_INDEX") -> list[float]:
        found: list[float] = self._invoke(purpose, audio={"format": kind, "source": _inline(data)})[0]["embedding"]
        return found

    def video(self, data: bytes, kind: str, mode: str, purpose: str = "GENERIC_INDEX") -> dict[str, list[float]]:
        """By embedding type: one vector, or one each for picture and sound."""
        found = self._invoke(purpose, video={"format": kind, "embeddingMode": mode, "source": _inline(data)})
        return {one["embeddingType"]: one["embedding"] for one in found}


def _inline(data: bytes) -> dict[str, str]:
    return {"bytes": base64.b64encode(data).decode()}
