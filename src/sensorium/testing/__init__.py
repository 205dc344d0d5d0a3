"""Contracts as test suites, shipped so that every store and model, ours or not, can be held to the same rules."""
