from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from partnerships.choices import AffiliationKind, Region
from partnerships.fields import CodeField, PartialDateField
from partnerships.ledger.recorder import AuditedModel
from partnerships.lifecycle.events import Holding
from partnerships.models.country_names import names_in_eu_languages
from partnerships.models.fact import LastingFact
from partnerships.querysets.facts import AffiliationQuerySet
from partnerships.text import new_key, search_form


class Partner(AuditedModel):
    """A country or international organisation that the EU works with."""

    NATURAL_KEY = ("slug",)
    DERIVED = {
        "search_text": (
            *("name", "official_name", "iso_code", "other_names", "iso_alpha3"),
            "wikidata",
        )
    }
    REMADE = ("search_text",)
    PERMANENT = ("slug",)
    PUBLIC = (
        *("name", "official_name", "slug", "iso_code", "region", "other_names"),
        *("iso_alpha3", "wikidata", "eu_uri"),
    )
    LOG_OF_PARTNER = "{row}.id"

    # Name
    name = models.CharField(
        max_length=100,
        unique=True,
        help_text="The short English name, as in “South Korea”.",
    )
    official_name = models.CharField(
        max_length=200,
        blank=True,
        help_text="The name in full, as in “Republic of Korea”, if it differs.",
    )
    slug = models.SlugField(
        max_length=100,
        unique=True,
        help_text=(
            "The partner's part of every web address, as in “south-korea”. It is "
            "permanent: others cite it."
        ),
    )
    iso_code = CodeField(
        "ISO code",
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Write two capital letters.")],
        help_text=(
            "ISO 3166-1 alpha-2, as in KR. Kosovo is XK. Leave it empty for an "
            "organisation."
        ),
    )

    # Place
    region = models.CharField(
        max_length=30,
        choices=Region,
        help_text="The part of the world under which lists group the partner.",
    )

    # Derived
    search_text = models.TextField(editable=False, default="")

    # Other names, and identifiers elsewhere
    other_names = models.TextField(
        blank=True,
        help_text=(
            "Other names by which people look for it, one a line: abbreviations, "
            "former names, its capital. Its names in the EU's languages are known."
        ),
    )
    iso_alpha3 = CodeField(
        "ISO code of three letters",
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{3}$", "Write three capital letters.")],
        help_text="ISO 3166-1 alpha-3, as in KOR. Kosovo is XKX.",
    )
    wikidata = CodeField(
        "Wikidata item",
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^Q[1-9][0-9]*$", "Write it as in Q884.")],
        help_text="As in Q884.",
    )
    eu_uri = models.URLField(
        "URI of the EU's Publications Office",
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                r"^http://publications\.europa\.eu/resource/authority/country/[A-Z0-9_]+$",
                "It begins with http://publications.europa.eu/resource/authority/"
                "country/.",
            )
        ],
        help_text=(
            "As in “http://publications.europa.eu/resource/authority/country/KOR”."
        ),
    )

    class Meta:
        ordering = ["name"]
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["iso_code"],
                condition=~Q(iso_code=""),
                name="partner_iso_code_is_unique",
                violation_error_message="Another partner has this ISO code already.",
            ),
            models.UniqueConstraint(
                fields=["iso_alpha3"],
                condition=~Q(iso_alpha3=""),
                name="partner_iso_alpha3_is_unique",
                violation_error_message="Another partner has this ISO code already.",
            ),
            models.CheckConstraint(
                condition=Q(iso_code="") | Q(iso_code__regex=r"^[A-Z]{2}$"),
                name="partner_iso_code_is_two_capitals",
                violation_error_message="An ISO code is two capital letters, as in KR.",
            ),
            models.CheckConstraint(
                condition=Q(region__in=Region.values),
                name="partner_region_is_known",
                violation_error_message="Choose one of the listed regions.",
            ),
        ]

    def __str__(self):
        return self.name

    def derive(self):
        super().derive()
        self.search_text = search_form(
            *(self.name, self.official_name, self.iso_code, self.other_names),
            *(self.iso_alpha3, self.wikidata),
            *names_in_eu_languages(self.iso_code),
        )

    @property
    def partnership_or_none(self):
        return getattr(self, "partnership", None)

    @property
    def is_public(self):
        """False without a published partnership: such a partner is shown nowhere."""
        partnership = self.partnership_or_none
        return partnership is not None and partnership.is_published

    def holdings(self) -> list[Holding]:
        """Return the affiliations as the lifecycle's rules see them."""
        return [affiliation.as_holding() for affiliation in self.affiliations.all()]


class Affiliation(LastingFact):
    """A partner's standing with NATO or the EU over a time; several may hold at
    once."""

    PERMANENT = ("partner",)
    PUBLIC = ("partner", "kind", "note", "since", "until", "ruling")

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="affiliations"
    )
    kind = models.CharField(
        max_length=30,
        choices=AffiliationKind,
        help_text=(
            "EU candidates, potential candidates and EEA-EFTA states can use SAFE "
            "without a partnership, so this decides the SAFE status."
        ),
    )
    note = models.CharField(
        max_length=300,
        blank=True,
        help_text="Anything a reader must know; required for “Other”.",
    )

    # Time
    since = PartialDateField(
        blank=True,
        null=True,
        earliest_field="since_earliest",
        latest_field="since_latest",
        help_text="When it began. Leave it empty if no source says.",
    )
    since_earliest = models.DateField(null=True, editable=False)
    since_latest = models.DateField(null=True, editable=False)
    until = PartialDateField(
        blank=True,
        null=True,
        latest_field="until_latest",
        help_text="When it ended; the day itself no longer counts. Empty: it holds.",
    )
    until_latest = models.DateField(null=True, editable=False)

    # Ruling
    ruling = models.TextField(
        blank=True,
        help_text="Why the editors adopted this where sources disagree. Public.",
    )

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ["partner__name", "kind", "id"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AffiliationKind.values),
                name="affiliation_kind_is_known",
                violation_error_message="Choose one of the listed affiliations.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AffiliationKind.OTHER) | ~Q(note=""),
                name="affiliation_other_has_note",
                violation_error_message="Say in the note what “Other” is.",
            ),
            *LastingFact.Meta.constraints,
            models.UniqueConstraint(
                fields=["partner", "kind"],
                condition=Q(until_latest__isnull=True) & ~Q(kind=AffiliationKind.OTHER),
                name="affiliation_holds_once",
                violation_error_message=(
                    "The partner has this affiliation already; say when the earlier "
                    "one ended, or change it."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.partner}: {self.get_kind_display()}"

    @property
    def partnership_or_none(self):
        return self.partner.partnership_or_none

    @property
    def is_public(self):
        return self.partner.is_public

    @property
    def stated_value(self) -> str:
        return "yes"

    @property
    def name_in_record(self) -> str:
        return self.get_kind_display()

    def doubts(self):
        return []  # a standing may be older than any partnership

    def as_holding(self) -> Holding:
        """Return the affiliation as the lifecycle's rules see it."""
        return Holding(
            AffiliationKind(self.kind),
            self.since,
            self.until,
        )
