from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from partnerships.actions.backup import (
    ArchiveError,
    accounts_in,
    check_signature,
    restore,
)
from partnerships.ledger import signing
from partnerships.management.anchors import add_anchors
from partnerships.management.writing import refuse_if_read_only


class Command(BaseCommand):
    help = (
        "Load a backup into an empty, migrated database, verify its signature and the "
        "trail, and list the accounts in it."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        for name, help in (
            ("--replace", "delete all that the database holds first"),
            ("--unsigned", "ask for no signature"),
            ("--list", "check the signature, list the accounts, and load nothing"),
        ):
            parser.add_argument(name, action="store_true", help=help)
        parser.add_argument(
            "--key",
            type=Path,
            metavar="FILE",
            help="the public key, as PEM, of the tracker that made the backup",
        )
        add_anchors(parser)

    def handle(self, *, file, replace, key, unsigned, anchors, **options):
        try:
            signed_by = "" if unsigned else self._key(key)
            if options["list"]:
                if signed_by:
                    check_signature(file, signed_by)
                head = None
            else:
                refuse_if_read_only()
                head = restore(
                    file, replace=replace, signed_by=signed_by, anchors=anchors
                )
            accounts = accounts_in(file)
        except (ArchiveError, signing.NoSigningKey) as error:
            raise CommandError(str(error)) from error
        why = "--unsigned" if unsigned else "this site has no key, and --key gives none"
        self.stdout.write(
            "The signature is right." if signed_by else f"No signature checked: {why}."
        )
        self.stdout.write("\n".join(["Accounts in it:", *accounts]))
        if head:
            self.stdout.write(f"Restored and verified; the trail ends at {head}")

    def _key(self, path):
        """Return the key that has to have signed the backup; empty where this site has
        none and nobody gave one."""
        try:
            return path.read_text() if path else signing.public_key()
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} cannot be read as a key.") from error
