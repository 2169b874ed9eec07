import secrets
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.choices import LeadOrigin, LeadOutcome, SourceNews
from partnerships.models.draft import Draft
from partnerships.models.partnership import Partnership
from partnerships.models.source import Source

#: Letters and digits that nobody takes for another.
_PLAIN = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_number():
    """Return a number under which a reader finds their report, and nobody else does."""
    drawn = "".join(secrets.choice(_PLAIN) for _ in range(12))
    return "-".join(drawn[at : at + 4] for at in (0, 4, 8))


class LeadQuerySet(models.QuerySet):
    def open(self):
        """Leads of which nothing has become yet."""
        return self.filter(outcome="")

    def due(self, *, on):
        """Open leads, but for those to be followed up on a later day: what has waited
        longest first."""
        later = Q(follow_up_on__gt=on)
        return self.open().exclude(later).order_by("follow_up_on", "made_at")


class Lead(models.Model):
    """Something that came in and may become a part of the record: a document that an
    editor noted, a reader's report, a source that changed. It is private, and no part
    of the record or of any trail."""

    number = models.CharField(
        max_length=20, unique=True, editable=False, default=new_number
    )
    origin = models.CharField(
        max_length=20, choices=LeadOrigin, default=LeadOrigin.DESK, editable=False
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="leads",
    )

    url = models.URLField(
        "address", max_length=500, blank=True, help_text="Where it can be read."
    )
    published_on = models.CharField(
        "published",
        max_length=100,
        blank=True,
        help_text="As you read it: 25 March 2026.",
    )
    language = models.CharField(
        max_length=8, blank=True, help_text="As an ISO 639-1 code, as in “en”."
    )
    sentence = models.TextField(
        blank=True, help_text="What it says, or what is wrong, in a few sentences."
    )
    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="leads",
        help_text="Which partnership it is about, if one.",
    )

    #: Of a report: the page from which it came, the fact on it, the reader's address,
    #: emptied once it is answered, and a digest of the network, emptied after a day.
    page = models.CharField(max_length=300, blank=True, editable=False)
    fact = models.CharField(max_length=60, blank=True, editable=False)
    email = models.EmailField(blank=True, editable=False)
    network = models.CharField(max_length=32, blank=True, editable=False)
    #: Of a source that is watched: which, and what was seen.
    source = models.ForeignKey(
        Source,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="leads",
    )
    news = models.CharField(
        max_length=20, choices=SourceNews, blank=True, editable=False
    )

    follow_up_on = models.DateField(
        "follow up on",
        null=True,
        blank=True,
        help_text="The day on which it is due. Empty: now.",
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    #: The document that is entered from it.
    draft = models.ForeignKey(
        Draft,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="leads",
    )
    outcome = models.CharField(
        "what became of it", max_length=20, choices=LeadOutcome, blank=True
    )
    answer = models.TextField(
        blank=True,
        help_text="Why, in a sentence or two. Whoever reported it reads this.",
    )
    #: The change that it became.
    operation = models.UUIDField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        default_permissions = ("add", "change", "view")
        indexes = [
            models.Index(fields=["outcome", "follow_up_on"], name="lead_due"),
            models.Index(fields=["network", "made_at"], name="lead_network"),
        ]

    def __str__(self):
        about = self.sentence or self.url
        return about if len(about) <= 80 else f"{about[:79].rstrip()}…"

    @property
    def state(self):
        """Return in a word how far it is."""
        if self.outcome:
            return self.get_outcome_display().partition(":")[0]
        return f"Taken by {self.taken_by.public_label}" if self.taken_by else "New"

    @property
    def version(self):
        """Return a short text that changes with what is done about it."""
        done = (self.outcome, self.answer, self.taken_by_id, self.draft_id)
        return sha256(str(done).encode()).hexdigest()[:16]

    def close(self, outcome, *, answer="", operation=None):
        """Say what became of it, and forget who sent it. The caller saves."""
        self.outcome, self.answer = outcome, answer
        self.operation, self.closed_at = operation, timezone.now()
        self.email = ""
