"""Signatures of checkpoints and backups."""

import shutil
import subprocess

import pytest

from partnerships.ledger import signing


@pytest.fixture
def key(tmp_path, settings):
    settings.LOCAL, settings.SIGNING_KEY = True, tmp_path / "new" / "key.pem"
    return settings.SIGNING_KEY


def test_what_is_signed_is_known_and_nothing_else(key):
    signed, public = signing.signature(b"7:abc"), signing.public_key()
    assert signing.is_signed(b"7:abc", signed, public)
    assert not signing.is_signed(b"8:abc", signed, public)
    assert not signing.is_signed(b"7:abc", signed.swapcase(), public)
    assert not signing.is_signed(b"7:abc", "no base64", public)
    assert not signing.is_signed(b"7:abc", signed, "no key")


def test_key_of_a_local_site_is_made_once_for_its_owner_alone(key):
    assert signing.public_key() == signing.public_key()
    assert key.stat().st_mode & 0o777 == 0o600


def test_key_of_a_production_site_is_never_made(key, settings):
    settings.LOCAL = False
    with pytest.raises(signing.NoSigningKey):
        signing.public_key()


def test_another_key_signs_nothing_of_ours(key, tmp_path, settings):
    signed = signing.signature(b"7:abc")
    settings.SIGNING_KEY = tmp_path / "other.pem"
    assert not signing.is_signed(b"7:abc", signed, signing.public_key())


def test_without_a_key_nothing_is_signed(settings):
    settings.SIGNING_KEY = None
    assert signing.signature(b"7:abc") == signing.public_key() == ""


@pytest.mark.parametrize("content", ["", "no key", "rsa"])
def test_file_that_is_no_key_is_named_with_what_to_do(tmp_path, settings, content):
    settings.SIGNING_KEY = tmp_path / "bad.pem"
    if content == "rsa" and shutil.which("openssl"):
        made = ["openssl", "genpkey", "-algorithm", "rsa", "-out"]
        subprocess.run([*made, settings.SIGNING_KEY], check=True, capture_output=True)
    else:
        settings.SIGNING_KEY.write_text(content)
    with pytest.raises(signing.NoSigningKey, match="SIGNING_KEY"):
        signing.signature(b"7:abc")
