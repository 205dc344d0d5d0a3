"""Models: payloads in, unit vectors out. ``base`` holds the contract, ``registry`` the installed ones."""
