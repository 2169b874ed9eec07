from django.core.management.base import CommandError

from partnerships.ledger import sealing
from partnerships.management.writing import TimedCommand


class Command(TimedCommand):
    help = "Seal the changes that wait for it; on request print a checkpoint."

    def add_arguments(self, parser):
        help = "take a checkpoint and print it, to be published or kept elsewhere"
        parser.add_argument("--checkpoint", action="store_true", help=help)

    def handle(self, *, checkpoint, **options):
        try:
            self._seal(checkpoint, options["verbosity"])
        except sealing.ChainIsLocked as error:
            raise CommandError(str(error)) from error

    def _seal(self, checkpoint, verbosity):
        count = sealing.seal()
        if verbosity > 1 or count:
            changes = "One change" if count == 1 else f"{count} changes"
            self.stderr.write(f"{changes} sealed.")
        if checkpoint:
            taken = sealing.checkpoint()
            signed = (
                f"signature: {taken.signature}" if taken.signature else "not signed"
            )
            self.stdout.write(f"{taken.text}{signed}")
