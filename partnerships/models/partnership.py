import re
from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list

from partnerships.choices import PartnershipFact, SourceKind
from partnerships.lifecycle.doubts import step_doubts
from partnerships.lifecycle.refusals import refusals
from partnerships.models.fact import FactModel
from partnerships.models.partner import Partner
from partnerships.querysets.partnerships import PartnershipQuerySet, PublishedRecord
from partnerships.text import search_form

_NUMBER = re.compile(r"[1-9][0-9]*")
NO_SUMMARY = (
    "Readers see this record: say in a few plain sentences what it is, or unpublish it "
    "first."
)


class Partnership(FactModel):
    """A Security and Defence Partnership: a non-binding instrument between the EU and
    one partner, from the first proposal on. Its status is derived from milestones."""

    NATURAL_KEY = ("partner__slug",)
    DERIVED = {"search_text": ("title", "summary")}
    REMADE = ("search_text",)
    PERMANENT = ("partner",)
    PUBLIC = (
        *("partner", "title", "summary", "official_text_url", "stated_areas"),
        *("stated_areas_ruling", "review_clause", "review_clause_ruling"),
        *("is_published", "reviewed_on"),
    )
    LOG_OF_PARTNERSHIP = "{row}.id"

    # Identity
    partner = models.OneToOneField(
        Partner,
        on_delete=models.PROTECT,
        related_name="partnership",
        help_text="Whom the partnership is with. Its slug is the partnership's too.",
    )
    title = models.CharField(
        max_length=200, help_text="As in “EU–Norway Security and Defence Partnership”."
    )
    summary = models.TextField(
        blank=True,
        help_text=(
            "A few plain sentences in our own words: facts, no judgement, nothing "
            "copied from a source."
        ),
    )
    official_text_url = models.URLField(
        "official text",
        max_length=500,
        blank=True,
        help_text="The address of the signed text, on an official site.",
    )

    # Content as stated
    stated_areas = models.PositiveSmallIntegerField(
        "stated number of areas",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=(
            "How many areas of cooperation a source says there are. This is not the "
            "number of cells below marked “Included”: sources count differently."
        ),
    )
    stated_areas_ruling = models.TextField(
        "ruling on the stated number",
        blank=True,
        help_text="Why the editors adopted this number where sources disagree. Public.",
    )
    review_clause = models.CharField(
        max_length=200,
        blank=True,
        help_text="What the text says of its review, in its own few words.",
    )
    review_clause_ruling = models.TextField(
        "ruling on the review clause",
        blank=True,
        help_text="Why the editors adopted this where sources disagree. Public.",
    )

    # Editing
    is_published = models.BooleanField(
        "published",
        default=False,
        help_text=(
            "Drafts are seen in the admin alone. A published partnership is never "
            "deleted: record how it ended, or unpublish it."
        ),
    )
    #: The last check before checks were entered as acts (``Check``).
    reviewed_on = models.DateField(
        "last reviewed on", null=True, blank=True, editable=False
    )
    internal_notes = models.TextField(
        blank=True, help_text="For editors. Never shown to the public."
    )

    # Derived
    search_text = models.TextField(editable=False, default="")

    objects = PartnershipQuerySet.as_manager()

    #: The source that the save under way cites for what is without one; set by a form.
    citing: Any = None

    # Annotated by with_status(), with_checked_through() and with_coverage_counts()
    status: str
    sdp_status: str
    safe_status: str
    status_may_be: list[str]
    sdp_status_may_be: list[str]
    safe_status_may_be: list[str]
    status_on: date
    status_reported: bool
    sdp_status_reported: bool
    safe_status_reported: bool
    checked_through: date | None
    areas_included: int
    areas_already_exist: int

    class Meta:
        ordering = ["partner__name"]
        base_manager_name = "objects"
        permissions = [
            ("publish_partnership", "Can publish and unpublish partnerships")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stated_areas__isnull=True) | Q(stated_areas__gte=1),
                name="partnership_states_at_least_one_area",
                violation_error_message=(
                    "The stated number of areas is 1 or more, or empty."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="partnership_has_title",
                violation_error_message="Give the partnership a title.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("partnership-detail", args=[self.partner.slug])

    def clean(self):
        """Refuse to publish while a milestone or cell has no source that agrees, or
        milestones are out of order, and to take a summary from what readers see."""
        super().clean()
        errors = {}
        if self.is_published and self._loses_summary():
            errors["summary"] = NO_SUMMARY
        if self.is_published and not self._was_published():
            errors |= self._publishing_errors()
        if errors:
            raise ValidationError(errors)

    def derive(self):
        super().derive()
        self.search_text = search_form(self.title, self.summary)

    def save(self, *args, **kwargs):
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new:
                self._adopt_claims()

    def delete(self, *args, **kwargs):
        if self._was_published():
            raise PublishedRecord(self)
        return super().delete(*args, **kwargs)

    @property
    def partnership_or_none(self):
        return self

    @property
    def was_public(self):
        newest = Partnership.history.filter(id=self.pk).order_by("-history_id").first()
        return newest is not None and newest.is_published

    def refuse_claim(self, claim) -> str | None:
        is_number = _NUMBER.fullmatch(claim.says)
        if claim.partnership_fact == PartnershipFact.STATED_AREAS and not is_number:
            return "Write the stated number of areas as a number, as in 17."
        return None

    def unsourced_facts(self, citing: Any = None) -> list:
        """Return the milestones and coverage cells that no claim supports, and none
        would if this source said them too: no status moves on a digest alone."""
        if self.pk is None:
            return []
        milestones = self.milestones.unsourced()
        if citing is None:
            return [*milestones, *self.coverage.unsourced()]
        is_digest = citing.kind == SourceKind.DIGEST
        return [step for step in milestones if is_digest and step.as_event().effect]

    def _adopt_claims(self):
        """Put claims about the partner's affiliations into the record."""
        for affiliation in self.partner.affiliations.all():
            for claim in affiliation.claims.all():
                claim.save()

    def _loses_summary(self) -> bool:
        """Return whether the summary is space alone, or is taken away."""
        if self.summary.strip():
            return False
        stored = self._stored()
        return bool(self.summary or (stored and stored.summary.strip()))

    def _was_published(self) -> bool:
        return Partnership.objects.published().filter(pk=self.pk).exists()

    def _publishing_errors(self) -> dict[str, list[str]]:
        if self.pk is None:
            return {}
        sentences = [sentence for _, sentence in self.refusals(self.milestones.all())]
        unsourced = "; ".join(str(fact) for fact in self.unsourced_facts(self.citing))
        if unsourced and self.citing:
            sentences.append(
                "A digest alone moves no status: choose another source for "
                f"{unsourced}."
            )
        elif unsourced:
            sentences.append(
                "These facts have no source that agrees: "
                f"{unsourced}. Choose their source on the form “Publish” of the "
                "record, under “This change”, and tick “Also for what is here without "
                "a source”."
            )
        return {"is_published": sentences} if sentences else {}

    def doubts(self, added: Collection[str] = ()):
        """Return what a publisher is asked about a record that shows little; ``added``
        is what the save under way brings besides: "milestone", "source"."""
        is_news = self.is_published and not self._was_published()
        lacking = self.lacking(added) if is_news else ""
        question = f"{lacking} Is it to be published so?"
        return [("is_published", question)] if lacking else []

    def lacking(self, added: Collection[str] = ()) -> str:
        """Return a sentence on what readers would miss; empty if it is nothing."""
        is_new = self.pk is None
        has_milestone = not is_new and self.milestones.exists()
        has_source = not is_new and self.record_claims.exists()
        there = {
            "milestone": has_milestone or "milestone" in added,
            "summary": bool(self.summary.strip()),
            "source": has_source or "source" in added,
        }
        missing = [f"no {name}" for name, is_there in there.items() if not is_there]
        if not missing:
            return ""
        shown = "" if there["milestone"] else " Readers will see “Nothing recorded”."
        return f"There is {get_text_list(missing, 'and')}.{shown}"

    def step_doubts(self, milestone, milestones=None) -> list[str]:
        """Return the questions about a milestone, saved or not, among these, which are
        all that the partnership would have; among those on record if None are given."""
        others = self.milestones.all() if milestones is None and self.pk else milestones
        others = [m for m in others or () if m.is_complete and m != milestone]
        return step_doubts(
            milestone.as_event(),
            [other.as_event() for other in [*others, milestone]],
            holdings=self.partner.holdings(),
            iso_code=self.partner.iso_code,
        )

    def refusals(self, milestones) -> list[tuple]:
        """Return what the lifecycle's rules refuse in these milestones, which are all
        that the partnership would have, saved or not: (milestone, sentence)."""
        milestones = [m for m in milestones if m.is_complete]
        events = [milestone.as_event() for milestone in milestones]
        # An editor whose day began earlier may have recorded something on it.
        days = [milestone.recorded_on for milestone in milestones]
        by_pk = {event.pk: m for event, m in zip(events, milestones, strict=True)}
        refused = refusals(
            events,
            holdings=self.partner.holdings(),
            iso_code=self.partner.iso_code,
            today=max([timezone.localdate(), *days]),
        )
        return [(by_pk[event.pk], sentence) for event, sentence in refused]

    def new_refusals(self, milestones) -> list[tuple]:
        """Return the refusals that these milestones would add. A record that is wrong
        already can be corrected step by step, as long as no step makes it worse."""
        before = [s for _, s in self.refusals(self.milestones.all() if self.pk else ())]
        after = self.refusals(milestones)
        if len(after) <= len(before):
            return []
        added = Counter(s for _, s in after) - Counter(before)
        return [refusal for refusal in after if refusal[1] in added]
