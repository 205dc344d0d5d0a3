"""What AWS knows of buckets and indexes, as text and back."""

from __future__ import annotations

from sensorium.server.attributes import BucketAttributes, Encryption, IndexAttributes, common_of, common_text


def test_attributes_are_written_and_read() -> None:
    kms = Encryption("aws:kms", "arn:aws:kms:us-east-1:000000000000:key/one")
    given = IndexAttributes("CLASSIC", kms, {"größe": "7"})
    assert IndexAttributes(*common_of(common_text(given))) == given


def test_the_defaults_are_those_of_aws() -> None:
    found = BucketAttributes()
    assert (found.mode, found.encryption, found.tags, found.policy) == ("ENHANCED", Encryption("AES256"), {}, None)
    assert IndexAttributes(*common_of(common_text(found))) == IndexAttributes()
