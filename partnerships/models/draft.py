import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse

from partnerships.text import search_form


class DraftQuerySet(models.QuerySet):
    def waiting(self):
        """Drafts that wait for a publisher, the longest first."""
        return self.filter(operation=None, proposed_at__isnull=False).order_by(
            "proposed_at"
        )


class Draft(models.Model):
    """A document that an editor is entering, or a form that one filled in, as typed. It
    is private, and no part of the record or of any trail; what comes of it is, under
    ``operation``. Once it is proposed, publishers see it too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts"
    )
    #: The fields of the document, and of each row, by name, all of them text.
    document = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    #: New summaries by the id of their partnership.
    summaries = models.JSONField(default=dict)
    change_kind = models.CharField(max_length=20, blank=True)
    change_reason = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    #: The operation that entered it; None while it is being written.
    operation = models.UUIDField(null=True)

    #: Of a form: its address, and what was sent to it, the values of each field. Of a
    #: document: what it said when it was ``proposed``; the ids of those who ``changed``
    #: it as it waited; and the ``page`` on which it was last written.
    path = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)
    #: Rows were uploaded from a file.
    is_import = models.BooleanField(default=False)
    #: The moment of its proposal; None while it is being written, or written again.
    proposed_at = models.DateTimeField(null=True)
    #: A publisher's word to its owner, when it was sent back.
    word_back = models.CharField(max_length=500, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]
        default_permissions = ()

    def __str__(self):
        return self.document.get("title") or self.document.get("url") or "New document"

    def get_absolute_url(self):
        """Return the address at which it is read and written."""
        if self.path:
            return f"{self.path}?proposal={self.pk}"
        return reverse("admin:desk-document", args=[self.pk])

    def names(self, partner):
        """Return whether a row of the document is about that partner."""
        written = {search_form(row.get("partner", "")) for row in self.rows} - {""}
        return any(name in partner.search_text for name in written)
