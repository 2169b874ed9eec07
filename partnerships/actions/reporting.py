"""Readers' reports: counted against the limits, and kept as leads."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from partnerships.choices import LeadOrigin
from partnerships.models import Lead, Partnership
from partnerships.models.lead import LeadQuerySet

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Reports in an hour.
MOST_FROM_A_NETWORK, MOST = 5, 60

_LOCK = 20251201  # PostgreSQL's advisory lock on the taking of reports


class TooManyReports(Exception):
    """More came within an hour than is taken. ``seconds`` says how long to wait."""

    def __init__(self, whose: str, until: datetime):
        self.seconds = int((until - timezone.now()).total_seconds()) + 1
        minutes = -(-self.seconds // 60)
        wait = f"{minutes} minutes" if minutes > 1 else "a minute"
        super().__init__(f"{whose} Your text stands below: send it again in {wait}.")


@transaction.atomic
def record_report(
    *,
    network: str,
    sentence: str,
    url: str = "",
    page: str = "",
    fact: str = "",
    email: str = "",
    partnership: Partnership | None = None,
) -> Lead:
    """Return the lead that a report becomes; of a report that came from the network
    within the hour, the lead that it became then.

    No network is kept, but a digest for its day. Raises TooManyReports.
    """
    _wait_for_others()
    now = timezone.now()
    Lead.objects.filter(made_at__lt=now - DAY).exclude(network="").update(network="")
    reports = Lead.objects.filter(origin=LeadOrigin.REPORT, made_at__gt=now - HOUR)
    own = reports.filter(network__in={_digest(network, at) for at in (now, now - HOUR)})
    said = {"sentence": sentence, "url": url, "page": page, "fact": fact}
    said["email"] = email
    if sent_before := own.filter(**said).last():
        return sent_before
    _refuse_more_than(
        MOST_FROM_A_NETWORK, own, "Five reports came from your network in an hour."
    )
    _refuse_more_than(MOST, reports, "More reports come in than editors can read.")
    lead = Lead(
        origin=LeadOrigin.REPORT,
        made_at=now,
        network=_digest(network, now),
        partnership=partnership,
        **said,
    )
    lead.full_clean()
    lead.save()
    return lead


def _refuse_more_than(most: int, reports: LeadQuerySet, whose: str) -> None:
    """Raise TooManyReports until the last of that many is an hour old."""
    latest = reports.order_by("-made_at").values_list("made_at", flat=True)
    if counted := latest[most - 1 : most]:
        raise TooManyReports(whose, counted[0] + HOUR)


def _digest(network: str, at: datetime) -> str:
    """Return what stands for the network on a day of UTC, and tells nobody which."""
    told = f"{network} {at.date()}"
    return salted_hmac(__name__, told, algorithm="sha256").hexdigest()[:32]


def _wait_for_others() -> None:
    """Wait for the report before, so that two clicks are one and all are counted.
    SQLite's transactions (IMMEDIATE) wait anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
