"""The JSON of documents, of disagreements between them, of what belongs to no record,
and of the log: keys that are as much of a contract as those of ``serializers``."""

from rest_framework import serializers

from partnerships import choices
from partnerships.api.fields import AddressField, PartialDateField, ReadableField
from partnerships.api.serializers import (
    ClaimSerializer,
    RecordPositionSerializer,
    ShortPartnershipSerializer,
)
from partnerships.web.addresses import path_of
from partnerships.web.fact_addresses import fact_path, page_of_fact


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
    kind = serializers.ChoiceField(
        choices.SourceKind.choices, source="source.kind", allow_blank=True
    )
    eli = serializers.CharField(source="source.eli")
    celex = serializers.CharField(source="source.celex")
    doi = serializers.CharField(source="source.doi")
    document_number = serializers.CharField(source="source.document_number")
    archived_url = serializers.CharField(source="source.archived_url")
    no_address = serializers.CharField(
        source="source.no_address", help_text="Why it has no address, if it has none."
    )
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
        name, parts = page_of_fact(fact.about)
        return f"{self.context['base']}{path_of(name, *parts)}#{fact.id}"

    def get_fact(self, disagreement) -> str:
        return disagreement.fact.in_words


class PositionSerializer(RecordPositionSerializer):
    """A position outside of a record."""

    html_url = serializers.SerializerMethodField()
    partnership = ShortPartnershipSerializer(
        source="about.partnership",
        allow_null=True,
        help_text="Null for what is said of the partnerships as a whole.",
    )

    def get_html_url(self, fact) -> str:
        return f"{self.context['base']}{fact_path(fact.about)}"


class NamesakeSerializer(serializers.Serializer):
    """A text or dialogue that is easily taken for a partnership and is none."""

    id = serializers.IntegerField(source="about.pk")
    html_url = serializers.SerializerMethodField()
    title = serializers.CharField(source="about.title")
    parties = serializers.CharField(source="about.parties")
    date = PartialDateField(source="about.date", allow_null=True)
    reason = serializers.CharField(
        source="about.reason", help_text="Why it is no partnership."
    )
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)

    def get_html_url(self, fact) -> str:
        return f"{self.context['base']}{fact_path(fact.about)}"


class QuestionSerializer(serializers.Serializer):
    """A question about the instrument as a whole, and the answer adopted."""

    slug = serializers.CharField(source="about.slug")
    html_url = serializers.SerializerMethodField()
    text = serializers.CharField(source="about.text")
    answer = serializers.CharField(source="about.answer")
    ruling = serializers.CharField()
    claims = ClaimSerializer(many=True)

    def get_html_url(self, fact) -> str:
        return f"{self.context['base']}{fact_path(fact.about)}"


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
    digest = serializers.CharField(
        source="entry.digest", help_text="SHA-256 of the change, when it was sealed."
    )
    seal = serializers.CharField(
        source="entry.seal",
        help_text="SHA-256 of the digest and of the seal before: /data/verify/.",
    )
