"""Areas of cooperation: one by one, and across partnerships."""

from rest_framework import serializers

from partnerships.api.serializers.fields import AddressField
from partnerships.api.serializers.partnerships import ShortPartnershipSerializer
from partnerships.choices import CoverageValue, Status


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
    status = serializers.ChoiceField(Status.choices)
    areas_included = serializers.IntegerField()
    areas_already_exist = serializers.IntegerField()


class MatrixCellSerializer(serializers.Serializer):
    partnership = serializers.CharField(source="partnership.partner.slug")
    value = serializers.ChoiceField(CoverageValue.choices)
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
