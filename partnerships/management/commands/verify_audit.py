import re
from argparse import ArgumentTypeError
from collections import Counter
from itertools import chain

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from partnerships.ledger import canonical, damage, sealing, verifying
from partnerships.ledger.faults import fault_of
from partnerships.ledger.verifying import schema
from partnerships.ledger.verifying.problem import Problem
from partnerships.log.descriptions import name_of
from partnerships.management.anchors import add_anchors
from partnerships.selectors.accounts import account_problems


def number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ArgumentTypeError("write the number of a change, as in 1200")
    return int(text)


def _lines(problem: Problem) -> list[str]:
    """Return a problem for operators: with the name of what it is about, and values."""
    name = name_of(*problem.row) if problem.row else ""
    return [str(problem), *filter(None, [f"{name}: {problem.detail}".strip(": ")])]


class Command(BaseCommand):
    help = (
        "Verify the audit trail: triggers, schema, chain, history, live rows. Names "
        "each problem, and fails if there is one."
    )

    # They load all pages, which take more memory than a trail does.
    requires_system_checks = ()

    def add_arguments(self, parser):
        add_anchors(parser)
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
            if fault := fault_of(error):
                raise CommandError(
                    f"{fault.sentence} The audit trail was not verified: {error}"
                ) from error
            raise CommandError(
                "The audit trail is damaged: what is stored in it cannot be read any "
                f"further ({error})."
            ) from error

    def _verify(self, anchors, since):
        if not settings.READ_ONLY:
            self._seal()
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
            if damage.is_stated(problem, lines):
                known.add(problem.line)
                continue
            count += 1
            self.stdout.write("\n    ".join(_lines(problem)))
        self._clear_progress()
        if settings.READ_ONLY:
            self.stderr.write("READ_ONLY is on, so this proof is not recorded.")
        else:
            verifying.note_result(head.number, since, problems=count)
        if count:
            problems = "One problem" if count == 1 else f"{count} problems"
            raise CommandError(f"{problems} in the audit trail.")
        for number, n in sorted(Counter(map(lines.get, known)).items()):
            problems = "one problem" if n == 1 else f"{n} problems"
            self.stdout.write(f"Known: {problems}, stated in change {number}.")
        begin = f" from change {since} on" if since else ""
        self.stdout.write(
            f"The audit trail is whole{begin} up to {head}."
            if head.number
            else "Nothing is wrong, and nothing is recorded yet."
        )
        if obstacle := schema.obstacle():
            self.stdout.write(
                f"The schema was not compared: {obstacle}. Run verify_audit as the "
                "owner of the tables too."
            )

    def _seal(self):
        try:
            sealing.seal()
        except sealing.ChainIsLocked as error:
            self.stderr.write(str(error))

    def _show_progress(self, done, total):
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} changes", ending="")

    def _clear_progress(self):
        if self.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
