"""The JSON of the AWS services, to our types and back. No HTTP: the server reads with it, the AWS back ends write with it."""
