"""A certificate authority for one network: its key never leaves the data folder.

Names are kept out of its reach (it may sign for none but `localhost`), so a device that trusts it trusts it for
bare addresses alone: a stolen key opens no bank's site.
"""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
LEAF_DAYS = 397
"""Phones refuse certificates that last longer than some 13 to 27 months."""
RENEW_DAYS = 60

Address = IPv4Address | IPv6Address


class Pair(NamedTuple):
    """A certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def lasts(self) -> bool:
        return self.certificate.not_valid_after_utc - datetime.now(UTC) > timedelta(days=RENEW_DAYS)


class Leaf(NamedTuple):
    """The files to serve with, in PEM; the certificate's holds the authority's too."""

    certificate: Path
    key: Path


class Authority:
    """The authority kept in `folder`, made at the first use."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        kept = read_pair(folder, "authority")
        self.pair = kept if kept and kept.lasts else self.found()

    @property
    def certificate_der(self) -> bytes:
        """What a device installs."""
        return self.pair.certificate.public_bytes(Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256 in groups of four digits, to compare by eye."""
        digits = self.pair.certificate.fingerprint(hashes.SHA256()).hex().upper()
        return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))

    def found(self) -> Pair:
        """A new authority, kept."""
        key = ec.generate_private_key(ec.SECP256R1())
        founded = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        name = named(f"Selection Center, this network alone ({founded})")
        certificate = (
            began(name, name, key.public_key(), AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.NameConstraints([x509.DNSName("localhost")], None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_pair(self.folder, "authority", key, certificate)
        return Pair(certificate, key)

    def certify(self, address: Address) -> Leaf:
        """The certificate for this address: the kept one while it fits and lasts, else a new one."""
        kept = read_pair(self.folder, "server")
        if not (kept and kept.lasts and self.signed(kept.certificate) and address_of(kept.certificate) == address):
            self.sign(address)
        return Leaf(self.folder / "server.pem", self.folder / "server.key")

    def signed(self, certificate: x509.Certificate) -> bool:
        return certificate.issuer == self.pair.certificate.subject

    def sign(self, address: Address) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, issuer_key = self.pair.certificate, self.pair.key
        certificate = (
            began(named(str(address)), issuer.subject, key.public_key(), LEAF_DAYS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(address)]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )
        write_pair(self.folder, "server", key, certificate, issuer)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def began(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    """A certificate with all but its extensions; valid from yesterday, for clocks that are slow."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(yesterday)
        .not_valid_after(yesterday + timedelta(days=days))
    )


def key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
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


def address_of(certificate: x509.Certificate) -> Address:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return ip_address(str(names.get_values_for_type(x509.IPAddress)[0]))


def read_pair(folder: Path, name: str) -> Pair | None:
    certificate, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    if not (certificate.exists() and key_file.exists()):
        return None
    key = load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return None
    return Pair(x509.load_pem_x509_certificate(certificate.read_bytes()), key)


def write_pair(folder: Path, name: str, key: ec.EllipticCurvePrivateKey, *chain: x509.Certificate) -> None:
    """NAME.key, for its owner alone, and NAME.pem with the chain, its own certificate first."""
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").unlink(missing_ok=True)
    with os.fdopen(os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    (folder / f"{name}.pem").write_bytes(b"".join(link.public_bytes(Encoding.PEM) for link in chain))
