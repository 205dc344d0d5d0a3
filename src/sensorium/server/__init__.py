"""The server: the AWS protocols over HTTP. Only this package and the command know what HTTP is.

``app`` takes a request, ``guard`` and ``access`` say whose it is, ``routes`` and ``restjson`` say what it asks,
``workers`` calls the service in a thread, ``run`` opens the port.
"""
