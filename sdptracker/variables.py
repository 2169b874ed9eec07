"""Variables of the environment: open ones, secret ones, and misspelt ones."""

import os
from difflib import get_close_matches
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

#: The names that the settings have asked for: all that there are, once they are read.
ASKED: set[str] = set()

#: From here on two names are taken for one. ``CACHE_URI`` is as near as this.
_NEAR = 0.87


def text(name: str, default: str = "") -> str:
    ASKED.add(name)
    return os.environ.get(name, default).strip()


def secret(name: str) -> str:
    """A value that nobody else should read: the variable's own; or the text of the file
    that ``<name>_FILE`` names, or of the credential of that name that systemd hands
    over.

    Raises ImproperlyConfigured if it is given in two ways, or cannot be read.
    """
    given = {name: text(name)} if text(name) else {}
    if file := text(f"{name}_FILE"):
        given[f"{name}_FILE"] = _text_of(f"{name}_FILE", Path(file))
    credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", "")) / name
    if "CREDENTIALS_DIRECTORY" in os.environ and credential.exists():
        way = f"systemd's credential {name}"
        given[way] = _text_of(way, credential)
    if len(given) > 1:
        one, other, *_ = given
        raise ImproperlyConfigured(f"{one} and {other} are both given; keep one.")
    return next(iter(given.values()), "")


def _text_of(way: str, path: Path) -> str:
    try:
        value = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{way} names {path}, which cannot be read ({error.strerror})."
        ) from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{way} names {path}, which is no text.") from error
    if not value:
        raise ImproperlyConfigured(f"{way} names {path}, which is empty.")
    return value


def refuse_misspelt() -> None:
    """Raise ImproperlyConfigured for a variable that is next to a setting which is not
    given. Names of one word, such as HTTP and MAILFROM, are left to other programs."""
    missing = [name for name in ASKED if "_" in name and name not in os.environ]
    for name in sorted(os.environ.keys() - ASKED):
        near = get_close_matches(name, missing, 1, _NEAR) if "_" in name else []
        if near:
            raise ImproperlyConfigured(
                f"{name} is no setting; did you mean {near[0]}, which can be set to "
                f"nothing if {name} is another program's?"
            )
