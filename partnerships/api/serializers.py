"""The JSON of each resource. Its keys are a contract with clients: adding one is fine,
anything else needs a new version (docs/api.md)."""

from collections import Counter

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships import choices
from partnerships.api.fields import AddressField, PartialDateField, holding, statuses
from partnerships.web import status_words
from partnerships.web.references import act, reference_url


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
    aspect = serializers.ChoiceField(
        choices.Aspect.choices,
        allow_blank=True,
        help_text="Which value of the fact it is about; empty for its date, or itself.",
    )
    document_url = serializers.CharField(
        source="source.url", help_text="Where the document itself is."
    )
    no_address = serializers.CharField(
        source="source.no_address", help_text="Why it has no address, if it has none."
    )
    standing = serializers.ChoiceField(
        choices.Standing.choices,
        help_text="How it stands to the value that the editors adopted.",
    )


class PartnershipSerializer(ShortPartnershipSerializer):
    """A partnership in a list."""

    partner = ShortPartnerSerializer()
    status = serializers.ChoiceField(
        choices.Status.choices, help_text="What is certain that day."
    )
    status_label = serializers.SerializerMethodField(
        help_text="In words, with how sure it is: “Reportedly signed”."
    )
    status_may_be = statuses(
        choices.Status, "What else it may be that day: days are not known exactly."
    )
    status_reported = serializers.BooleanField(
        help_text="True where press reports alone say so."
    )
    sdp_status = serializers.ChoiceField(choices.SdpStatus.choices)
    sdp_status_may_be = statuses(choices.SdpStatus, "What else it may be that day.")
    sdp_status_reported = serializers.BooleanField(
        help_text="True where press reports alone say so."
    )
    safe_status = serializers.ChoiceField(
        choices.SafeStatus.choices, help_text="“none” before SAFE was adopted."
    )
    safe_status_label = serializers.SerializerMethodField(
        help_text="In words, with how sure it is: “Agreed; may be associated”."
    )
    safe_status_may_be = statuses(choices.SafeStatus, "What else it may be that day.")
    safe_status_reported = serializers.BooleanField(
        help_text="True where press reports alone say so, or say what it rests on."
    )
    signed_on = PartialDateField(
        allow_null=True,
        help_text="The last signature of the attempt that stands that day, also once "
        "that has ended; null where a new attempt has begun since.",
    )
    areas_included = serializers.IntegerField(help_text="Counted cells.")
    areas_already_exist = serializers.IntegerField(help_text="Counted cells.")
    areas_stated = serializers.IntegerField(
        source="stated_areas", allow_null=True, help_text="As a source states it."
    )
    open_disagreements = serializers.IntegerField()
    checked_through = serializers.DateField(
        allow_null=True,
        help_text="The last day through which editors have looked for news of it.",
    )

    def get_status_label(self, partnership) -> str:
        return status_words.label(partnership)

    def get_safe_status_label(self, partnership) -> str:
        return status_words.label(partnership, "safe_status")


class AffiliationSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices.AffiliationKind.choices)
    since = PartialDateField(allow_null=True)
    until = PartialDateField(allow_null=True)
    holds = holding()


class AffiliationFactSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices.AffiliationKind.choices, source="about.kind")
    since = PartialDateField(source="about.since", allow_null=True)
    until = PartialDateField(source="about.until", allow_null=True)
    holds = holding(source="about.holds")
    note = serializers.CharField(source="about.note")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class ReasonSerializer(serializers.Serializer):
    """The milestone that decided the status of a track."""

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
    attempt = serializers.IntegerField(
        source="about.attempt", help_text="Which attempt on its track, from 1."
    )
    certainty = serializers.ChoiceField(
        choices.Certainty.choices,
        source="about.certainty",
        help_text="What is rejected did not happen, though a source says so.",
    )
    date = PartialDateField(source="about.date")
    earliest = serializers.DateField(source="about.earliest", allow_null=True)
    latest = serializers.DateField(source="about.latest")
    actor = serializers.CharField(source="about.actor", help_text="Who acted.")
    description = serializers.CharField(
        source="about.description", help_text="What it was, in a few words."
    )
    announces = serializers.ChoiceField(
        choices.MilestoneKind.choices,
        source="about.announces",
        allow_blank=True,
        help_text="Of an announcement: the kind of milestone announced.",
    )
    expected = PartialDateField(
        source="about.expected",
        allow_null=True,
        help_text="Of an announcement: when that is expected.",
    )
    fell_through = serializers.BooleanField(
        source="about.fell_through", help_text="Of an announcement: nothing came of it."
    )
    met_by = serializers.IntegerField(
        source="about.met_by",
        allow_null=True,
        help_text="Of an announcement: the id of the milestone that it announced.",
    )
    follows = serializers.IntegerField(
        source="about.follows_id",
        allow_null=True,
        help_text=(
            "The id of a milestone that came before it, where dates and steps leave "
            "the order open and the editors say so."
        ),
    )
    place = serializers.CharField(source="about.place")
    signatories = serializers.CharField(source="about.signatories")
    reference = serializers.CharField(source="about.reference")
    reference_url = serializers.SerializerMethodField(
        help_text="The act that the reference names, where the EU's rules of addresses "
        "leave no doubt; else empty."
    )
    note = serializers.CharField(source="about.note")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)
    awaits_double_check = serializers.BooleanField(
        source="about.awaits_double_check",
        help_text="True until a second person has compared it with its source.",
    )

    eli = serializers.SerializerMethodField(
        help_text="The European Legislation Identifier of the act that the reference "
        "names, where the EU's rules leave no doubt; else empty."
    )
    celex = serializers.SerializerMethodField(
        help_text="The number of that act at EUR-Lex, likewise."
    )

    def get_reference_url(self, fact) -> str:
        return reference_url(fact.about.reference)

    def get_eli(self, fact) -> str:
        return act(fact.about.reference).eli

    def get_celex(self, fact) -> str:
        return act(fact.about.reference).celex


class CheckSerializer(serializers.Serializer):
    """A look for news of a partnership."""

    through = serializers.DateField(help_text="The last day that it reached to.")
    made_on = serializers.DateField(help_text="The day on which editors looked.")
    found = serializers.CharField(help_text="What was found; empty for nothing new.")


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
    state = serializers.ChoiceField(
        choices.EngagementState.choices, source="about.state"
    )
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class SubjectSerializer(serializers.Serializer):
    """A subject that the text names and that no area has."""

    id = serializers.IntegerField(source="about.pk")
    name = serializers.CharField(source="about.name")
    note = serializers.CharField(source="about.note")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class RecordPositionSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="about.pk")
    holder = serializers.CharField(source="about.holder", help_text="Who said it.")
    holder_kind = serializers.ChoiceField(
        choices.HolderKind.choices, source="about.holder_kind"
    )
    date = PartialDateField(source="about.date", allow_null=True)
    text = serializers.CharField(
        source="about.text", help_text="What they said, in the editors' words."
    )
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)


class RecordSerializer(PartnershipSerializer):
    """A partnership in full: the keys of a list's row, then the rest of the record."""

    summary = serializers.CharField()
    official_text_url = serializers.CharField()
    affiliations = AffiliationFactSerializer(source="record.affiliations", many=True)
    status_because = ReasonSerializer(source="record.because", many=True)
    milestones = RecordMilestoneSerializer(
        source="record.milestones", many=True, help_text="What has happened by the day."
    )
    uncertain = RecordMilestoneSerializer(
        source="record.uncertain",
        many=True,
        help_text="What may have happened by the day.",
    )
    rejected = RecordMilestoneSerializer(
        source="record.rejected",
        many=True,
        help_text="What a source says, and the editors rule that it did not happen.",
    )
    coverage = CellSerializer(source="record.cells", many=True)
    engagements = EngagementSerializer(source="record.engagements", many=True)
    subjects = SubjectSerializer(source="record.subjects", many=True)
    positions = RecordPositionSerializer(source="record.positions", many=True)
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
        allow_null=True, help_text="The day on which editors last looked for news."
    )
    checks = CheckSerializer(
        source="looks",
        many=True,
        help_text="The looks for news of it, the one that reached furthest first.",
    )

    def to_representation(self, record):
        partnership = record.partnership
        partnership.record = record
        counts = Counter(cell.value for cell in record.cells)
        partnership.areas_included = counts[choices.CoverageValue.INCLUDED]
        partnership.areas_already_exist = counts[choices.CoverageValue.ALREADY_EXISTS]
        partnership.open_disagreements = record.open_disagreements
        partnership.looks = list(partnership.checks.all())
        if partnership.looks:
            partnership.reviewed_on = max(look.made_on for look in partnership.looks)
        return super().to_representation(partnership)


class PartnerSerializer(serializers.Serializer):
    slug = serializers.CharField()
    url = AddressField("api:partner-detail", source="slug")
    html_url = AddressField("partnership-detail", source="slug")
    name = serializers.CharField()
    official_name = serializers.CharField()
    iso_code = serializers.CharField()
    iso_alpha3 = serializers.CharField(help_text="ISO 3166-1 alpha-3; Kosovo is XKX.")
    wikidata = serializers.CharField(help_text="Its item, as in Q884.")
    eu_uri = serializers.CharField(
        help_text="Its URI in the table of countries of the EU's Publications Office."
    )
    other_names = serializers.SerializerMethodField()
    region = serializers.ChoiceField(choices.Region.choices)
    affiliations = AffiliationSerializer(source="begun", many=True)
    partnership = ShortPartnershipSerializer()

    def get_other_names(self, partner) -> list[str]:
        return partner.other_names.splitlines()


class MilestoneSerializer(RecordMilestoneSerializer):
    """A milestone outside of its record."""

    url = AddressField("api:milestone-detail", source="about.pk")
    html_url = serializers.SerializerMethodField()
    partnership = ShortPartnershipSerializer(source="about.partnership")

    def get_html_url(self, fact) -> str:
        record = self.context["base"] + fact.about.partnership.get_absolute_url()
        return f"{record}#milestone-{fact.about.pk}"
