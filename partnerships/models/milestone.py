from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.choices import MilestoneKind, Track
from partnerships.dates import Dated, InvalidPartialDate, PartialDate, parse
from partnerships.fields import PartialDateField
from partnerships.lifecycle.events import Event
from partnerships.lifecycle.table import EFFECTS
from partnerships.models.fact import FactModel
from partnerships.models.partnership import Partnership
from partnerships.querysets.facts import MilestoneQuerySet
from partnerships.text import new_key


class Milestone(Dated, FactModel):
    """A dated event on one of a partnership's two tracks. Milestones decide the
    status."""

    DERIVED = {"earliest": ("date",), "latest": ("date",), "recorded_on": ("date",)}
    PERMANENT = ("partnership",)
    PUBLIC = (
        *("partnership", "track", "kind", "date", "place", "signatories"),
        *("reference", "note", "ruling"),
    )

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="milestones"
    )

    # What happened, and when
    track = models.CharField(
        max_length=4,
        choices=Track,
        help_text="Whether this is a step of the partnership itself or of SAFE.",
    )
    kind = models.CharField(
        max_length=30,
        choices=MilestoneKind,
        help_text=(
            "What happened. An announcement of a signature is a statement, not a "
            "signature. Missing steps are normal: leave them out."
        ),
    )
    date = PartialDateField(
        earliest_field="earliest",
        latest_field="latest",
        not_after_field="recorded_on",
        help_text="When it happened, as precisely as the sources say and no more.",
    )
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(editable=False)
    recorded_on = models.DateField(editable=False, default=timezone.localdate)

    # Particulars
    place = models.CharField(
        max_length=200, blank=True, help_text="The place, if a source names it."
    )
    signatories = models.CharField(
        max_length=300,
        blank=True,
        help_text="Who signed, by office, if a source names them.",
    )
    reference = models.CharField(
        max_length=200,
        blank=True,
        help_text="The act or its publication, as in “Council Decision (EU) 2026/444”.",
    )
    note = models.TextField(
        blank=True,
        help_text="What else a reader should know, such as the occasion. Public.",
    )

    # Ruling
    ruling = models.TextField(
        blank=True,
        help_text=(
            "Why the editors adopted this date where sources disagree. Public. A "
            "disagreement stays open until this is filled in."
        ),
    )

    objects = MilestoneQuerySet.as_manager()

    #: Set by a formset that checks all of its milestones together.
    order_is_checked_elsewhere = False
    _stored_date = None

    class Meta:
        ordering = ["latest", F("earliest").asc(nulls_first=True), "id"]
        base_manager_name = "objects"
        indexes = [
            # Every list and record: the deciding milestone of each track on a day, read
            # from the index alone.
            models.Index(
                fields=["partnership", "track", "-latest", "kind", "earliest", "date"],
                name="milestone_decides",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(track=Track.SDP, kind__in=[*EFFECTS[Track.SDP]])
                | Q(track=Track.SAFE, kind__in=[*EFFECTS[Track.SAFE]]),
                name="milestone_kind_belongs_to_track",
                violation_error_message=(
                    "This kind of milestone does not exist on this track; choose the "
                    "other track or another kind."
                ),
            ),
            models.CheckConstraint(
                condition=Q(earliest__isnull=True) | Q(earliest__lte=F("latest")),
                name="milestone_bounds_are_in_order",
                violation_error_message=(
                    "This date begins after today. Record a milestone once it has "
                    "happened."
                ),
            ),
            models.CheckConstraint(
                condition=Q(latest__lte=F("recorded_on")),
                name="milestone_happened_by_its_recording",
                violation_error_message=(
                    "This date is after today. Record a milestone once it has happened."
                ),
            ),
            models.UniqueConstraint(
                fields=["partnership", "track", "kind", "date"],
                condition=~Q(
                    kind__in=[MilestoneKind.STATEMENT, MilestoneKind.DIALOGUE_HELD]
                ),
                name="milestone_is_recorded_once",
                violation_error_message="This milestone is recorded already.",
            ),
        ]

    def __str__(self):
        when = self.date.display() if self.is_complete else "no date"
        what = f"{self.get_kind_display()}, {when} ({self.track.upper()})"
        return f"{self.partnership.partner}: {what}"

    @classmethod
    def from_db(cls, db, field_names, values):
        milestone = super().from_db(db, field_names, values)
        milestone._stored_date = milestone.__dict__.get("date")
        return milestone

    def refresh_from_db(self, using=None, fields=None, **kwargs):
        super().refresh_from_db(using, fields, **kwargs)
        if fields is None or "date" in fields:
            self._stored_date = self.__dict__.get("date")

    def clean(self):
        super().clean()
        self._note_recording()
        self.set_bounds()
        if (
            self.partnership_id
            and self.is_complete
            and not self.order_is_checked_elsewhere
        ):
            self._check_order()

    def save(self, *args, **kwargs):
        self._note_recording()
        super().save(*args, **kwargs)
        self._stored_date = self.date

    @property
    def is_complete(self) -> bool:
        """True where track, kind and date are there and fit, as the rules need."""
        return bool(
            isinstance(self.date, PartialDate)
            and any(self.track == t and self.kind in EFFECTS[t] for t in Track)
        )

    @property
    def stated_value(self) -> str:
        return str(self.date)

    @property
    def name_in_record(self) -> str:
        return f"{self.get_kind_display()} ({self.track.upper()})"

    def refuse_claim(self, claim) -> str | None:
        try:
            parse(claim.says)
        except InvalidPartialDate as error:
            return str(error)
        return None

    def as_event(self) -> Event:
        """Return the milestone as the lifecycle's rules see it."""
        self._note_recording()
        latest = min(self.date.latest, self.recorded_on)
        return Event(Track(self.track), MilestoneKind(self.kind), self.date, latest)

    def _note_recording(self):
        """Note today as the day on which the date was first given, or changed."""
        if self._state.adding or str(self.date) != str(self._stored_date):
            self.recorded_on = timezone.localdate()

    def _check_order(self):
        others = self.partnership.milestones.exclude(pk=self.pk)
        if new := self.partnership.new_refusals([*others, self]):
            raise ValidationError([sentence for _, sentence in new])
