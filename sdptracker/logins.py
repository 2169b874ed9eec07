"""A line in the log for each log-in, with the address that it came from and nobody's
name, of a fixed form that deploy/fail2ban/ reads."""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed

from partnerships.web.clients import client_address

logger = logging.getLogger(__name__)


def note_logins() -> None:
    """Log each log-in from now on."""
    user_login_failed.connect(_refused)
    user_logged_in.connect(_accepted)


def _refused(request=None, **kwargs: Any) -> None:
    if request is not None:
        is_locked = getattr(request, "axes_locked_out", False)
        word = "locked out" if is_locked else "refused"
        logger.warning("Log-in %s: %s", word, client_address(request))


def _accepted(request=None, **kwargs: Any) -> None:
    if request is not None:
        logger.info("Log-in accepted: %s", client_address(request))
