"""What spans records: the matrix, counts, the log."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships.api.serializers.partnerships import ShortPartnershipSerializer
from partnerships.api.serializers.shape import Shape
from partnerships.choices import ChangeKind, CoverageValue, Status


class ColumnSerializer(ShortPartnershipSerializer):
    status = serializers.ChoiceField(Status.choices)
    areas_included = serializers.IntegerField()
    areas_already_exist = serializers.IntegerField()


class MatrixCellSerializer(Shape):
    partnership = serializers.CharField(source="partnership.partner.slug")
    value = serializers.ChoiceField(CoverageValue.choices)
    sources = serializers.IntegerField(
        source="evidence.sources", help_text="How many speak of it."
    )
    disagreeing = serializers.IntegerField(
        source="evidence.rivals", help_text="How many of them disagree."
    )


class MatrixRowSerializer(Shape):
    area = serializers.CharField(source="area.slug")
    number = serializers.IntegerField(source="area.number")
    name = serializers.CharField(source="area.name")
    included = serializers.IntegerField(help_text="How many columns include it.")
    is_common = serializers.BooleanField(help_text="Whether every column includes it.")
    cells = MatrixCellSerializer(many=True)


class MatrixSerializer(Shape):
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


class StatisticsSerializer(Shape):
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


@extend_schema_field({"type": ["string", "integer", "boolean", "null"]})
class ReadableField(serializers.Field):
    """A value as readers read it: text, a number, true or false, or null."""

    def to_representation(self, value):
        return value if isinstance(value, bool | int | str) else str(value)


class FieldChangeSerializer(Shape):
    name = serializers.CharField()
    label = serializers.CharField()
    old = ReadableField()
    new = ReadableField()


class ChangedRecordSerializer(Shape):
    model = serializers.CharField()
    key = serializers.CharField()
    label = serializers.CharField()


class ChangeSerializer(Shape):
    number = serializers.IntegerField(help_text="The edition that it made.")
    at = serializers.DateTimeField()
    by = serializers.CharField(help_text="The editor's public name.")
    reason = serializers.CharField()
    kind = serializers.ChoiceField(ChangeKind.choices, allow_blank=True)
    action = serializers.ChoiceField(["created", "changed", "deleted"])
    record = ChangedRecordSerializer(source="*")
    partnership = serializers.CharField(
        allow_null=True, help_text="The slug of the record that it belongs to."
    )
    fields = FieldChangeSerializer(many=True)
