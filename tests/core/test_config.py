"""Settings: what is taken as given, what is drawn, and what refuses to boot."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from selection_center.config import Settings, SettingsError


def settings(tmp_path: Path, **env: str) -> Settings:
    return Settings.from_environment({"DATA_DIR": str(tmp_path / "data"), **env})


def refusal(tmp_path: Path, **env: str) -> str:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, **env)
    return str(caught.value)


def test_nothing_given_serves_this_machine_from_a_file(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert (found.host, found.port, found.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert found.database_url == f"sqlite:///{tmp_path}/data/selection-center.sqlite"
    assert found.is_sqlite
    assert found.demo_allowed
    assert found.secure_cookies


def test_s22_a_drawn_secret_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    drawn = settings(tmp_path).secret_key
    file = tmp_path / "data" / "secret-key"
    assert len(drawn) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in file.parent.iterdir()] == ["secret-key"]
    assert settings(tmp_path).secret_key == drawn
    assert settings(tmp_path / "elsewhere").secret_key != drawn


def test_s22_secrets_are_not_in_what_a_log_would_show(tmp_path: Path) -> None:
    found = settings(tmp_path, SECRET_KEY="k" * 40, DATABASE_URL="postgresql://ana:pa55word@db/yp")
    assert "k" * 40 not in repr(found)
    assert "pa55word" not in repr(found)
    assert "pa55word" not in refusal(tmp_path, DATABASE_URL="mysql://ana:pa55word@db/yp")


def test_a_given_secret_writes_no_file(tmp_path: Path) -> None:
    assert settings(tmp_path, SECRET_KEY="k" * 32).secret_key == "k" * 32
    assert not (tmp_path / "data").exists()


def test_s22_a_spoilt_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret-key").write_text("short")
    assert "delete it" in refusal(tmp_path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_by_any_of_its_names(tmp_path: Path, scheme: str) -> None:
    found = settings(tmp_path, DATABASE_URL=f"{scheme}://ana:pw@db:5433/yp?sslmode=require")
    assert found.database_url == "postgresql+psycopg://ana:pw@db:5433/yp?sslmode=require"
    assert not found.is_sqlite
    assert not found.demo_allowed


def test_a_given_database_gets_the_demo_only_when_asked(tmp_path: Path) -> None:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/mine.sqlite"}
    assert not settings(tmp_path, **given).demo_allowed
    assert settings(tmp_path, **given, DEMO="yes").demo_allowed
    assert not settings(tmp_path, DEMO="no").demo_allowed


@pytest.mark.parametrize(
    ("given", "kept", "host"),
    [
        ("https://YP.example.com/", "https://yp.example.com", "yp.example.com"),
        ("https://yp.example.com:443", "https://yp.example.com", "yp.example.com"),
        ("http://192.168.1.20:8000", "http://192.168.1.20:8000", "192.168.1.20:8000"),
        ("https://[fd00::1]:8443", "https://[fd00::1]:8443", "[fd00::1]:8443"),
    ],
)
def test_the_public_address_is_kept_in_one_form(tmp_path: Path, given: str, kept: str, host: str) -> None:
    found = settings(tmp_path, PUBLIC_URL=given, PUBLIC_HOSTS="Old.example.com, older.example.com")
    assert found.public_url == kept
    assert found.public_hosts == (host, "old.example.com", "older.example.com")


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("PORT", "eighty", "whole number"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "70000", "from 1 to 65535"),
        ("PORT", "²", "whole number"),
        ("HOST", "http://0.0.0.0", "127.0.0.1 or 0.0.0.0"),
        ("HOST", "two words", "127.0.0.1 or 0.0.0.0"),
        ("DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("DATABASE_URL", "sqlite://", "sqlite:////full/path"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:////full/path"),
        ("SECRET_KEY", "too short", "32 random"),
        ("PUBLIC_URL", "yp.example.com", "https://yp.example.com"),
        ("PUBLIC_URL", "https://yp.example.com/shop", "scheme and host alone"),
        ("PUBLIC_URL", "https://ana:pw@yp.example.com", "scheme and host alone"),
        ("PUBLIC_URL", "https://yp.example.com:99999", "scheme and host alone"),
        ("PUBLIC_URL", "https://[fd00", "scheme and host alone"),
        ("TRUSTED_PROXIES", "everyone", "from 0 to 9"),
        ("TRUSTED_PROXIES", "-1", "from 0 to 9"),
        ("PHONE_CART_HOURS", "0", "from 1 to 168"),
        ("DEMO", "perhaps", "yes or no"),
        ("TLS_CERT", "/nowhere/cert.pem", "go together"),
        ("DATA_DIR", "/proc/nothing", "set DATA_DIR"),
        ("FETCH_HOSTS", "https://feeds.example.com", "feeds.example.com"),
        ("FETCH_HOSTS", "127.0.0.1", "names of hosts"),
        ("FETCH_HOSTS", "localhost", "names of hosts"),
        ("FETCH_LOOPBACK", "perhaps", "yes or no"),
    ],
)
def test_a_bad_value_says_in_one_line_what_to_do(tmp_path: Path, name: str, value: str, advice: str) -> None:
    line = refusal(tmp_path, **{name: value})
    assert advice in line
    assert "\n" not in line


def test_s6_cookies_are_secure_where_browsers_keep_them(tmp_path: Path) -> None:
    assert settings(tmp_path, PUBLIC_URL="https://yp.example.com").secure_cookies
    assert settings(tmp_path, PUBLIC_URL="http://localhost:8000").secure_cookies
    assert not settings(tmp_path, PUBLIC_URL="http://192.168.1.20:8000").secure_cookies


def test_warnings_name_what_spoils_a_print(tmp_path: Path) -> None:
    assert settings(tmp_path, PUBLIC_URL="https://yp.example.com").warnings() == []
    [local] = settings(tmp_path).warnings()
    assert "no phone can reach" in local
    [plain] = settings(tmp_path, PUBLIC_URL="http://192.168.1.20:8000").warnings()
    assert "plain http" in plain
    long = "a" * 28 + ".example.com"
    assert settings(tmp_path, PUBLIC_URL=f"https://{long[1:]}").warnings() == []
    [finer] = settings(tmp_path, PUBLIC_URL=f"https://{long}").warnings()
    assert "version 4" in finer
    [forged] = settings(tmp_path, PUBLIC_URL="https://yp.example.com", HOST="0.0.0.0", TRUSTED_PROXIES="1").warnings()
    assert "forge" in forged


def certificate(folder: Path, name: str, form: serialization.PrivateFormat) -> tuple[str, str]:
    """The files of a self-signed certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return str(cert_file), str(key_file)


def test_a_certificate_makes_the_address_https(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "yp", serialization.PrivateFormat.PKCS8)
    found = settings(tmp_path, TLS_CERT=cert, TLS_KEY=key)
    assert found.public_url == "https://127.0.0.1:8000"
    assert (str(found.tls_cert), str(found.tls_key)) == (cert, key)


def test_a_certificate_that_cannot_serve_is_refused(tmp_path: Path) -> None:
    cert, _ = certificate(tmp_path, "one", serialization.PrivateFormat.PKCS8)
    _, other_key = certificate(tmp_path, "two", serialization.PrivateFormat.PKCS8)
    assert "belongs to it" in refusal(tmp_path, TLS_CERT=cert, TLS_KEY=other_key)
    assert "cannot be read" in refusal(tmp_path, TLS_CERT=cert, TLS_KEY="/nowhere/key.pem")
    cert, old_key = certificate(tmp_path, "old", serialization.PrivateFormat.TraditionalOpenSSL)
    assert "openssl pkcs8" in refusal(tmp_path, TLS_CERT=cert, TLS_KEY=old_key)


def test_a_mail_server(tmp_path: Path) -> None:
    assert settings(tmp_path).mail is None
    mail = settings(tmp_path, MAIL_URL="smtp://a%40b.cn:p%2Fw@mail.example.com", MAIL_FROM="orders@example.com").mail
    assert mail is not None
    assert (mail.host, mail.port, mail.user, mail.password) == ("mail.example.com", 587, "a@b.cn", "p/w")
    assert (mail.is_tls, mail.is_loopback, "p/w" in repr(mail)) == (False, False, False)
    safe = settings(tmp_path, MAIL_URL="smtps://127.0.0.1", MAIL_FROM="orders@example.com").mail
    assert safe is not None
    assert (safe.port, safe.is_tls, safe.is_loopback) == (465, True, True)


@pytest.mark.parametrize(
    ("url", "sender", "said"),
    [
        ("smtp://a:secret@mail.example.com", "", "MAIL_FROM"),
        ("", "orders@example.com", "MAIL_URL"),
        ("https://a:secret@mail.example.com", "orders@example.com", "MAIL_URL"),
        ("smtp://a:secret@mail.example.com:port", "orders@example.com", "MAIL_URL"),
        ("smtp://mail.example.com", "me@x\nBcc: y@z", "MAIL_FROM"),
    ],
)
def test_s22_a_mail_server_that_cannot_be_read(tmp_path: Path, url: str, sender: str, said: str) -> None:
    text = refusal(tmp_path, MAIL_URL=url, MAIL_FROM=sender)
    assert (said in text, "secret" in text) == (True, False)
