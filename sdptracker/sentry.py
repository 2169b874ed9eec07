"""Reports of errors to Sentry, or a program like it, where SENTRY_DSN names one."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.argv import ArgvIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from partnerships import __version__
from partnerships.web.request_ids import request_id


def report_errors(dsn: str) -> None:
    """Report errors from now on: the traceback and, of a request, method and path."""
    sentry_sdk.init(
        dsn=dsn,
        release=__version__,
        integrations=[DjangoIntegration()],
        auto_enabling_integrations=False,
        disabled_integrations=[ArgvIntegration()],  # may hold a name
        before_send=_of_nobody,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
    )


def _of_nobody(event: Any, hint: dict[str, Any]) -> Any:
    """Return the event without who asked and for which parameters."""
    asked = event.pop("request", {})
    for part in ("user", "extra", "server_name"):
        event.pop(part, None)
    event["request"] = {part: asked.get(part) for part in ("method", "url")}
    event["tags"] = {"request_id": request_id() or "-"}
    return event
