"""How an error ends the command: one line and an exit code.

2 where the call has to be mended (Invalid, NotFound, Conflict, Unsupported, wrong usage), 1 for what the world did
(Unreadable, Corrupt, Unavailable, the system's own errors) and for a run with failures, 130 after Ctrl-C.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click

from sensorium.errors import Conflict, Invalid, NotFound, SensoriumError, Unsupported

INTERRUPTED = 130
_CALLERS = (Invalid, NotFound, Conflict, Unsupported)
_REPORT = "this is a bug in Sensorium; please report it to the developers, with the lines above"


@contextmanager
def reported(as_json: bool) -> Iterator[None]:
    """Print what goes wrong inside and exit."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError as help:
        click.echo(help.message)
        sys.exit(0)
    except click.ClickException as error:
        _end(as_json, "usage", _usage(error), None, error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(INTERRUPTED)
    except SensoriumError as error:
        _end(as_json, error.code, error.message, error.path, 2 if isinstance(error, _CALLERS) else 1)
    except OSError as error:
        if error.errno == errno.EPIPE:
            _close_quietly()
            sys.exit(1)
        name = f"{error.filename}: " if error.filename else ""
        _end(as_json, "system", f"{name}{error.strerror or error}", error.filename and str(error.filename), 1)
    except Exception as error:  # noqa: BLE001  # the last resort of a program: say that it is our bug
        traceback.print_exc()
        _end(as_json, "bug", f"{type(error).__name__}: {error}; {_REPORT}", None, 1)


def _end(as_json: bool, code: str, message: str, path: str | None, exit_code: int) -> None:
    if as_json:
        click.echo(json.dumps({"error": {"code": code, "message": message, "path": path}}))
    else:
        click.echo(f"error: {' '.join(message.split())}", err=True)
    sys.exit(exit_code)


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (try: {context.command_path} --help)" if context is not None else ""
    return f"{error.format_message().rstrip('.')}{hint}"


def _close_quietly() -> None:
    """The reader of our output has gone; let the interpreter's own flush at exit go nowhere too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
