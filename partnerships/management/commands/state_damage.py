from django.core.management.base import CommandError

from partnerships.choices import ChangeKind
from partnerships.ledger import damage, sealing, verifying
from partnerships.ledger.context import change
from partnerships.management.anchors import add_anchors
from partnerships.management.writing import WritingCommand
from partnerships.text import is_visible


class Command(WritingCommand):
    help = (
        "State in public, in the trail itself, what is broken in it for good, so that "
        "verification goes on from there. Nothing is mended or hidden by it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--reason", required=True, help="why; readers will see it")
        parser.add_argument("--by", default="Administrator", help="by whom; public")
        help = "first record rows that nobody recorded, as they are stored now"
        parser.add_argument("--record", action="store_true", help=help)
        add_anchors(parser)

    def handle(self, *, reason, by, record, anchors, **options):
        if not is_visible(reason):
            raise CommandError("Say why, in --reason.")
        sealing.seal()
        recorded = []
        with change(actor=by, reason=reason, kind=ChangeKind.CORRECTION):
            if record:
                recorded = damage.record_as_found(verifying.problems(anchors=anchors))
                rows = "One row" if len(recorded) == 1 else f"{len(recorded)} rows"
                self.stdout.write(f"{rows} recorded as found.")
            lines = damage.stated()
            found = verifying.problems(anchors=anchors)
            new = [one for one in found if not damage.is_stated(one, lines)]
            try:
                statement = damage.state([*recorded, *new])
            except damage.DamageRefused as error:
                raise CommandError(str(error)) from error
        sealing.seal()
        self.stdout.write(statement.problems)
        self.stdout.write(f"Stated in public. The new anchor: {sealing.head()}")
