"""The JSON of each resource, its keys in the order of the record. Keys are a contract
with clients: adding one is fine, anything else needs a new version (docs/api.md)."""

from django.urls import reverse
from rest_framework import serializers

from partnerships.choices import CoverageValue, Status


class PartialDateSerializerField(serializers.Field):
    def to_representation(self, value):
        return str(value)


class PartnerSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    iso_code = serializers.CharField()
    region = serializers.CharField()


class ClaimSerializer(serializers.Serializer):
    source = serializers.CharField(source="source.key")
    says = serializers.CharField()
    wording = serializers.CharField()
    locator = serializers.CharField()
    standing = serializers.CharField()


class PartnershipSerializer(serializers.Serializer):
    """A partnership in a list. Context: ``request``, ``open_disagreements`` by id."""

    slug = serializers.CharField(source="partner.slug")
    url = serializers.SerializerMethodField()
    html_url = serializers.SerializerMethodField()
    title = serializers.CharField()
    partner = PartnerSerializer()
    status = serializers.CharField()
    status_label = serializers.SerializerMethodField()
    sdp_status = serializers.CharField()
    safe_status = serializers.CharField()
    signed_on = PartialDateSerializerField()
    areas_included = serializers.IntegerField()
    areas_already_exist = serializers.IntegerField()
    areas_stated = serializers.IntegerField(source="stated_areas")
    open_disagreements = serializers.SerializerMethodField()

    def get_url(self, partnership) -> str:
        path = reverse("api:partnership-detail", args=[partnership.partner.slug])
        return self.context["request"].build_absolute_uri(path)

    def get_html_url(self, partnership) -> str:
        path = partnership.get_absolute_url()
        return self.context["request"].build_absolute_uri(path)

    def get_status_label(self, partnership) -> str:
        return Status(partnership.status).label

    def get_open_disagreements(self, partnership) -> int:
        return self.context["open_disagreements"].get(partnership.pk, 0)


class AffiliationSerializer(serializers.Serializer):
    kind = serializers.CharField(source="about.kind")
    since = PartialDateSerializerField(source="about.since")
    until = PartialDateSerializerField(source="about.until")


class ReasonSerializer(serializers.Serializer):
    """Which milestone (its id in ``milestones``) decided the status of a track."""

    def to_representation(self, because):
        track, fact = because
        return {"track": track.value, "milestone": fact.about.pk}


class MilestoneSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="about.pk")
    track = serializers.CharField(source="about.track")
    kind = serializers.CharField(source="about.kind")
    kind_label = serializers.CharField(source="about.get_kind_display")
    date = PartialDateSerializerField(source="about.date")
    earliest = serializers.DateField(source="about.earliest")
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
    value = serializers.CharField()
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class EngagementSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="about.pk")
    kind = serializers.CharField(source="about.kind")
    kind_label = serializers.CharField(source="about.get_kind_display")
    title = serializers.CharField(source="about.title")
    since = PartialDateSerializerField(source="about.since")
    until = PartialDateSerializerField(source="about.until")
    level = serializers.CharField(source="about.level")
    frequency = serializers.CharField(source="about.frequency")
    amount = serializers.IntegerField(source="about.amount")
    currency = serializers.CharField(source="about.currency")
    amount_eur = serializers.IntegerField(source="about.amount_eur")
    amount_is_total = serializers.BooleanField(source="about.amount_is_total")
    note = serializers.CharField(source="about.note")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class RecordSerializer(serializers.Serializer):
    """A partnership in full: the keys of a list's row, then the rest of the record."""

    summary = serializers.CharField(source="partnership.summary")
    official_text_url = serializers.CharField(source="partnership.official_text_url")
    affiliations = AffiliationSerializer(many=True)
    status_because = ReasonSerializer(source="because", many=True)
    milestones = MilestoneSerializer(many=True)
    coverage = CellSerializer(source="cells", many=True)
    engagements = EngagementSerializer(many=True)
    stated_areas_claims = ClaimSerializer(source="stated_areas.claims", many=True)

    def to_representation(self, record):
        partnership = record.partnership
        partnership.areas_included = len(record.cells_with(CoverageValue.INCLUDED))
        partnership.areas_already_exist = len(
            record.cells_with(CoverageValue.ALREADY_EXISTS)
        )
        context = self.context | {
            "open_disagreements": {partnership.pk: record.open_disagreements}
        }
        short = PartnershipSerializer(partnership, context=context).data
        return short | super().to_representation(record)


class ReadableField(serializers.Field):
    """A value as readers read it: text, a number, true or false, or null."""

    def to_representation(self, value):
        return value if isinstance(value, bool | int | str) else str(value)


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
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    reason = serializers.CharField()
    kind = serializers.CharField()
    action = serializers.CharField()
    record = ChangedRecordSerializer(source="*")
    partnership = serializers.CharField()
    fields = FieldChangeSerializer(many=True)


class StatisticsSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    known_on = serializers.DateField()
    partnerships = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())
    signed_total = serializers.IntegerField()
    areas_common_to_all_signed = serializers.ListField(child=serializers.IntegerField())
    open_disagreements = serializers.IntegerField()
    edition = serializers.IntegerField()
