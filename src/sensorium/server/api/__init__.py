"""``/api/v1``: what a home holds as JSON, for the web page and for programs. One file a noun."""
