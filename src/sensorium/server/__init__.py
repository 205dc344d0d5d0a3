"""The server: AWS protocols, and later a page, over the same spaces that the command and the library use."""
