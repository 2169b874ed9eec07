"""Signatures of checkpoints and backups."""

import shutil
import subprocess
from hashlib import sha256

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


def test_keys_before_this_one_are_listed_after_it(key, tmp_path, settings):
    before = signing.public_key()
    settings.FORMER_KEYS = tmp_path / "former.pem"
    settings.FORMER_KEYS.write_text(f"of last year:\n{before}")
    settings.SIGNING_KEY = tmp_path / "other.pem"
    assert signing.public_keys() == [signing.public_key(), before]
    settings.SIGNING_KEY = None
    assert signing.public_keys() == [before]


def test_key_that_cannot_be_used_is_not_listed(key, settings):
    settings.LOCAL = False
    assert signing.public_keys() == []


def test_fingerprint_is_what_openssl_says(key, tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    made = ["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"]
    public = signing.public_key()
    der = subprocess.run(made, check=True, capture_output=True).stdout
    assert signing.fingerprint(public) == sha256(der).hexdigest()


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
