import re
from datetime import date
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.choices import SourceKind
from partnerships.dates import PartialDate
from partnerships.fields import CodeField, PartialDateField
from partnerships.ledger.recorder import AuditedModel
from partnerships.querysets.sources import SourceQuerySet

#: Parts of a path that name no document: a language, an index, a section of a site.
_NO_DOCUMENT = re.compile(
    r"(([a-z]{2}([-_][a-z]{2})?)|(index|default|home|homepage|main[-_]page|welcome"
    r"|news|newsroom|press|press-?releases|presscorner|portal|thinktank|wiki|about"
    r"|about-us|blog|topics|government|eeas(?=_)))?([-_][a-z]{2})?(\.\w{2,5})?",
    re.ASCII | re.IGNORECASE,
)
#: Parameters that choose no document: a language, and who sent the reader.
_NO_CHOICE = re.compile(r"(utm_\w+|lang|language|locale|hl|ref|fbclid|gclid)=", re.I)
WEB = RegexValidator(
    r"^https?://[^/@]+(/|$|\?|#)", "Write an address that begins with https://."
)


def is_home_page(url: str) -> bool:
    """Return whether an address is that of a site or of a section of it, not that of a
    document: it has no query, and no part of its path says which document."""
    address = urlsplit(url)
    chosen = [p for p in address.query.split("&") if p and not _NO_CHOICE.match(p)]
    parts = filter(str.strip, unquote(address.path).split("/"))
    return not chosen and all(map(_NO_DOCUMENT.fullmatch, parts))


class Source(AuditedModel):
    """A published document that says something about a partnership."""

    NATURAL_KEY = ("key",)
    PERMANENT = ("key",)
    SEEN_BY_ITSELF = False
    PUBLIC = (
        *("key", "publisher", "title", "authors", "published_on", "knowledge_as_of"),
        *("url", "language", "last_checked_on", "note"),
        *("kind", "eli", "celex", "doi", "document_number", "archived_url"),
        "no_address",
    )

    key = models.SlugField(
        max_length=100,
        unique=True,
        help_text="A short permanent name for citing it, as in “eprs-2026-03”.",
    )
    publisher = models.CharField(
        max_length=200,
        help_text="Who published it, as in “European External Action Service”.",
    )
    title = models.CharField(max_length=300, help_text="Its title as published.")
    authors = models.CharField(
        max_length=300,
        blank=True,
        help_text="The named authors, separated by semicolons.",
    )
    published_on = PartialDateField(
        blank=True,
        null=True,
        help_text="When it was published. Leave it empty for an undated page.",
    )
    knowledge_as_of = PartialDateField(
        blank=True,
        null=True,
        help_text="Until when its facts reach, which is often earlier.",
    )
    url = models.URLField(
        "address",
        max_length=500,
        blank=True,
        validators=[WEB],
        help_text="Where it can be read.",
    )
    language = CodeField(
        case=str.lower,
        max_length=8,
        default="en",
        help_text="Its language as an ISO 639-1 code, as in “en”.",
    )
    last_checked_on = models.DateField(
        null=True, blank=True, help_text="When an editor last read it at its address."
    )
    note = models.TextField(
        blank=True, help_text="What a reader should know of its reliability. Public."
    )
    kind = models.CharField(
        max_length=20,
        choices=SourceKind,
        help_text="Who speaks in it. No status moves on a digest alone.",
    )
    eli = models.URLField(
        "ELI",
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                r"^https?://data\.europa\.eu/eli/.+",
                "An ELI begins with http://data.europa.eu/eli/.",
            )
        ],
        help_text="As in “http://data.europa.eu/eli/reg/2025/1106/oj”.",
    )
    celex = CodeField(
        "CELEX number",
        max_length=40,
        blank=True,
        validators=[
            RegexValidator(
                r"^[0-9CE][0-9]{4}[A-Z]{1,2}[0-9]{4,5}(\([0-9]{2}\))?(-[0-9]{8})?$",
                "Write a CELEX number as in 32025R1106.",
            )
        ],
        help_text="As in “32025R1106”.",
    )
    doi = models.CharField(
        "DOI",
        max_length=100,
        blank=True,
        validators=[
            RegexValidator(r"^10\.\d{4,9}/[^\s<>\"]+$", "A DOI begins with 10.")
        ],
        help_text="As in “10.2861/123456”.",
    )
    document_number = models.CharField(
        max_length=100, blank=True, help_text="As in “TA-10-2026-0040”."
    )
    archived_url = models.URLField(
        "archived copy",
        max_length=500,
        blank=True,
        validators=[WEB],
        help_text="Where an archive keeps it as it was.",
    )
    no_address = models.CharField(
        "why it has no address",
        max_length=300,
        blank=True,
        help_text="Where no address is known: why. Readers see it.",
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["", *SourceKind.values]),  # "" of old ones
                name="source_kind_is_known",
                violation_error_message="Choose one of the listed kinds.",
            ),
            models.CheckConstraint(
                condition=Q(language__regex=r"^[a-z]{2,3}$"),
                name="source_language_is_a_code",
                violation_error_message=(
                    "Write the language as two small letters, as in “en”."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.publisher}: {self.title}"

    @property
    def is_public(self):
        """False while no public claim cites it: it may be the source of a draft."""
        return Source.objects.public().filter(pk=self.pk).exists()

    def _what_rests_on_it_alone(self) -> str:
        """Return why it cannot be called a digest; empty if it is none, or if no status
        of a published record rests on it alone."""
        if self.pk is None or self.kind != SourceKind.DIGEST:
            return ""
        cited = self.claims.filter(
            milestone__isnull=False, milestone__partnership__is_published=True
        )
        steps = {claim.milestone for claim in cited.select_related("milestone")}
        alone = [
            str(step)
            for step in steps
            if step.as_event().effect
            and not step.claims.exclude(source=self).firm().exists()
        ]
        if not alone:
            return ""
        return (
            "No status moves on a digest alone, and these rest on it: "
            f"{'; '.join(sorted(alone))}. Cite another document for them first."
        )

    def _days_to_come(self) -> list[str]:
        """Return the fields that were given a day which the editor's has not reached;
        another editor's may have."""
        today, to_come = timezone.localdate(), []
        for name in ("last_checked_on", "published_on", "knowledge_as_of"):
            day = getattr(self, name)
            if isinstance(day, PartialDate):
                day = day.earliest or day.latest
            if isinstance(day, date) and day > today and self.is_changed(name):
                to_come.append(name)
        return to_come

    def clean(self):
        super().clean()
        errors = dict.fromkeys(self._days_to_come(), "This day is yet to come.")
        if is_home_page(self.url) and self.url:
            errors["url"] = (
                "This is the page of a whole site or section. Give the address of the "
                "document itself; leave it empty if you know none, and say why."
            )
        if self.archived_url and self.archived_url == self.url:
            errors["archived_url"] = "This is the document's own address: leave it out."
        if problem := self._what_rests_on_it_alone():
            errors["kind"] = problem
        if not self.url and not self.no_address:
            errors["no_address"] = (
                "Readers want the document: give its address, or say why there is none."
            )
        if self.url and self.no_address:
            errors["no_address"] = "It has an address: leave this empty."
        if errors:
            raise ValidationError(errors)
