"""Amazon Bedrock Runtime, as far as it embeds: InvokeModel and async invokes for the bodies of four families."""

from sensorium.server.bedrock.service import BedrockService

__all__ = ["BedrockService"]
