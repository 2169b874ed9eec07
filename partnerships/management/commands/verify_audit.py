import re
from argparse import ArgumentTypeError
from itertools import chain

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from partnerships.ledger import canonical, damage, sealing, verifying
from partnerships.ledger.verifying import schema
from partnerships.selectors.accounts import account_problems


def anchor(text: str) -> sealing.Head:
    match = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text.strip())
    if not match:
        raise ArgumentTypeError(
            "write an anchor as its number, a colon and its 64 hexadecimal digits, as "
            "manage.py seal --checkpoint prints it"
        )
    return sealing.Head(int(match[1]), match[2])


def number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ArgumentTypeError("write the number of a change, as in 1200")
    return int(text)


class Command(BaseCommand):
    help = (
        "Verify the audit trail: triggers, schema, chain, history, live rows. Names "
        "each problem, and fails if there is one."
    )

    # They load all pages, which take more memory than a trail does.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor",
            type=anchor,
            action="append",
            default=[],
            dest="anchors",
            metavar="NUMBER:HASH",
            help="a checkpoint that was kept elsewhere; may be given again",
        )
        parser.add_argument(
            "--since",
            type=number,
            default=0,
            metavar="NUMBER",
            help="follow the chain from this change on, which was verified before",
        )

    def handle(self, *, anchors, since, **options):
        try:
            self._verify(anchors, since)
        except (*canonical.UNREADABLE, DatabaseError) as error:
            self._clear_progress()
            raise CommandError(
                "The audit trail is damaged: what is stored in it cannot be read any "
                f"further ({error})."
            ) from error

    def _verify(self, anchors, since):
        try:
            sealing.seal()
        except sealing.ChainIsLocked as error:
            self.stderr.write(str(error))
        head = sealing.head()
        if since > head.number:
            message = f"There is no change {since}; the last is {head.number}."
            raise CommandError(message)
        if early := [str(a) for a in anchors if 0 < a.number < since]:
            raise CommandError(
                f"The anchor {early[0]} comes before --since {since}, from where the "
                "chain is followed; leave --since out."
            )
        count, lines, known = 0, damage.stated(), set()
        found = verifying.problems(
            anchors=anchors, since=since, progress=self._show_progress
        )
        for problem in chain(found, account_problems()):
            if not any(damage.unknown([problem], lines)):
                known.add(problem.line)
                continue
            count += 1
            self.stdout.write(str(problem))
        self._clear_progress()
        verifying.note_result(head.number, since, problems=count)
        if count:
            problems = "One problem" if count == 1 else f"{count} problems"
            raise CommandError(f"{problems} in the audit trail.")
        for number in sorted({lines[line] for line in known}):
            n = sum(lines[line] == number for line in known)
            problems = "one problem" if n == 1 else f"{n} problems"
            self.stdout.write(f"Known: {problems}, stated in change {number}.")
        begin = f" from change {since} on" if since else ""
        self.stdout.write(f"The audit trail is whole{begin} up to {head}.")
        if obstacle := schema.obstacle():
            self.stdout.write(
                f"The schema was not compared: {obstacle}. Run verify_audit as the "
                "owner of the tables too."
            )

    def _show_progress(self, done, total):
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} changes", ending="")

    def _clear_progress(self):
        if self.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
