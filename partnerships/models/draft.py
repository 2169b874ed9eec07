import uuid

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """A document that an editor is entering, as typed. It is private, and no part of
    the record or of any trail; what comes of it is, under ``operation``."""

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

    class Meta:
        ordering = ["-changed_at"]
        default_permissions = ()

    def __str__(self):
        return self.document.get("title") or self.document.get("url") or "New document"
