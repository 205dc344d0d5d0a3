"""Where the server's logs go: one JSON line a request, and one line for each trouble."""

from __future__ import annotations

import logging
import logging.handlers

from sensorium.errors import Invalid

OFF, STANDARD_ERROR = "off", "-"


def configure(access_log: str) -> None:
    """Troubles to standard error; requests to a file, standard error (``-``) or nowhere (``off``).

    A file that is moved away (logrotate) is opened anew. Raises Invalid for one that cannot be written.
    """
    requests = logging.getLogger("sensorium.access")
    if access_log != OFF:
        requests.addHandler(_requests_to(access_log))
        requests.setLevel(logging.INFO)
    requests.propagate = False
    troubles = logging.StreamHandler()
    troubles.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger("sensorium").addHandler(troubles)


def _requests_to(access_log: str) -> logging.Handler:
    if access_log == STANDARD_ERROR:
        return logging.StreamHandler()
    try:
        return logging.handlers.WatchedFileHandler(access_log, encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{access_log}: cannot be written: {error.strerror}", path="access_log") from error
