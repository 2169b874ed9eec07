"""The JSON of each resource. Its keys are a contract with clients: adding one is fine,
anything else needs a new version (docs/api.md)."""

from collections import Counter

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships import choices
from partnerships.web import status_words
from partnerships.web.addresses import path_of


@extend_schema_field(
    {
        "type": "string",
        "description": (
            "A partial date: 2025, 2025-09, 2025-09-05, a span as in "
            "2025-06-17/2025-06-18, or ../2026-03-05 for no later than."
        ),
        "pattern": r"^(\.\.|\d{4}(-\d\d(-\d\d)?)?)(/\d{4}(-\d\d(-\d\d)?)?)?$",
    }
)
class PartialDateField(serializers.Field):
    """ISO text that says no more than what is known."""

    def to_representation(self, value):
        return str(value)


@extend_schema_field({"type": "string", "format": "uri"})
class AddressField(serializers.Field):
    """The whole address of the page or resource of the url name ``name`` whose key is
    the field's value. The context has ``base``, the address of the site."""

    def __init__(self, name, **kwargs):
        self.name = name
        super().__init__(**kwargs)

    def to_representation(self, value):
        return self.context["base"] + path_of(self.name, value)


@extend_schema_field({"type": ["string", "integer", "boolean", "null"]})
class ReadableField(serializers.Field):
    """A value as readers read it: text, a number, true or false, or null."""

    def to_representation(self, value):
        return value if isinstance(value, bool | int | str) else str(value)


class ShortPartnerSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    iso_code = serializers.CharField(help_text="ISO 3166-1 alpha-2; Kosovo is XK.")
    region = serializers.ChoiceField(choices.Region.choices)


class ShortPartnershipSerializer(serializers.Serializer):
    slug = serializers.CharField(source="partner.slug")
    url = AddressField("api:partnership-detail", source="partner.slug")
    html_url = AddressField("partnership-detail", source="partner.slug")
    title = serializers.CharField()


class ClaimSerializer(serializers.Serializer):
    source = serializers.CharField(source="source.key", help_text="Its key.")
    says = serializers.CharField(help_text="The value said, in the record's notation.")
    wording = serializers.CharField(help_text="The source's own few words.")
    locator = serializers.CharField(help_text="Where in the source.")
    standing = serializers.ChoiceField(
        choices.Standing.choices,
        help_text="How it stands to the value that the editors adopted.",
    )


class PartnershipSerializer(ShortPartnershipSerializer):
    """A partnership in a list."""

    partner = ShortPartnerSerializer()
    status = serializers.ChoiceField(choices.Status.choices)
    status_label = serializers.SerializerMethodField(
        help_text="In words, with how sure it is: “Reportedly signed”."
    )
    sdp_status = serializers.ChoiceField(choices.SdpStatus.choices)
    safe_status = serializers.ChoiceField(choices.SafeStatus.choices)
    signed_on = PartialDateField(allow_null=True)
    areas_included = serializers.IntegerField(help_text="Counted cells.")
    areas_already_exist = serializers.IntegerField(help_text="Counted cells.")
    areas_stated = serializers.IntegerField(
        source="stated_areas", allow_null=True, help_text="As a source states it."
    )
    open_disagreements = serializers.IntegerField()

    def get_status_label(self, partnership) -> str:
        return status_words.label(partnership)


class AffiliationSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices.AffiliationKind.choices)
    since = PartialDateField(allow_null=True)
    until = PartialDateField(allow_null=True)


class AffiliationFactSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices.AffiliationKind.choices, source="about.kind")
    since = PartialDateField(source="about.since", allow_null=True)
    until = PartialDateField(source="about.until", allow_null=True)
    note = serializers.CharField(source="about.note")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class ReasonSerializer(serializers.Serializer):
    """Which milestone decided the status of a track."""

    track = serializers.SerializerMethodField()
    milestone = serializers.SerializerMethodField(help_text="Its id.")

    @extend_schema_field(serializers.ChoiceField(choices.Track.choices))
    def get_track(self, because):
        return because[0].value

    def get_milestone(self, because) -> int:
        return because[1].about.pk


class RecordMilestoneSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="about.pk")
    track = serializers.ChoiceField(choices.Track.choices, source="about.track")
    kind = serializers.ChoiceField(choices.MilestoneKind.choices, source="about.kind")
    kind_label = serializers.CharField(source="about.get_kind_display")
    date = PartialDateField(source="about.date")
    earliest = serializers.DateField(source="about.earliest", allow_null=True)
    latest = serializers.DateField(source="about.latest")
    place = serializers.CharField(source="about.place")
    signatories = serializers.CharField(source="about.signatories")
    reference = serializers.CharField(source="about.reference")
    note = serializers.CharField(source="about.note")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class CellSerializer(serializers.Serializer):
    area = serializers.CharField(source="area.slug")
    number = serializers.IntegerField(source="area.number")
    name = serializers.CharField(source="area.name")
    value = serializers.ChoiceField(choices.CoverageValue.choices)
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class EngagementSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="about.pk")
    kind = serializers.ChoiceField(choices.EngagementKind.choices, source="about.kind")
    kind_label = serializers.CharField(source="about.get_kind_display")
    title = serializers.CharField(source="about.title")
    since = PartialDateField(source="about.since", allow_null=True)
    until = PartialDateField(source="about.until", allow_null=True)
    level = serializers.CharField(source="about.level")
    frequency = serializers.ChoiceField(
        choices.Frequency.choices, source="about.frequency", allow_blank=True
    )
    amount = serializers.IntegerField(source="about.amount", allow_null=True)
    currency = serializers.CharField(source="about.currency")
    amount_eur = serializers.IntegerField(source="about.amount_eur", allow_null=True)
    amount_is_total = serializers.BooleanField(source="about.amount_is_total")
    note = serializers.CharField(source="about.note")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class RecordSerializer(PartnershipSerializer):
    """A partnership in full: the keys of a list's row, then the rest of the record."""

    summary = serializers.CharField()
    official_text_url = serializers.CharField()
    affiliations = AffiliationFactSerializer(source="record.affiliations", many=True)
    status_because = ReasonSerializer(source="record.because", many=True)
    milestones = RecordMilestoneSerializer(source="record.milestones", many=True)
    coverage = CellSerializer(source="record.cells", many=True)
    engagements = EngagementSerializer(source="record.engagements", many=True)
    stated_areas_claims = ClaimSerializer(
        source="record.stated_areas.claims", many=True
    )
    stated_areas_ruling = serializers.CharField()
    review_clause = serializers.CharField()
    review_clause_ruling = serializers.CharField()
    review_clause_claims = ClaimSerializer(
        source="record.review_clause.claims", many=True
    )
    reviewed_on = serializers.DateField(
        allow_null=True, help_text="When editors last checked the whole record."
    )

    def to_representation(self, record):
        partnership = record.partnership
        partnership.record = record
        counts = Counter(cell.value for cell in record.cells)
        partnership.areas_included = counts[choices.CoverageValue.INCLUDED]
        partnership.areas_already_exist = counts[choices.CoverageValue.ALREADY_EXISTS]
        partnership.open_disagreements = record.open_disagreements
        return super().to_representation(partnership)


class PartnerSerializer(serializers.Serializer):
    slug = serializers.CharField()
    url = AddressField("api:partner-detail", source="slug")
    html_url = AddressField("partnership-detail", source="slug")
    name = serializers.CharField()
    official_name = serializers.CharField()
    iso_code = serializers.CharField()
    region = serializers.ChoiceField(choices.Region.choices)
    affiliations = AffiliationSerializer(source="begun", many=True)
    partnership = ShortPartnershipSerializer()


class MilestoneSerializer(RecordMilestoneSerializer):
    """A milestone outside of its record."""

    url = AddressField("api:milestone-detail", source="about.pk")
    html_url = serializers.SerializerMethodField()
    partnership = ShortPartnershipSerializer(source="about.partnership")

    def get_html_url(self, fact) -> str:
        record = self.context["base"] + fact.about.partnership.get_absolute_url()
        return f"{record}#milestone-{fact.about.pk}"


class StatisticsSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    known_on = serializers.DateField()
    partnerships = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())
    signed_total = serializers.IntegerField()
    areas_common_to_all_signed = serializers.ListField(
        child=serializers.IntegerField(), help_text="Their numbers."
    )
    open_disagreements = serializers.IntegerField()
    edition = serializers.IntegerField()


class AreaSerializer(serializers.Serializer):
    slug = serializers.CharField()
    url = AddressField("api:area-detail", source="slug")
    html_url = AddressField("area-detail", source="slug")
    number = serializers.IntegerField()
    name = serializers.CharField()
    included = serializers.IntegerField(help_text="Partnerships that include it.")
    not_included = serializers.IntegerField()
    already_exists = serializers.IntegerField()
    not_assessed = serializers.IntegerField()


class ColumnSerializer(ShortPartnershipSerializer):
    status = serializers.ChoiceField(choices.Status.choices)
    areas_included = serializers.IntegerField()
    areas_already_exist = serializers.IntegerField()


class MatrixCellSerializer(serializers.Serializer):
    partnership = serializers.CharField(source="partnership.partner.slug")
    value = serializers.ChoiceField(choices.CoverageValue.choices)
    sources = serializers.IntegerField(
        source="evidence.sources", help_text="How many speak of it."
    )
    disagreeing = serializers.IntegerField(
        source="evidence.rivals", help_text="How many of them disagree."
    )


class MatrixRowSerializer(serializers.Serializer):
    area = serializers.CharField(source="area.slug")
    number = serializers.IntegerField(source="area.number")
    name = serializers.CharField(source="area.name")
    included = serializers.IntegerField(help_text="How many columns include it.")
    is_common = serializers.BooleanField(help_text="Whether every column includes it.")
    cells = MatrixCellSerializer(many=True)


class MatrixSerializer(serializers.Serializer):
    """Areas by partnerships. ``rows`` are areas, each with a cell for each of
    ``partnerships``, in their order; those not assessed are no column."""

    partnerships = ColumnSerializer(source="columns", many=True)
    has_more = serializers.BooleanField(
        help_text="Whether more partnerships fit than the matrix shows."
    )
    not_assessed = serializers.SerializerMethodField()
    rows = MatrixRowSerializer(many=True)

    def get_not_assessed(self, matrix) -> list[str]:
        return [partner["slug"] for partner in matrix.not_assessed]


class SourceSerializer(serializers.Serializer):
    """A document, and how the claims that it makes stand to what was adopted."""

    key = serializers.CharField(source="source.key")
    url = AddressField("api:source-detail", source="source.key")
    html_url = AddressField("source-detail", source="source.key")
    publisher = serializers.CharField(source="source.publisher")
    title = serializers.CharField(source="source.title")
    authors = serializers.CharField(source="source.authors")
    published_on = PartialDateField(source="source.published_on", allow_null=True)
    knowledge_as_of = PartialDateField(source="source.knowledge_as_of", allow_null=True)
    document_url = serializers.CharField(source="source.url")
    language = serializers.CharField(source="source.language")
    last_checked_on = serializers.DateField(
        source="source.last_checked_on", allow_null=True
    )
    note = serializers.CharField(source="source.note")
    claims = serializers.IntegerField(help_text="How many it makes in public records.")
    agrees = serializers.IntegerField(source="by_standing.agrees")
    compatible = serializers.IntegerField(source="by_standing.compatible")
    disagrees = serializers.IntegerField(source="by_standing.disagrees")


class DisagreementSerializer(serializers.Serializer):
    """A fact on which a source disagrees with what the editors adopted."""

    id = serializers.CharField(source="fact.id", help_text="The fact's, on its page.")
    html_url = serializers.SerializerMethodField()
    partnership = ShortPartnershipSerializer(
        source="fact.partnership",
        allow_null=True,
        help_text="Null for a question about the instrument as a whole.",
    )
    fact = serializers.SerializerMethodField(help_text="The fact in words.")
    adopted = serializers.CharField(source="fact.adopted", allow_null=True)
    disagreement = serializers.ChoiceField(
        choices.DisagreementState.choices, source="fact.disagreement"
    )
    ruling = serializers.CharField(source="fact.ruling")
    ruled_at = serializers.DateTimeField(source="ruled_by.at", allow_null=True)
    ruled_by_change = serializers.IntegerField(
        source="ruled_by.number", allow_null=True, help_text="Its number in the log."
    )
    claims = ClaimSerializer(source="fact.claims", many=True)

    def get_html_url(self, disagreement) -> str:
        fact = disagreement.fact
        if fact.partnership:
            path = fact.partnership.get_absolute_url()
        else:
            path = reverse("disagreement-list")
        return f"{self.context['base']}{path}#{fact.id}"

    def get_fact(self, disagreement) -> str:
        fact = disagreement.fact
        name = fact.claims[0].get_partnership_fact_display()
        return f"{fact.about}: {name.lower()}" if name else str(fact.about)


class FieldChangeSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    old = ReadableField()
    new = ReadableField()


class ChangedRecordSerializer(serializers.Serializer):
    model = serializers.CharField()
    key = serializers.CharField()
    label = serializers.CharField()


class ChangeSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="The edition that it made.")
    at = serializers.DateTimeField()
    by = serializers.CharField(help_text="The editor's public name.")
    reason = serializers.CharField()
    kind = serializers.ChoiceField(choices.ChangeKind.choices, allow_blank=True)
    action = serializers.ChoiceField(["created", "changed", "deleted"])
    record = ChangedRecordSerializer(source="*")
    partnership = serializers.CharField(
        allow_null=True, help_text="The slug of the record that it belongs to."
    )
    fields = FieldChangeSerializer(many=True)
