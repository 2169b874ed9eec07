"""Partnerships, their partners and milestones, and counts over them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships.api.serializers.fields import AddressField, PartialDateField
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


class ShortPartnerSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    iso_code = serializers.CharField(help_text="ISO 3166-1 alpha-2; Kosovo is XK.")
    region = serializers.ChoiceField(Region.choices)


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
        Standing.choices,
        help_text="How it stands to the value that the editors adopted.",
    )


class PartnershipSerializer(serializers.Serializer):
    """A partnership in a list."""

    slug = serializers.CharField(source="partner.slug")
    url = AddressField("api:partnership-detail", source="partner.slug")
    html_url = AddressField("partnership-detail", source="partner.slug")
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


class AffiliationSerializer(serializers.Serializer):
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


class ReasonSerializer(serializers.Serializer):
    """Which milestone decided the status of a track."""

    track = serializers.SerializerMethodField()
    milestone = serializers.SerializerMethodField(help_text="Its id.")

    @extend_schema_field(serializers.ChoiceField(Track.choices))
    def get_track(self, because):
        return because[0].value

    def get_milestone(self, because) -> int:
        return because[1].about.pk


class RecordMilestoneSerializer(serializers.Serializer):
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


class CellSerializer(serializers.Serializer):
    area = serializers.CharField(source="area.slug")
    number = serializers.IntegerField(source="area.number")
    name = serializers.CharField(source="area.name")
    value = serializers.ChoiceField(CoverageValue.choices)
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class EngagementSerializer(serializers.Serializer):
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


class PartnerSerializer(serializers.Serializer):
    slug = serializers.CharField()
    url = AddressField("api:partner-detail", source="slug")
    html_url = AddressField("partnership-detail", source="slug")
    name = serializers.CharField()
    official_name = serializers.CharField()
    iso_code = serializers.CharField()
    region = serializers.ChoiceField(Region.choices)
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
    areas_common_to_all_signed = serializers.SerializerMethodField(
        help_text="Their numbers."
    )
    open_disagreements = serializers.IntegerField()
    edition = serializers.IntegerField()

    def get_areas_common_to_all_signed(self, statistics) -> list[int]:
        return statistics.areas_common_to_all_signed
