"""The keys of the site, from the environment: of sessions and forms, of signatures."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from partnerships.ledger.signing import NoSigningKey, key_in, user_of_process
from sdptracker.variables import secret, text


def secret_key(*, local: bool, data_dir: Path) -> str:
    """SECRET_KEY, or on a local run the key that the first one made and kept."""
    key = secret("SECRET_KEY")
    if key and not local and _is_weak(key):
        raise ImproperlyConfigured(
            "SECRET_KEY is too weak; use at least 50 random characters, such as the "
            "output of: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    if key:
        return key
    if not local:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing; it is required when ALLOWED_HOSTS names a host."
        )
    path = data_dir / "secret_key"
    try:
        if not path.exists():
            data_dir.mkdir(parents=True, exist_ok=True)
            _keep_new_key(path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept in {path} ({error.strerror}); "
            "make DATA_DIR writable or set SECRET_KEY."
        ) from error


def former_secret_keys() -> list[str]:
    """FORMER_SECRET_KEYS, which held before SECRET_KEY was changed, separated by commas
    or line breaks: what they signed, such as sessions, goes on holding."""
    keys = secret("FORMER_SECRET_KEYS").replace(",", " ").split()
    if any(map(_is_weak, keys)):
        raise ImproperlyConfigured(
            "FORMER_SECRET_KEYS has a key of less than 50 random characters; leave it "
            "out, which ends the sessions that it signed."
        )
    return keys


def _is_weak(key: str) -> bool:
    return len(key) < 50 or len(set(key)) < 5


def signing_key(*, local: bool, data_dir: Path) -> Path | None:
    """SIGNING_KEY, the file of the key that signs checkpoints and backups; on a local
    run one beside the data, made when it is first used; None where nothing is signed.
    """
    make = "make one with 'openssl genpkey -algorithm ed25519 -out FILE'"
    if path := _file_of("SIGNING_KEY", otherwise=make):
        try:
            key_in(path)
        except NoSigningKey as error:
            raise ImproperlyConfigured(str(error)) from error
        return path
    return data_dir / "signing_key.pem" if local else None


def former_keys() -> Path | None:
    """FORMER_KEYS, a file of the public halves of keys that signed before this one."""
    put = "put there what was at /data/signing-key.pem before the key was changed"
    return _file_of("FORMER_KEYS", otherwise=put)


def _file_of(name: str, *, otherwise: str) -> Path | None:
    """The file that a setting names, if it is given. Raises ImproperlyConfigured if
    there is none, or this process may not read it."""
    if not (named := text(name)):
        return None
    path = Path(named)
    try:
        if not path.is_file():
            raise ImproperlyConfigured(
                f"{name} names {path}, which is no file; {otherwise}."
            )
        path.open("rb").close()
    except PermissionError as error:
        raise ImproperlyConfigured(
            f"{name} names {path}, which the user {user_of_process()} may not "
            "read; give the file to a group of that user, with chgrp and chmod 0640."
        ) from error
    return path


def _keep_new_key(path: Path):
    """Make the file whole at once, for its owner alone; the first to do so wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with open(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
