from django.db import models

from partnerships.models.source import Source


class Visit(models.Model):
    """The answer when a source was last asked for at its address, and a private
    copy of it. It is no part of the record or of any trail."""

    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, related_name="visit"
    )
    #: The address that was asked: with another one, all begins anew.
    url = models.CharField(max_length=500)
    asked_at = models.DateTimeField(help_text="When it was last asked for.")
    #: The answer's status, None if there was none; and a sentence if it was not read.
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    #: How often in a row it was not reached.
    failures = models.PositiveSmallIntegerField(default=0)
    #: Where it has moved for good.
    moved_to = models.CharField(max_length=500, blank=True)
    #: When it was last read; the digest of its text that matters, and when it changed.
    read_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(null=True)
    #: The copy, packed by gzip, and its type.
    copy = models.BinaryField(default=bytes)
    content_type = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        default_permissions = ()

    def __str__(self):
        return f"Visit to {self.source}"
