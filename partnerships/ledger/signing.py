"""Signatures by which strangers know a checkpoint or a backup as this tracker's.

Ed25519, with a key that is in a file outside of the database (``SIGNING_KEY``): whoever
owns the database alone can sign nothing. The public half is on the site.
"""

import base64
import os
import pwd
import re
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

_PEM = re.compile("-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----")


class NoSigningKey(Exception):
    """The file of the signing key cannot be used; the message says what to do."""


def signature(content: bytes) -> str:
    """Return the signature of this content, in base64; empty where nothing is signed.

    Raises NoSigningKey.
    """
    path = settings.SIGNING_KEY
    return base64.b64encode(_key(path).sign(content)).decode() if path else ""


def is_signed(content: bytes, signature: str, public_key: str) -> bool:
    """Return whether the signature is of this content by this key, given as PEM."""
    try:
        key = load_pem_public_key(public_key.encode())
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_keys() -> list[str]:
    """Return the public half of the key, and those of the keys before it, as PEM; of a
    key that cannot be used, none."""
    with suppress(NoSigningKey):
        if current := public_key():
            return list(dict.fromkeys([current, *_former_keys()]))
    return _former_keys()


def fingerprint(public_key: str) -> str:
    """Return the SHA-256 of a public key (of its DER form), by which people compare."""
    key = load_pem_public_key(public_key.encode())
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(der).hexdigest()


def public_key() -> str:
    """Return the public half of the key, as PEM; empty where nothing is signed.

    Raises NoSigningKey.
    """
    path = settings.SIGNING_KEY
    if not path:
        return ""
    half = _key(path).public_key()
    return half.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def keys_in(text: str) -> list[str]:
    """Return each public key in a text, such as that of a file, as PEM."""
    return [f"{pem}\n" for pem in _PEM.findall(text)]


def user_of_process() -> str:
    """Return the name of the user who has to be able to read the files of the keys, or
    its number where it has no name."""
    with suppress(KeyError):
        return pwd.getpwuid(os.geteuid()).pw_name
    return str(os.geteuid())


def _former_keys() -> list[str]:
    path = settings.FORMER_KEYS
    return keys_in(path.read_text()) if path else []


@cache
def _key(path: Path) -> Ed25519PrivateKey:
    if settings.LOCAL and not path.exists():
        try:
            _make_key(path)
        except OSError as error:
            raise NoSigningKey(
                f"SIGNING_KEY: {path} cannot be made: {error.strerror}."
            ) from error
    return key_in(path)


def key_in(path: Path) -> Ed25519PrivateKey:
    """Return the key in this file. Raises NoSigningKey if it holds none that can be
    used."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise NoSigningKey(
            f"SIGNING_KEY: {path} cannot be read as a key that is not encrypted; make "
            "one with 'openssl genpkey -algorithm ed25519 -out FILE'."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoSigningKey(f"SIGNING_KEY: the key in {path} is no Ed25519 key.")
    return key


def _make_key(path: Path) -> None:
    """Keep a new key in a file that its owner alone may read."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    alone = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(alone, "wb") as file:
        file.write(pem)
