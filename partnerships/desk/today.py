"""Today: what is due, each with its number, a list and what to do about it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from partnerships.actions import checking
from partnerships.dates import day_in_words
from partnerships.desk.documents import NEEDED
from partnerships.log.operations import done_by
from partnerships.models import Partnership
from partnerships.selectors import due
from partnerships.web.milestone_words import title

SHOWN = 6


@dataclass(frozen=True)
class Item:
    """A line of a card: what it is about, its page, and a few words beside it; ``undo``
    is the address at which it is undone, ``look`` the partnership that is looked at."""

    text: str
    url: str
    note: str = ""
    undo: str = ""
    look: Partnership | None = None


@dataclass(frozen=True)
class Card:
    """Something that is due: the first few, and how many there are. ``is_late`` marks
    what should have been done before today."""

    heading: str
    items: list[Item]
    more: str = ""
    is_late: bool = False

    @property
    def shown(self) -> list[Item]:
        return self.items[:SHOWN]

    @property
    def left_out(self) -> int:
        return len(self.items) - len(self.shown)


def today(request, site):
    """Show what needs doing."""
    on = timezone.localdate()
    context = {
        **site.each_context(request),
        "title": f"Today, {on:%A} {day_in_words(on)}",
        "cards": [card for card in _cards(request.user) if card.items],
        "may_enter": request.user.has_perms(NEEDED),
        "may_check": request.user.has_perm("partnerships.add_check"),
        "app_list": site.get_app_list(request),
    }
    return TemplateResponse(request, "admin/desk/today.html", context)


@require_POST
def looked(request, site):
    """Record that the editor looked for news of one partnership through today, and that
    there was none."""
    if not request.user.has_perm("partnerships.add_check"):
        raise PermissionDenied
    pk = request.POST.get("partnership", "")
    partnership = get_object_or_404(
        Partnership.objects.select_related("partner"),
        pk=pk if pk.isdecimal() and len(pk) < 19 else 0,
    )
    try:
        checking.check_partnerships(
            partnerships=[partnership],
            through=timezone.localdate(),
            by=request.user,
            reason=checking.REASON,
        )
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        through = day_in_words(timezone.localdate())
        messages.success(
            request, f"{partnership.partner}: checked through {through}, nothing new."
        )
    return redirect("admin:index")


def _cards(user):
    on = timezone.localdate()
    yield _announcements(on)
    looks = [_look(look) for look in due.looks_due(on=on)]
    yield Card("To be looked at", looks, _list("partnership"), is_late=True)
    yield Card(
        "Sources disagree, no ruling yet",
        [
            Item(str(fact.about), _change(fact.about))
            for fact in due.open_disagreements()
        ],
    )
    yield Card(
        "Summary is older than the newest milestone",
        [_record(row, "rewrite it") for row in due.summaries_due()],
    )
    yield Card(
        "Signed, areas not assessed",
        [_record(row, "26 areas") for row in due.signed_not_assessed(on=on)],
    )
    yield Card("Drafts", [_record(row, "not published") for row in due.drafts()])
    yield Card(
        "Documents not opened for a quarter",
        [_source(source) for source in due.sources_due(on=on)],
        _list("source"),
    )
    documents = user.drafts.filter(operation=None)
    yield Card("Documents being entered", [_document(draft) for draft in documents])
    yield Card("Your last changes", [_done(done) for done in done_by(user)])


def _announcements(on):
    rows = due.announcements_due(on=on)
    items = [
        Item(title(row), _change(row), f"expected {row.expected.display()}")
        for row in rows
    ]
    is_late = any(row.expected_latest < on for row in rows)
    return Card("Announced, and due", items, is_late=is_late)


def _look(look):
    row, rhythm = look.partnership, "weekly" if look.is_weekly else "monthly"
    through = row.checked_through
    last = f"checked through {day_in_words(through)}" if through else "never looked at"
    return Item(str(row.partner), _change(row), f"{rhythm}, {last}", look=row)


def _record(row, note):
    return Item(str(row.partner), _change(row), note)


def _source(source):
    opened = source.last_checked_on
    note = f"opened {day_in_words(opened)}" if opened else "never opened"
    return Item(str(source), _change(source), note)


def _document(draft):
    address = reverse("admin:desk-document", args=[draft.pk])
    return Item(str(draft), address, f"kept {_moment(draft.changed_at)}")


def _done(done):
    more = f" and {done.count - 1} more" if done.count > 1 else ""
    return Item(
        f"{done.title}{more}",
        f"{reverse('change-list')}?operation={done.operation}",
        _moment(done.at),
        undo=reverse("admin:desk-undo", args=[done.operation]),
    )


def _moment(at):
    at = timezone.localtime(at)
    return f"{day_in_words(at.date())}, {at:%H:%M}"


def _change(row):
    """Return the address of the admin's page of a record."""
    return reverse(f"admin:partnerships_{row._meta.model_name}_change", args=[row.pk])


def _list(name):
    return reverse(f"admin:partnerships_{name}_changelist")
