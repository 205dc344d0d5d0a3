"""The JSON of the AWS services, to our types and back. No HTTP.

The server reads with it what clients send; the AWS back ends write with it what AWS reads.
"""
