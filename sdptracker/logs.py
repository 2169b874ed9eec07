"""The log: lines for people, or of JSON for programs (LOG_FORMAT), each with the number
of the request. No user names are in it, no parameters, and addresses of log-ins alone.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from partnerships.web.request_ids import request_id


def to_console(*, form: str, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: the lines of this level and above, in this form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "told": {"()": "sdptracker.logs.Told"},
            "faults": {"()": "partnerships.ledger.faults.ToldOnce"},
        },
        "formatters": {
            "plain": {
                "format": "{asctime} {levelname} {name} {request_id}: {message}",
                "style": "{",
            },
            "json": {"()": "sdptracker.logs.JSONLines"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["told", "faults"],
            }
        },
        "root": {"handlers": ["console"], "level": level.upper()},
        "loggers": {
            "django": {
                "handlers": ["console"],
                "level": level.upper(),
                "propagate": False,
            },
            # Of log-ins, sdptracker.logins tells in one line each.
            "axes": {"level": "ERROR"},
            # What is wrong with the answer of a site that was visited, a sentence says.
            "urllib3": {"level": "ERROR"},
        },
    }


class Told(logging.Filter):
    """Gives each record the number of its request. A request that Django refuses, such
    as one by a name not this site's, is a warning: the fault is not in our code."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id() or "-"
        if record.name.startswith("django.security.") and record.exc_info:
            record.exc_info = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class JSONLines(logging.Formatter):
    """An object in a line. What a record carries besides, such as the request with its
    parameters, is left out."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request_id": vars(record).get("request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
