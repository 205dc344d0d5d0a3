"""Stores: records in, hits out. ``memory`` is the reference, ``embedded`` the durable default."""
