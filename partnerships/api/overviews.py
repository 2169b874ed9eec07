"""The JSON of what is counted over partnerships: keys that are as much of a contract as
those of ``serializers``."""

from rest_framework import serializers

from partnerships import choices
from partnerships.api.fields import AddressField
from partnerships.api.serializers import ShortPartnershipSerializer


class StatisticsSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    known_on = serializers.DateField()
    partnerships = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())
    by_status_may_be = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many more may have each."
    )
    by_safe_status = serializers.DictField(child=serializers.IntegerField())
    by_safe_status_may_be = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many more may have each."
    )
    signed_total = serializers.IntegerField()
    signed_reported = serializers.IntegerField(
        help_text="How many of these by press reports alone."
    )
    signed_may_not_be = serializers.IntegerField(
        help_text="How many of these may not be signed."
    )
    signed_may_be = serializers.IntegerField(help_text="How many more may be signed.")
    areas_common_to_all_signed = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="The numbers of areas that all signed partnerships include whose "
        "areas are all assessed.",
    )
    signed_not_assessed = serializers.IntegerField(
        help_text="How many signed partnerships are left out of that."
    )
    checked_through = serializers.DateField(
        allow_null=True,
        help_text="The day through which editors have looked for news of every "
        "partnership; null where one was never checked.",
    )
    open_disagreements = serializers.IntegerField()
    edition = serializers.IntegerField()


class AreaSerializer(serializers.Serializer):
    slug = serializers.CharField()
    url = AddressField("api:area-detail", source="slug")
    html_url = AddressField("area-detail", source="slug")
    number = serializers.IntegerField()
    name = serializers.CharField()
    short_name = serializers.CharField(help_text="A short name of the editors'.")
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

    def to_representation(self, cell):
        # By hand: there are thousands, and reading their fields was half of the answer.
        return {
            "partnership": cell.partnership.partner.slug,
            "value": cell.value.value,
            "sources": cell.evidence.sources,
            "disagreeing": cell.evidence.rivals,
        }


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
