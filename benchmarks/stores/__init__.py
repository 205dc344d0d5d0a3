"""The embedded store beside the stores that a user would pick instead, each in a process of its own, in one run."""
