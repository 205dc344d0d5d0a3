"""Every speed claim, as a ratio against a peer in one run. ``python -m benchmarks`` runs them all."""
