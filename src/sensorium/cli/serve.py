"""``sensorium serve``: the AWS protocols over this home."""

from __future__ import annotations

from pathlib import Path

import click

from sensorium.cli.paths import LocalPath
from sensorium.cli.state import State, common

EXTRA = ("botocore", "cryptography", "hypercorn", "orjson", "starlette")
_FILE = LocalPath(exists=True, dir_okay=False)


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to serve on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="0 is any free one.  [default: 8765]")
@click.option(
    "--credentials", type=_FILE, help="Access keys in AWS's own format; requests must be signed with one of them."
)
@click.option("--bearer-token-file", type=_FILE, help="Bedrock API keys: lines TOKEN or NAME TOKEN.")
@click.option("--account", metavar="DIGITS", help="Account of every caller.  [default: 000000000000]")
@click.option("--region", metavar="NAME", help="Region of requests that are not signed.  [default: us-east-1]")
@click.option("--s3-endpoint", metavar="URL", help="Stands in for Amazon S3; moto, MinIO and others do.")
@click.option("--objects", type=LocalPath(file_okay=False), help="Folder whose subfolders are buckets, before S3.")
@click.option(
    "--model",
    multiple=True,
    metavar="ID=NAME",
    help="Installed model that answers for a model id, or a pattern of ids, of Bedrock's. Repeatable."
    "  [default: *=builtin]",
)
@click.option("--tls", is_flag=True, default=None, help="Serve HTTPS with a certificate authority made in the home.")
@click.option(
    "--connect-proxy", type=click.IntRange(1, 65535), metavar="PORT", help="Also stand for AWS's own hosts; see above."
)
@click.option("--lenient", is_flag=True, default=None, help="Take the invalid filters that circulate in articles.")
@click.option(
    "--access-log", metavar="FILE", help="One JSON line a request; - is standard error, off none.  [default: -]"
)
@click.option("--threads", type=click.IntRange(1), help="Calls of one service at a time.  [default: four a core]")
@common
@click.pass_context
def command(
    ctx: click.Context,
    host: str | None,
    port: int | None,
    credentials: Path | None,
    bearer_token_file: Path | None,
    account: str | None,
    region: str | None,
    s3_endpoint: str | None,
    objects: Path | None,
    model: tuple[str, ...],
    tls: bool | None,
    connect_proxy: int | None,
    lenient: bool | None,
    access_log: str | None,
    threads: int | None,
) -> None:
    """Serve AWS clients as S3 Vectors and Bedrock.

    Unmodified clients work against it by the environment lines that it prints; STS says who calls. With --json one
    line tells the addresses as soon as it is ready.

    Without --credentials every request is the owner's, signed or not. That is for this machine alone: only loopback
    addresses are served, and pages of other origins are refused. With --credentials or --bearer-token-file every
    request must prove its caller; the files are read again when they change.

    Some clients have AWS's host fixed in their code (s3vectors-embed-cli). For them --connect-proxy opens a proxy on
    loopback that stands for the S3 Vectors, Bedrock Runtime and STS hosts of AWS and for no others: set HTTPS_PROXY
    to it and AWS_CA_BUNDLE to the certificate authority, as printed.

    Ctrl-C or SIGTERM stops it once requests under way are done; a second one at once. Settings of the file and the
    environment are named like the flags with serve_ before: serve_port, SENSORIUM_SERVE_PORT.
    """
    _require_extra()
    from sensorium.cli import serving
    from sensorium.server.server import Server

    state = ctx.ensure_object(State)
    settings = state.settings(
        serve_host=host,
        serve_port=port,
        serve_credentials=_text(credentials),
        serve_bearer_token_file=_text(bearer_token_file),
        serve_account=account,
        serve_region=region,
        s3_endpoint=s3_endpoint,
        objects=_text(objects),
        serve_models=",".join(model) or None,
        serve_tls=tls,
        serve_connect_proxy=connect_proxy,
        serve_lenient=lenient,
        serve_access_log=access_log,
        serve_threads=threads,
    )
    serving.run(Server(settings, state.models(settings)), as_json=state.json)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _require_extra() -> None:
    from importlib.util import find_spec

    from sensorium.errors import Unsupported

    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise Unsupported(
            f"the server needs {', '.join(missing)}: pip install 'sensorium[server]'", code="missing_extra"
        )
