"""The morning's mail to editors: what came in, is due, overdue, or waits for them."""

import smtplib
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from partnerships.actions.proposing import may_publish
from partnerships.choices import LeadOrigin
from partnerships.dates import day_in_words
from partnerships.models import Draft, Lead, Role, User
from partnerships.selectors import due
from partnerships.selectors.double_checks import open_double_checks

EDITORS = {Role.EDITOR, Role.PUBLISHER, Role.ADMINISTRATOR}
#: So many of a kind are named.
NAMED = 5


def send_morning_mail(*, on: date) -> tuple[list[User], list[User]]:
    """Send each editor with an address what is due, and nothing where nothing is.
    Return those to whom a mail went, and those whose address the server refused. Raises
    OSError if it takes none."""
    ways_in = [f"https://{host}/admin/" for host in settings.ALLOWED_HOSTS[:1]]
    editors = User.objects.filter(is_active=True).exclude(email="").order_by("pk")
    written: list[User] = []
    refused: list[User] = []
    with get_connection() as connection:
        for user in editors:
            parts = list(_parts(user, on)) if user.role in EDITORS else []
            if not parts:
                continue
            count = sum(len(names) for _, names in parts)
            message = EmailMessage(
                f"SDP tracker, {day_in_words(on)}: {count} to do",
                "\n\n".join([*map(_paragraph, parts), *ways_in]) + "\n",
                to=[user.email],
                connection=connection,
            )
            try:
                message.send()
            except smtplib.SMTPRecipientsRefused:
                refused.append(user)
            else:
                written.append(user)
    return written, refused


def _parts(user: User, on: date) -> Iterator[tuple[str, list[str]]]:
    """Yield what is due for an account, by its heading. Of what readers wrote it says
    that it is there, and no word."""
    leads = Lead.objects.due(on=on)
    looks, announced = due.looks(on=on), due.announcements_due(on=on)
    waiting = due.looks_due(looks, announced, on=on)
    parts = [
        ("Leads", list(map(str, leads.exclude(origin=LeadOrigin.REPORT)))),
        (
            "Readers' reports",
            [lead.number for lead in leads.filter(origin=LeadOrigin.REPORT)],
        ),
        ("Announced, and due", list(map(str, announced))),
        (
            "To be looked at",
            [str(look.partnership.partner) for look in waiting],
        ),
        ("Documents to be opened", list(map(str, due.sources_due(looks, on=on)))),
        ("Not yet double-checked", list(map(str, open_double_checks()))),
    ]
    if may_publish(user):
        waiting = Draft.objects.waiting().exclude(owner=user)
        parts.append(("Proposed, for you to publish", list(map(str, waiting))))
    back = user.drafts.filter(operation=None, proposed_at=None).exclude(word_back="")
    parts.append(("Sent back to you", list(map(str, back))))
    return ((heading, names) for heading, names in parts if names)


def _paragraph(part: tuple[str, list[str]]) -> str:
    heading, names = part
    lines = [f"{heading}: {len(names)}", *(f"- {name}" for name in names[:NAMED])]
    if len(names) > NAMED:
        lines.append(f"- and {len(names) - NAMED} more")
    return "\n".join(lines)
