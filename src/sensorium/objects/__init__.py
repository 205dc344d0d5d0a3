"""Objects in buckets: real S3 (or what speaks like it) through boto3, and a folder that stands in for it."""
