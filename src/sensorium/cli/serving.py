"""A server in the foreground: what it says when it is ready, and how signals end it."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from pathlib import Path

import click

from sensorium.cli import output
from sensorium.server import logs
from sensorium.server.server import Server

MOST_FILES = 1 << 19
"""Open files to ask the system for; some count down a table as long as their limit."""


def run(server: Server, as_json: bool) -> None:
    """Serve until SIGINT or SIGTERM, then close the server. A second signal ends the process on the spot."""
    ended = False
    _allow_files()
    try:
        logs.configure(server.settings.serve_access_log)
        ended = asyncio.run(_serve(server, as_json))
    finally:
        if ended or sys.exc_info()[0] is not None:
            server.close()
    if not ended:
        # Threads still work with the store, which survives their sudden end; to wait for them could take for ever.
        try:
            output.remark("calls did not end in time and are cut")
            sys.stderr.flush()
        finally:
            os._exit(1)


def _allow_files() -> None:
    """Lift the soft limit of open files, often 1,024, to the hard one: an index holds some four, a connection one."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _serve(server: Server, as_json: bool) -> bool:
    stop = asyncio.Event()

    def on_signal(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()  # first: where nobody reads what is said any more, saying it fails
        output.remark("stopping; again to stop at once")

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal, number)

    async def stopped() -> None:
        _announce(server, as_json)
        await stop.wait()

    return await server.serve(stopped)


def _announce(server: Server, as_json: bool) -> None:
    variables = environment(server)
    if as_json:
        found = {
            "url": server.url,
            "host": server.host,
            "port": server.port,
            "proxy_url": server.proxy_url,
            "pid": os.getpid(),
            "environment": variables,
        }
        output.print_json(found, indent=None)
    else:
        click.echo(f"serving {server.url} from {server.settings.home}")
        click.echo("Open that address in a browser to search, or lead AWS clients to it:\n")
        for name, value in variables.items():
            click.echo(f"  export {name}={shlex.quote(value)}")
        click.echo(f"\n{_word_on_access(server)}")
    sys.stdout.flush()


def environment(server: Server) -> dict[str, str]:
    """What makes an unmodified AWS client come here."""
    settings = server.settings
    services = ("S3VECTORS", "BEDROCK_RUNTIME", "STS")
    found = {f"AWS_ENDPOINT_URL_{service}": server.url for service in services}
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):  # the JavaScript SDK reads the first, botocore the second
        found[name] = settings.serve_region
    if settings.serve_credentials:
        found["AWS_SHARED_CREDENTIALS_FILE"] = str(Path(settings.serve_credentials).absolute())
    elif server.is_open:
        found |= {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    if server.authority is not None:
        found |= {"AWS_CA_BUNDLE": str(server.authority.ca), "NODE_EXTRA_CA_CERTS": str(server.authority.ca)}
    if server.proxy_url is not None:
        direct = dict.fromkeys(("localhost", "127.0.0.1", server.host))
        found |= {"HTTPS_PROXY": server.proxy_url, "NO_PROXY": ",".join(direct)}
    return found


def _word_on_access(server: Server) -> str:
    if server.is_open:
        return "Nothing is checked: whoever can reach this port on this machine is the owner."
    word = "Requests must be signed with a key of the credentials file, or bear a token."
    if not server.settings.serve_tls and not server.host.startswith("127."):
        word += " They come in the clear; --tls hides them."
    return word
