from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.choices import Certainty, MilestoneKind, Track
from partnerships.dates import (
    HELP,
    HELP_FOR_CLAIMS,
    Dated,
    InvalidPartialDate,
    PartialDate,
    parse,
)
from partnerships.fields import PartialDateField
from partnerships.lifecycle.events import Event
from partnerships.lifecycle.table import EFFECTS, SAFE_ADOPTED_ON, TURNS
from partnerships.models.fact import FactModel
from partnerships.models.partnership import Partnership
from partnerships.querysets.facts import MilestoneQuerySet
from partnerships.text import new_key

#: Kinds that an attempt has once.
_ONCE = sorted(
    {kind for effects in EFFECTS.values() for kind, effect in effects.items() if effect}
    - {*TURNS}
)
#: Kinds whose name alone tells nothing.
_TELLING = (MilestoneKind.STATEMENT, MilestoneKind.ANNOUNCED)
_SAYS_NOTHING = (
    "Say what it was in a few words, or who acted: “Statement” or “Announced” alone "
    "tells readers nothing."
)
_ANNOUNCEABLE = sorted({*MilestoneKind.values} - {MilestoneKind.ANNOUNCED})


class _Unsettled:
    """A day by the date alone, unless the order of the record has settled it."""

    def __init__(self, bound: str) -> None:
        self.bound = bound

    def __get__(self, milestone, owner=None):
        return getattr(milestone, self.bound) if milestone else self


class Milestone(Dated, FactModel):
    """A dated event on one of a partnership's two tracks. Milestones decide the
    status."""

    DERIVED = {
        "earliest": ("date",),
        "latest": ("date",),
        "recorded_on": ("date",),
        "expected_latest": ("expected",),
    }
    NOTED = ("recorded_on",)
    PERMANENT = ("partnership",)
    PUBLIC = (
        *("partnership", "track", "kind", "date", "place", "signatories", "reference"),
        *("note", "ruling", "attempt", "certainty", "actor", "description"),
        *("announces", "expected", "fell_through", "follows"),
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
            "What happened. An announcement of a signature is “Announced”, not a "
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
            "Why the editors adopted this date where sources disagree, rejected the "
            "event, or say what it came after. Public. A disagreement stays open until "
            "this is filled in."
        ),
    )

    # Its place in the story. New fields stand last, as their columns do.
    attempt = models.PositiveSmallIntegerField(
        default=1,
        help_text=(
            "Which attempt on its track it belongs to. A new one begins after "
            "“Abandoned”, “Ended”, “Negotiations failed” or “Terminated”."
        ),
    )
    certainty = models.CharField(
        max_length=10,
        choices=Certainty,
        default=Certainty.CONFIRMED,
        help_text=(
            "Reported: one press source says it. Rejected: a source says it, and you "
            "rule that it did not happen; it is shown with the ruling, and moves "
            "nothing."
        ),
    )
    actor = models.CharField(
        "who acted",
        max_length=200,
        blank=True,
        help_text=(
            "Who proposed, asked, stated, announced or signed it, as in “the European "
            "Parliament”, if a source says so."
        ),
    )
    description = models.CharField(
        "what it was",
        max_length=200,
        blank=True,
        help_text=(
            "In a few words that follow the partner's name: “summit statement agrees "
            "to develop a partnership”. A statement or an announcement says this, or "
            "who acted."
        ),
    )
    announces = models.CharField(
        max_length=30,
        choices=MilestoneKind,
        blank=True,
        help_text="Of an announcement: what is announced.",
    )
    expected = PartialDateField(
        blank=True,
        null=True,
        latest_field="expected_latest",
        help_text="Of an announcement: when it is expected, as in 2026-03.",
    )
    expected_latest = models.DateField(null=True, editable=False)
    fell_through = models.BooleanField(
        default=False,
        help_text="Of an announcement: it came to nothing. Say why in the note.",
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name="came after",
        help_text=(
            "Only where dates and steps leave open which of two came first: the one "
            "that came before this. Say why in the ruling."
        ),
    )

    objects = MilestoneQuerySet.as_manager()

    #: Given by ``MilestoneQuerySet.settled`` and ``Story.settle``.
    first_day: Any = _Unsettled("earliest")
    last_day: Any = _Unsettled("latest")

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
                fields=["partnership", "track", "attempt", "kind", "date"],
                condition=Q(kind__in=_ONCE) & ~Q(certainty=Certainty.REJECTED),
                name="milestone_is_recorded_once",
                violation_error_message=(
                    "This milestone is already recorded: add your source to it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(attempt__gte=1),
                name="milestone_attempts_are_counted_from_one",
                violation_error_message="The first attempt is attempt 1.",
            ),
            models.CheckConstraint(
                condition=Q(certainty__in=Certainty.values),
                name="milestone_certainty_is_known",
                violation_error_message="Choose confirmed, reported or rejected.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind=MilestoneKind.ANNOUNCED, announces__in=_ANNOUNCEABLE)
                    | ~Q(kind=MilestoneKind.ANNOUNCED)
                    & Q(announces="", expected__isnull=True, fell_through=False)
                ),
                name="milestone_announcement_says_what",
                violation_error_message=(
                    "Say of an announcement which step it announces; of any other "
                    "milestone, leave out what is announced and expected."
                ),
            ),
        ]

    def __str__(self):
        when = self.date.display() if self.is_complete else "no date"
        kind = self.get_kind_display()
        return f"{self.partnership.partner}: {kind}, {when} ({self.in_brackets})"

    @property
    def in_brackets(self) -> str:
        """Its track, and how sure it is if that is not confirmed: "SDP, rejected"."""
        is_sure = self.certainty in (None, Certainty.CONFIRMED)  # None in old changes
        return self.track.upper() + (f", {self.certainty}" if not is_sure else "")

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
        self.derive()
        if self.follows and self.follows.partnership_id != self.partnership_id:
            raise ValidationError({"follows": "Choose a milestone of this record."})
        if not self.ruling and (problem := self._ruling_is_missing()):
            raise ValidationError({"ruling": problem})
        if self._says_nothing() and self.is_changed(*self.PUBLIC):
            raise ValidationError({"description": _SAYS_NOTHING})
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
        """True where track, kind and date are there and fit, so that rules can be
        checked."""
        return bool(
            isinstance(self.date, PartialDate)
            and self.certainty in Certainty.values
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
            parse(claim.says, open_ended=True)
        except InvalidPartialDate as error:
            return str(error).replace(HELP, HELP_FOR_CLAIMS)
        return None

    def doubts(self, among=None):
        """Return what its editor is asked about; ``among`` are all milestones that its
        partnership would have, those on record with this one if None are given."""
        doubts = super().doubts()
        if self.partnership_id and self.is_complete:
            questions = self.partnership.step_doubts(self, among)
            doubts += [("kind", question) for question in questions]
        return doubts

    def as_event(self) -> Event:
        """Return the milestone as the lifecycle's rules see it."""
        self._note_recording()
        return Event(
            Track(self.track),
            MilestoneKind(self.kind),
            self.date,
            min(self.date.latest, self.recorded_on),
            self.attempt or 1,
            Certainty(self.certainty),
            self.pk or id(self),
            self.follows_id,
        )

    def has_begun(self, *, on):
        if self.track == Track.SAFE and on < SAFE_ADOPTED_ON:
            if EFFECTS[Track.SAFE][self.kind]:
                return False
            if self.first_day is None:
                return self.has_happened(on=on)
        return self.first_day is None or self.first_day <= on

    def has_happened(self, *, on):
        return self.last_day <= on

    def _note_recording(self):
        """Note today as the day on which the date was first given, or changed."""
        if self._state.adding or str(self.date) != str(self._stored_date):
            self.recorded_on = timezone.localdate()

    def _ruling_is_missing(self) -> str:
        """Return why the milestone needs a ruling; empty where it needs none."""
        if self.certainty == Certainty.REJECTED:
            return "Rule on it: say why you hold that this did not happen."
        came_first = "Rule on it: say how you know which of the two came first."
        return came_first if self.follows_id else ""

    def _says_nothing(self) -> bool:
        """Return whether readers could not tell what was said, and by whom."""
        return self.kind in _TELLING and not (self.actor or self.description)

    def _check_order(self):
        others = self.partnership.milestones.exclude(pk=self.pk)
        if new := self.partnership.new_refusals([*others, self]):
            raise ValidationError([sentence for _, sentence in new])
