from django.core.management.base import CommandError

from partnerships.choices import ChangeKind
from partnerships.ledger.context import change
from partnerships.ledger.redacting import RedactionRefused, redact
from partnerships.ledger.sealing import ChainIsLocked
from partnerships.management.writing import WritingCommand
from partnerships.models import LedgerEntry
from partnerships.text import is_visible


def count_of_repetitions(number: int, field: str) -> int:
    """Return the number of further changes with the author or reason of this one."""
    column = {"by": "actor", "reason": "reason"}.get(field)
    if column is None:
        return 0
    this = LedgerEntry.objects.filter(number=number).values(column)
    alike = LedgerEntry.objects.filter(**{f"{column}__in": this})
    return alike.exclude(number=number).count()


class Command(WritingCommand):
    help = (
        "Black out a value in the audit trail that must go, such as a personal datum. "
        "The chain stays verifiable, and the redaction is itself on record."
    )

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, help="the number of a change")
        parser.add_argument("field", help="a field's name, or “by”, or “reason”")
        parser.add_argument("--reason", required=True, help="why; readers will see it")
        parser.add_argument("--by", default="Administrator", help="by whom; public")
        help = "of “by” and “reason”: in all changes that say the same"
        parser.add_argument("--everywhere", action="store_true", help=help)

    def handle(self, *, number, field, reason, by, everywhere, **options):
        if not is_visible(reason):
            raise CommandError("Say why, in --reason.")
        if not everywhere and (count := count_of_repetitions(number, field)):
            raise CommandError(
                f"{count} other changes say the same as {field}, perhaps of other "
                "people: a role is shared. Add --everywhere to black out all of them."
            )
        try:
            with change(actor=by, reason=reason, kind=ChangeKind.CORRECTION):
                numbers = redact(number=number, field=field)
        except (RedactionRefused, ChainIsLocked) as error:
            raise CommandError(str(error)) from error
        listed = ", ".join(map(str, numbers))
        self.stdout.write(f"Redacted {field} in change {listed}.")
