from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from partnerships.actions.backup import (
    ArchiveError,
    accounts_in,
    check_signature,
    restore,
)
from partnerships.ledger import signing
from partnerships.ledger.verifying.notes import checkpoint_problems
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
            signed_by = [] if unsigned else self._keys(key)
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
        why = (
            "--unsigned"
            if unsigned
            else "this site has no key in SIGNING_KEY, and --key gives none"
        )
        self.stdout.write(
            "The signature is right." if signed_by else f"No signature checked: {why}."
        )
        self.stdout.write("\n".join(["Accounts in it:", *accounts]))
        if not head:
            return
        self.stdout.write(f"Restored and verified; the trail ends at {head}")
        if any(checkpoint_problems("default", signing.public_keys())):
            self.stdout.write(
                "This site has not the key that signed the checkpoints, and "
                "verify_audit will name them. If the tracker moves here, bring the "
                "file of its SIGNING_KEY; else add its public key to the file of "
                "FORMER_KEYS."
            )

    def _keys(self, path):
        """Return the keys of which one has to have signed the backup; none where this
        site has none and nobody gave one."""
        if path is None:
            signing.public_key()  # which raises where it cannot be read
            return signing.public_keys()
        try:
            keys = signing.keys_in(path.read_text())
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} cannot be read as a key.") from error
        if not keys:
            raise CommandError(
                f"There is no public key in {path}; the tracker that made the backup "
                "has its own at /data/signing-key.pem."
            )
        return keys
