"""A certificate authority of one's own, and a server certificate of it, in ``HOME/tls``.

Made once, and anew before it ends or where names are missing. The authority may sign for the names that it was made
for and for AWS's domains only: who steals its key cannot speak for the rest of the internet.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sensorium.errors import Invalid
from sensorium.server.awshosts import DOMAINS

CA_DAYS, SERVER_DAYS = 3650, 397
RENEW_DAYS = 30
"""A certificate that ends sooner is made anew."""
ALWAYS = ("localhost", "127.0.0.1", "::1")
_CURVE = ec.SECP256R1()


@dataclass(frozen=True, slots=True)
class Authority:
    """Where the files are. ``is_new`` tells that clients have to trust it anew."""

    ca: Path
    certificate: Path
    key: Path
    is_new: bool

    def context(self) -> ssl.SSLContext:
        """For the server's side of connections: TLS 1.2 and up, HTTP/2 and HTTP/1.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_COMPRESSION
        context.set_alpn_protocols(["h2", "http/1.1"])
        context.load_cert_chain(self.certificate, self.key)
        return context


def prepared(folder: Path, names: Sequence[str]) -> Authority:
    """The authority and a certificate for ``names`` (hosts, wildcards and addresses) beside :data:`ALWAYS`.

    Raises Invalid for files that are there and broken, or a folder that cannot be written.
    """
    wanted = list(dict.fromkeys((*ALWAYS, *names)))
    ca_path, ca_key_path = folder / "ca.pem", folder / "ca.key"
    path, key_path = folder / "server.pem", folder / "server.key"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ca, ca_key = _stored(ca_path, ca_key_path)
        is_new = ca is None or ca_key is None or _ends_soon(ca) or not _may_sign(ca, wanted)
        if ca is None or ca_key is None or is_new:
            ca, ca_key = _authority(wanted)
            _write(ca_path, ca_key_path, ca, ca_key)
        found, key = _stored(path, key_path)
        if found is None or key is None or _ends_soon(found) or not _is_for(found, ca, wanted):
            _write(path, key_path, *_certificate(ca, ca_key, wanted))
    except (ValueError, TypeError) as error:
        raise Invalid(f"{folder}: holds a broken certificate or key: {error}; remove the folder", path="tls") from error
    except OSError as error:
        raise Invalid(f"{error.filename or folder}: {error.strerror}", path="tls") from error
    return Authority(ca_path, path, key_path, is_new)


def _authority(names: Sequence[str]) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(_CURVE)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sensorium on this machine")])
    allowed = [x509.DNSName(name) for name in _domains(names)]
    builder = (
        _begun(subject, subject, key.public_key(), CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return builder.sign(key, hashes.SHA256()), key


def _certificate(
    ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, names: Sequence[str]
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(_CURVE)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sensorium server")])
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _begun(subject, ca.subject, key.public_key(), SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_usage(signs_certificates=False), critical=True)
    )
    return builder.sign(ca_key, hashes.SHA256()), key


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(name))
    return x509.DNSName(name)


def _domains(names: Sequence[str]) -> list[str]:
    """The domains under which all the names lie; addresses have none."""
    hosts = [name for name in names if isinstance(_general(name), x509.DNSName)]
    return [*DOMAINS, *(host for host in hosts if not host.endswith(tuple(f".{domain}" for domain in DOMAINS)))]


def _may_sign(ca: x509.Certificate, names: Sequence[str]) -> bool:
    allowed = ca.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    known = {name.value for name in allowed}
    return known.issuperset(_domains(names))


def _is_for(certificate: x509.Certificate, ca: x509.Certificate, names: Sequence[str]) -> bool:
    stated = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    try:
        certificate.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError):
        return False
    return set(stated) >= {_general(name) for name in names}


def _ends_soon(certificate: x509.Certificate) -> bool:
    left = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    return left < datetime.timedelta(days=RENEW_DAYS)


def _stored(path: Path, key_path: Path) -> tuple[x509.Certificate | None, ec.EllipticCurvePrivateKey | None]:
    """What lies there; None where either file is missing."""
    if not (path.exists() and key_path.exists()):
        return None, None
    key = serialization.load_pem_private_key(key_path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{key_path.name} is no key on an elliptic curve")
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    if certificate.public_key() != key.public_key():
        raise ValueError(f"{path.name} and {key_path.name} do not belong together")
    return certificate, key


def _write(path: Path, key_path: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """Both files, the key for its owner's eyes only, each whole or not at all."""
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)  # a crash between the two leaves no pair that does not fit
    for target, data, mode in ((key_path, private, 0o600), (path, certificate.public_bytes(_PEM), 0o644)):
        fresh = target.with_name(f"{target.name}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
        fresh.replace(target)


_PEM = serialization.Encoding.PEM
