"""Changes of the log."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships.choices import ChangeKind


@extend_schema_field({"type": ["string", "integer", "boolean", "null"]})
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
