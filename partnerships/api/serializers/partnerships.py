"""Partnerships, and what belongs to one."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships.api.serializers.shape import AddressField, PartialDateField, Shape
from partnerships.choices import (
    AffiliationKind,
    CoverageValue,
    EngagementKind,
    Frequency,
    MilestoneKind,
    Region,
    SafeStatus,
    SdpStatus,
    Standing,
    Status,
    Track,
)


class ShortPartnerSerializer(Shape):
    slug = serializers.CharField()
    name = serializers.CharField()
    iso_code = serializers.CharField(help_text="ISO 3166-1 alpha-2; Kosovo is XK.")
    region = serializers.ChoiceField(Region.choices)


class ShortPartnershipSerializer(Shape):
    slug = serializers.CharField(source="partner.slug")
    url = AddressField("api:partnership-detail", of="partner.slug")
    html_url = AddressField("partnership-detail", of="partner.slug")
    title = serializers.CharField()


class ClaimSerializer(Shape):
    source = serializers.CharField(source="source.key", help_text="Its key.")
    says = serializers.CharField(help_text="The value said, in the record's notation.")
    wording = serializers.CharField(help_text="The source's own few words.")
    locator = serializers.CharField(help_text="Where in the source.")
    standing = serializers.ChoiceField(
        Standing.choices,
        help_text="How it stands to the value that the editors adopted.",
    )


class PartnershipSerializer(Shape):
    """A partnership in a list."""

    slug = serializers.CharField(source="partner.slug")
    url = AddressField("api:partnership-detail", of="partner.slug")
    html_url = AddressField("partnership-detail", of="partner.slug")
    title = serializers.CharField()
    partner = ShortPartnerSerializer()
    status = serializers.ChoiceField(Status.choices)
    status_label = serializers.SerializerMethodField()
    sdp_status = serializers.ChoiceField(SdpStatus.choices)
    safe_status = serializers.ChoiceField(SafeStatus.choices)
    signed_on = PartialDateField(allow_null=True)
    areas_included = serializers.IntegerField(help_text="Counted cells.")
    areas_already_exist = serializers.IntegerField(help_text="Counted cells.")
    areas_stated = serializers.IntegerField(
        source="stated_areas", allow_null=True, help_text="As a source states it."
    )
    open_disagreements = serializers.IntegerField()

    def get_status_label(self, partnership) -> str:
        return Status(partnership.status).label


class AffiliationSerializer(Shape):
    kind = serializers.ChoiceField(AffiliationKind.choices)
    since = PartialDateField(allow_null=True)
    until = PartialDateField(allow_null=True)


class AffiliationFactSerializer(AffiliationSerializer):
    kind = serializers.ChoiceField(AffiliationKind.choices, source="about.kind")
    since = PartialDateField(source="about.since", allow_null=True)
    until = PartialDateField(source="about.until", allow_null=True)
    note = serializers.CharField(source="about.note")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class ReasonSerializer(Shape):
    """Which milestone decided the status of a track."""

    track = serializers.SerializerMethodField()
    milestone = serializers.SerializerMethodField(help_text="Its id.")

    @extend_schema_field(serializers.ChoiceField(Track.choices))
    def get_track(self, because):
        return because[0].value

    def get_milestone(self, because) -> int:
        return because[1].about.pk


class RecordMilestoneSerializer(Shape):
    id = serializers.IntegerField(source="about.pk")
    track = serializers.ChoiceField(Track.choices, source="about.track")
    kind = serializers.ChoiceField(MilestoneKind.choices, source="about.kind")
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


class CellSerializer(Shape):
    area = serializers.CharField(source="area.slug")
    number = serializers.IntegerField(source="area.number")
    name = serializers.CharField(source="area.name")
    value = serializers.ChoiceField(CoverageValue.choices)
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class EngagementSerializer(Shape):
    id = serializers.IntegerField(source="about.pk")
    kind = serializers.ChoiceField(EngagementKind.choices, source="about.kind")
    kind_label = serializers.CharField(source="about.get_kind_display")
    title = serializers.CharField(source="about.title")
    since = PartialDateField(source="about.since", allow_null=True)
    until = PartialDateField(source="about.until", allow_null=True)
    level = serializers.CharField(source="about.level")
    frequency = serializers.ChoiceField(
        Frequency.choices, source="about.frequency", allow_blank=True
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
        partnership.areas_included = len(record.cells_with(CoverageValue.INCLUDED))
        partnership.areas_already_exist = len(
            record.cells_with(CoverageValue.ALREADY_EXISTS)
        )
        partnership.open_disagreements = record.open_disagreements
        return super().to_representation(partnership)
