"""The authority of one's own: what it makes, when it makes it anew, and that TLS stacks take it."""

from __future__ import annotations

import datetime
import shutil
import ssl
import stat
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from tests.server.conftest import Recorder

from sensorium.config import Settings
from sensorium.errors import Invalid
from sensorium.server import tls
from sensorium.server.server import Server
from sensorium.server.sts import StsService
from sensorium.testing.server import RunningServer

TOKEN = "ABSKsecret=="


def test_files_are_made_once(tmp_path: Path) -> None:
    first = tls.prepared(tmp_path / "tls", ["box.lan"])
    written = {path.name: path.read_bytes() for path in (tmp_path / "tls").iterdir()}
    assert set(written) == {"ca.pem", "ca.key", "server.pem", "server.key"}
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) == 0o600
    second = tls.prepared(tmp_path / "tls", ["box.lan"])
    assert (first.is_new, second.is_new) == (True, False)
    assert {path.name: path.read_bytes() for path in (tmp_path / "tls").iterdir()} == written


def names(path: Path) -> set[str]:
    found = x509.load_pem_x509_certificate(path.read_bytes()).extensions
    stated = found.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in stated}


def test_a_further_aws_host_needs_no_new_trust(tmp_path: Path) -> None:
    first = tls.prepared(tmp_path, [])
    trusted = first.ca.read_bytes()
    second = tls.prepared(tmp_path, ["*.us-east-1.api.aws"])
    assert not second.is_new
    assert second.ca.read_bytes() == trusted
    assert names(second.certificate) == {"localhost", "127.0.0.1", "::1", "*.us-east-1.api.aws"}
    third = tls.prepared(tmp_path, ["box.lan"])  # the authority was not made to speak for it
    assert third.is_new
    assert names(third.certificate) >= {"localhost", "box.lan"}


def test_the_authority_speaks_for_nobody_else(tmp_path: Path) -> None:
    ca = x509.load_pem_x509_certificate(tls.prepared(tmp_path, ["box.lan"]).ca.read_bytes())
    allowed = ca.extensions.get_extension_for_class(x509.NameConstraints)
    assert allowed.critical
    assert allowed.value.permitted_subtrees is not None
    assert {name.value for name in allowed.value.permitted_subtrees} == {
        "api.aws",
        "amazonaws.com",
        "localhost",
        "box.lan",
    }


@pytest.mark.parametrize(("days", "lost"), [(tls.SERVER_DAYS, {"server.pem"}), (tls.CA_DAYS, {"server.pem", "ca.pem"})])
def test_what_ends_soon_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, lost: set[str]
) -> None:
    tls.prepared(tmp_path, [])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Later:
            return super().now(tz) + datetime.timedelta(days=days - 10)

    monkeypatch.setattr(tls.datetime, "datetime", Later)
    assert tls.prepared(tmp_path, []).is_new == ("ca.pem" in lost)
    changed = {name for name, data in before.items() if (tmp_path / name).read_bytes() != data}
    assert {name for name in changed if name.endswith(".pem")} == lost


def test_broken_files_are_told_of(tmp_path: Path) -> None:
    tls.prepared(tmp_path / "tls", [])
    (tmp_path / "tls" / "ca.key").write_text("no key")
    with pytest.raises(Invalid, match="broken certificate or key"):
        tls.prepared(tmp_path / "tls", [])
    tls.prepared(tmp_path / "other", [])
    shutil.copy(tmp_path / "other" / "ca.pem", tmp_path / "tls" / "ca.pem")
    shutil.copy(tmp_path / "other" / "server.key", tmp_path / "tls" / "ca.key")
    with pytest.raises(Invalid, match="do not belong together"):
        tls.prepared(tmp_path / "tls", [])
    (tmp_path / "file").write_text("")
    with pytest.raises(Invalid, match="file"):
        tls.prepared(tmp_path / "file" / "tls", [])


@pytest.fixture
def secure(tmp_path: Path) -> RunningServer:
    """A server over TLS that takes bearer tokens."""
    (tmp_path / "tokens").write_text(f"carol {TOKEN}\n")
    settings = Settings(
        tmp_path / "home", serve_port=0, serve_tls=True, serve_bearer_token_file=str(tmp_path / "tokens")
    )
    services = (Recorder("s3vectors"), Recorder("bedrock-runtime"), StsService())
    return RunningServer(Server(settings, build=lambda *_: {service.name: service for service in services}))


def test_both_versions_of_http_by_alpn(secure: RunningServer) -> None:
    with secure as server:
        assert server.url.startswith("https://127.0.0.1:")
        assert server.server.authority is not None
        trust = ssl.create_default_context(cafile=server.server.authority.ca)
        for version, flags in (("HTTP/1.1", {"http2": False}), ("HTTP/2", {"http2": True})):
            with httpx.Client(verify=trust, **flags) as client:
                for host in ("127.0.0.1", "localhost"):
                    raw = client.get(f"https://{host}:{server.port}/health")
                    assert (raw.http_version, raw.status_code) == (version, 200)
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{server.url}/health")
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            httpx.get(f"http://127.0.0.1:{server.port}/health")


def test_boto3_bears_a_token(secure: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", TOKEN)
    with secure as server:
        assert server.server.authority is not None
        ca = str(server.server.authority.ca)
        server.client("bedrock-runtime", verify=ca).invoke_model(modelId="m", body=b"{}")
        service = server.server.services["bedrock-runtime"]
        assert isinstance(service, Recorder)
        assert service.calls[0].caller.user == "carol"
        raw = httpx.post(f"{server.url}/ListVectorBuckets", verify=ssl.create_default_context(cafile=ca))
        assert raw.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
